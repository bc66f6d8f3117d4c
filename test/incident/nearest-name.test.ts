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

test.each(['colour', '', 'x', 'a'.repeat(100_000)])('nothing is near to %j', (typed) => {
  expect(nearestName(typed.slice(0, 100_000), NAMES.slice(0, 5))).toBeNull();
});
