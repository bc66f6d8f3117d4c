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

test('of several names the nearest was meant, wherever it stands', () => {
  expect(nearestName('pagse', ['paste', 'pages', 'passed'])).toBe('pages');
  expect(nearestName('pagse', ['pages', 'paste', 'passed'])).toBe('pages');
  expect(nearestName('steps', ['stepped', 'stops', 'step'])).toBe('stops');
  // The same but for its case is nearer than the same letters in another order.
  expect(nearestName('DATE', ['tade', 'date'])).toBe('date');
});

test('a slip for each three letters is near, and one in a short name', () => {
  expect(nearestName('chosepaswrd', ['choosePassword'])).toBe('choosePassword');
  expect(nearestName('chosepswrd', ['choosePassword'])).toBeNull();
  expect(nearestName('di', ['id'])).toBe('id');
  expect(nearestName('ix', ['id'])).toBe('id');
  expect(nearestName('xy', ['id'])).toBeNull();
});
