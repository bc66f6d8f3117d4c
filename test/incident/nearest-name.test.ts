import { nearestName } from '../../src/incident/nearest-name';

const NAMES = ['subject', 'preheader', 'replyTo', 'choosePassword', 'page', 'id'];

test.each([
  ['subjct', 'subject'],
  ['Subject', 'subject'],
  ['usbject', 'subject'],
  ['reply_to', 'replyTo'],
  ['reply-to', 'replyTo'],
  ['choosepasword', 'choosePassword'],
  ['pages', 'page'],
  ['ID', 'id'],
  ['apge', 'page'],
])('%s was meant to be %s', (typed, name) => {
  expect(nearestName(typed, NAMES)).toBe(name);
});

test.each([
  ['colour', 'colour'],
  ['nothing', ''],
  ['a letter', 'x'],
  ['100,000 letters', 'a'.repeat(100_000)],
])('no name is near to %s', (_, typed) => {
  expect(nearestName(typed, NAMES.slice(0, 5))).toBeNull();
});
