import type { SmtpPhase } from '../../src/incident/smtp-outcome';
import { ownTrouble, refusalOf, troubleFrom } from '../../src/smtp/trouble';

const ADDRESS = 'Ann.O+x@shop.test';
const kindOf = (phase: SmtpPhase, code: number, enhanced: string | null) =>
  troubleFrom({ phase, code, enhanced, text: '' }, ADDRESS).kind;
const textFrom = (text: string, address = ADDRESS) =>
  troubleFrom({ phase: 'rcpt', code: 550, enhanced: '5.7.1', text }, address).text;

test.each<[SmtpPhase, number, string | null, string]>([
  ['mail', 421, '4.7.0', '421'],
  ['dot', 421, null, '421'],
  ['mail', 452, '4.4.5', 'limit'],
  ['rcpt', 454, '4.7.1', 'policy'], // Postfix: Relay access denied, under soft_bounce
  ['rcpt', 454, null, 'auth'],
  ['mail', 454, '4.7.0', 'auth'],
  ['mail', 530, '5.7.0', 'auth'],
  ['rcpt', 533, null, 'limit'],
  ['rcpt', 534, '5.7.9', 'auth'],
  ['mail', 538, '5.7.11', 'auth'],
  ['rcpt', 539, null, 'limit'],
  ['mail', 550, '5.7.1', 'mail-from'],
  ['mail', 503, '5.5.1', 'mail-from'],
  ['rcpt', 502, '5.5.1', 'lost'],
  ['rcpt', 503, '5.5.1', 'lost'],
  ['dot', 550, '5.7.1', 'policy'],
  ['dot', 550, null, 'limit'],
])('at %s %i %s is trouble of the kind %s', (phase, code, enhanced, kind) => {
  expect(kindOf(phase, code, enhanced)).toBe(kind);
});

test.each([
  [
    '<Ann.O+x@shop.test>: no such user; ANN.o+X@SHOP.test is unknown',
    '<[recipient]>: no such user; [recipient] is unknown',
  ],
  ['İİİİİİİİİİİİİİİİİİİİ ann.o+x@shop.test', 'İİİİİİİİİİİİİİİİİİİİ [recipient]'],
  ['anno+x@shop.test, annyo+x@shop.test', 'anno+x@shop.test, annyo+x@shop.test'],
])(
  "the customer's address is taken out of the relay's words, wherever and however it stands: %s",
  (text, clean) => {
    expect(textFrom(text)).toBe(clean);
  },
);

test('what was said to nobody in particular stays as it is', () => {
  expect(textFrom('5.7.1 closing', '')).toBe('5.7.1 closing');
});

test('a refusal holds the code, the enhanced code and the words of its reply', () => {
  const reply = { code: 550, lines: ['5.1.1 no such', 'user'], more: false, marred: null };
  expect(refusalOf('rcpt', reply)).toEqual({
    phase: 'rcpt',
    code: 550,
    enhanced: '5.1.1',
    text: '5.1.1 no such user',
  });
});

test('trouble that the relay said nothing about has no code; a lost session unless told otherwise', () => {
  const own = { at: 'data', code: null, enhanced: null, text: 'a b' };
  expect(ownTrouble('data', 'a\0b')).toEqual({ ...own, kind: 'lost' });
  expect(ownTrouble('data', 'a b', 'tls')).toEqual({ ...own, kind: 'tls' });
});
