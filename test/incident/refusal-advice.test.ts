import { type Matter, matterOf } from '../../src/incident/refusal-advice';
import type { SmtpPhase } from '../../src/incident/smtp-outcome';

const matter = (text: string, enhanced: string | null = null, at: SmtpPhase | null = 'mail') =>
  matterOf({ at, enhanced, text });

test.each<[string, Matter]>([
  ['5.7.8', 'login'],
  ['4.7.26', 'signature'],
  ['5.2.252', 'sender'],
  ['5.7.606', 'block'],
  ['5.3.4', 'message'],
  ['4.7.28', 'quota'],
  ['5.7.1', 'unclear'],
])('of an enhanced code it is the detail that says what the matter is: %s is %s', (enhanced, about) => {
  expect(matter('no', enhanced)).toBe(about);
});

test('a code says more than words, and where it says nothing the words do', () => {
  expect(matter('blocked', '5.7.26')).toBe('signature');
  expect(matter('blocked', '5.7.1')).toBe('block');
  expect(matter('blocked')).toBe('block');
  expect(matter('no')).toBe('unclear');
});

test('whoever is refused at AUTH has the wrong password, unless it is said to be too much', () => {
  expect(matter('no', null, 'auth')).toBe('login');
  expect(matter('no', '5.7.1', 'auth')).toBe('login');
  expect(matter('Maximum credits exceeded', null, 'auth')).toBe('quota');
  expect(matter('no')).toBe('unclear');
});

test.each(['ann.block@x.test', 'ann@block.test', 'ann@x.block', '<block>', 'spam@x.test,', '"block"<a@b>'])(
  'an address says nothing of the matter: %s',
  (address) => {
    expect(matter(`${address} no`)).toBe('unclear');
    expect(matter(`no ${address} blocked`)).toBe('block');
  },
);
