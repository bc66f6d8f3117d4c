import {
  isMailAddress,
  mailableAddress,
  needsSmtputf8,
  skipReason,
  UNMAILABLE,
  type Unmailable,
  unmailableWords,
} from '../../src/incident/mailable-address';
import { seededRandom } from '../notice/hostile-names';
import { AS_IT_IS, HOSTILE_ADDRESSES, TRIMMED } from './hostile-addresses';

test.each(HOSTILE_ADDRESSES)('kind %i: %j: %j', (_, raw, expected) => {
  const result = mailableAddress(raw);
  if (expected === AS_IT_IS) expect(result).toEqual({ address: raw, smtputf8: false });
  else if (expected === TRIMMED)
    expect(result).toEqual({ address: 'ann@shop.test', smtputf8: false, trimmed: true });
  else if (typeof expected === 'string') expect(result).toMatchObject({ skip: expected });
  else expect(result).toEqual({ ...expected, smtputf8: false });
});

test.each([
  ['a@x.test, b@x.test', 'several-addresses'],
  ['a@x.test;b@x.test', 'several-addresses'],
  ['a@x.test b@x.test', 'several-addresses'],
  ['a@x.test/b@x.test', 'several-addresses'],
  ['Ann <a@x.test>', 'address-with-name'],
  ['<a@x.test>', 'address-with-name'],
  ['a@x.test>', 'address-with-name'],
  ['"a<b"@x.test', 'address-with-name'],
  ['Ann a@x.test', 'address-with-blanks'],
  ['mailto:a@x.test', 'address-with-scheme'],
  ['a@x.test;', 'address-malformed'],
  ['a@b@x.test', 'address-malformed'],
  ['"a\u00a0b"@x.test', 'address-malformed'],
  ['a＠x.test', 'address-incomplete'],
  ['a@localhost', 'domain-incomplete'],
  ['a b@localhost"', 'address-malformed'],
  ['ann@mailto:b', 'address-malformed'],
  ['a@[127.0.0.1]', 'address-literal'],
  ['a@１２７.0.0.1', 'domain-invalid'],
  ['a@b%2ex.test', 'domain-invalid'],
  ['a@ü:25.test', 'address-malformed'],
  ['a@ü/x.test', 'domain-invalid'],
  ['a@under_score.test', 'domain-invalid'],
  [`${'ü'.repeat(33)}@x.test`, 'address-too-long'],
  [`${'a'.repeat(61)}..@x.test`, 'address-too-long'],
] as const)('%j is skipped: %s (C14 to C18)', (raw, skip) => {
  expect(mailableAddress(raw)).toEqual({ skip });
  expect(UNMAILABLE[skip]).toBeTruthy();
});

describe('what nobody sees is named (C107)', () => {
  const HIDDEN = {
    'U+0000': '\0',
    'U+000D': '\r',
    'U+0085': '\x85',
    'U+00AD': '\u00ad',
    'U+034F': '\u034f',
    'U+115F': '\u115f',
    'U+17B4': '\u17b4',
    'U+180B': '\u180b',
    'U+200D': '\u200d',
    'U+202E': '\u202e',
    'U+2028': '\u2028',
    'U+2800': '\u2800',
    'U+3164': '\u3164',
    'U+D800': '\ud800',
    'U+E000': '\ue000',
    'U+FE0F': '\ufe0f',
    'U+FEFF': '\ufeff',
    'U+FFA0': '\uffa0',
    'U+FFFC': '\ufffc',
    'U+FFFD': '\ufffd',
    'U+1D173': '\u{1d173}',
    'U+E0100': '\u{e0100}',
  };

  test.each(Object.entries(HIDDEN))('%s within an address, in its domain, in quotes', (codePoint, hidden) => {
    for (const address of [
      `a${hidden}b@x.test`,
      `ab@x${hidden}y.test`,
      `"a${hidden}b"@x.test`,
      `ab${hidden}@x.test`,
    ])
      expect(mailableAddress(address)).toEqual({ skip: 'address-unreadable', codePoint });
  });

  test.each(Object.entries(HIDDEN).filter(([, hidden]) => hidden.trim() !== '' || hidden === '\ufeff'))(
    '%s at the edges, also beside white space',
    (codePoint, hidden) => {
      for (const address of [
        `${hidden}ab@x.test`,
        `ab@x.test${hidden}`,
        ` ${hidden} ab@x.test`,
        `ab@x.test ${hidden} `,
      ])
        expect(mailableAddress(address)).toEqual({ skip: 'address-unreadable', codePoint });
    },
  );

  test('the first of several is named, in the ledger and in words; who has nothing but such a mark has no address to read', () => {
    const mailable = mailableAddress('a\ufe0fb\u3164@x.test') as Unmailable;
    expect(skipReason(mailable)).toBe('address-unreadable U+FE0F');
    expect(unmailableWords('address-unreadable U+FE0F')).toMatch(/invisible characters.*: U\+FE0F$/);
    expect(mailableAddress('\ufeff')).toEqual({ skip: 'address-unreadable', codePoint: 'U+FEFF' });
  });

  test('a reason without a character is its code and its words; what is none of these has no words here', () => {
    expect(skipReason({ skip: 'address-missing' })).toBe('address-missing');
    expect(unmailableWords('address-missing')).toBe(UNMAILABLE['address-missing']);
    expect(unmailableWords('address-unreadable')).toBe(UNMAILABLE['address-unreadable']);
    expect(unmailableWords('customer-deleted')).toBeNull();
    expect(unmailableWords('toString')).toBeNull();
  });

  test.each(['用户@例え.test', 'ä\u0308b@x.test', 'नमस्ते@x.test', 'ก็@x.test', '😀@x.test'])(
    '%j has nothing hidden: letters, their marks and signs are seen',
    (address) => expect(mailableAddress(address)).toHaveProperty('address'),
  );
});

test('ten million letters are no address', () => {
  expect(mailableAddress('a'.repeat(10_000_000))).toEqual({ skip: 'address-too-long' });
});

test.each([null, '', '  ', '\u00a0', '\r\n'])('%j is no address', (raw) => {
  expect(mailableAddress(raw)).toEqual({ skip: 'address-missing' });
});

test.each([
  ['Foo@X.Test', 'Foo@x.test', 'the local part keeps its case (C18)'],
  ['a..b@carrier.test', '"a..b"@carrier.test', 'two dots are tried in quotes (C15)'],
  ['c.@carrier.test', '"c."@carrier.test', 'a dot before the @ is tried in quotes (C15)'],
  ['ann@bücher.test', 'ann@xn--bcher-kva.test', 'the domain is written in ASCII'],
  ['ann@BÜCHER。test', 'ann@xn--bcher-kva.test', 'as browsers do it'],
  [`${'a'.repeat(64)}@x.test`, `${'a'.repeat(64)}@x.test`, '64 octets before the @'],
  [`${'a'.repeat(60)}..@x.test`, `"${'a'.repeat(60)}.."@x.test`, '64 with the quotes'],
])('%j goes out as %j: %s', (raw, address) => {
  expect(mailableAddress(raw)).toEqual({ address, smtputf8: false });
});

test('an address of 254 octets goes out, one of 255 does not', () => {
  const domain = (length: number) =>
    `${'b'.repeat(63)}.${'c'.repeat(63)}.${'d'.repeat(63)}.${'e'.repeat(length - 197)}.test`;
  expect(mailableAddress(`a@${domain(252)}`)).toMatchObject({ smtputf8: false });
  expect(mailableAddress(`a@${domain(253)}`)).toEqual({ skip: 'address-too-long' });
  expect(mailableAddress(`aa@${domain(252)}`)).toEqual({ skip: 'address-too-long' });
  expect(mailableAddress(`"a b"@${domain(248)}`)).toMatchObject({ smtputf8: false });
  expect(mailableAddress(`"a b"@${domain(249)}`)).toEqual({ skip: 'address-too-long' });
});

test.each(['\u00a0a@x.test', ' a@x.test', 'a@x.test\t', '\u00a0a@x.test\u2028'])(
  '%j is trimmed, and says so (C17)',
  (raw) => {
    expect(mailableAddress(raw)).toEqual({ address: 'a@x.test', smtputf8: false, trimmed: true });
  },
);

test.each(['jörg@shop.test', '用户@例え.test', '"jörg b"@shop.test'])(
  '%j needs SMTPUTF8, for what stands before the @ (C14)',
  (raw) => expect(mailableAddress(raw)).toMatchObject({ smtputf8: true }),
);

const STRICT = new RegExp(
  '^(?=[\\s\\S]{3,254}$)' +
    "(?:[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*" +
    '|"(?:[ !#-;=?-\\[\\]-~]|\\\\[ -;=?-~])*")' +
    '@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\\.)+[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$',
);
// The same where letters of any script may stand: still no control character, no space but in quotes, no bracket.
const STRICT_UTF8 = new RegExp(
  STRICT.source
    .replaceAll('A-Za-z0-9!', '\\u00a1-\\u{10ffff}A-Za-z0-9!')
    .replace('[ !#', '[\\u00a1-\\u{10ffff} !#'),
  'u',
);

test('whatever stands in the column, what comes out matches a strict grammar, and is a mail address on the wire and in the file', () => {
  const seed = 20120115;
  const random = seededRandom(seed);
  const below = (limit: number) => Math.floor(random() * limit);
  const pieces = [
    'ann',
    'x.test',
    '@',
    '@',
    '@x.test',
    '.',
    '..',
    '"',
    '\\',
    ' ',
    '\t',
    '\r',
    '\n',
    '\r\n',
    '\0',
    '<',
    '>',
    ',',
    ';',
    ':',
    '(',
    ')',
    '[',
    ']',
    'ü',
    '。',
    '\u00a0',
    '\u200b',
    '\u202e',
    '\ud800',
    '\udc00',
    '😀',
    'é',
    '%',
    '-',
    '_',
    '/',
    '\x7f',
    '\x85',
    '\u2028',
    'A',
  ];
  let mailed = 0;
  for (let round = 0; round < 60_000; round++) {
    const piece = () => (below(4) === 0 ? String.fromCharCode(below(256)) : pieces[below(pieces.length)]!);
    const some = (most: number) => Array.from({ length: below(most) }, piece).join('');
    // From noise to an ordinary address with one piece too many.
    const raw = [
      () => some(below(10) === 0 ? 40 : 8),
      () => `${some(3)}@x.test`,
      () => `"${some(4)}"@x.test`,
      () => `ann@${some(3)}.test`,
      () => `${piece()}ann@x.test${piece()}`,
    ][below(5)]!();
    const result = mailableAddress(raw);
    if ('skip' in result) continue;
    mailed++;
    const told = `seed ${seed}, round ${round}: ${JSON.stringify(raw)} became ${JSON.stringify(result)}`;
    if (!(result.smtputf8 ? STRICT_UTF8 : STRICT).test(result.address)) throw new Error(told);
    if (Buffer.byteLength(result.address.slice(0, result.address.lastIndexOf('@'))) > 64)
      throw new Error(told);
    if (/[\p{C}\p{Zl}\p{Zp}<>]/u.test(result.address)) throw new Error(told);
    expect(isMailAddress(result.address, result.smtputf8)).toBe(true);
  }
  expect(mailed).toBeGreaterThan(1_000);
});

test('what comes out comes out again unchanged', () => {
  for (const [, raw] of HOSTILE_ADDRESSES) {
    const result = mailableAddress(raw);
    if ('address' in result)
      expect(mailableAddress(result.address)).toEqual({ address: result.address, smtputf8: result.smtputf8 });
  }
});

test.each([
  'a@x.test, b@x.test',
  'a@x.test;b@x.test',
  'Ann <a@x.test>',
  'a@x.test\r\nBcc: b@x.test',
  'a@x.test\n',
  ' a@x.test',
  'a b@x.test',
  'a@b@x.test',
  'a(c)@x.test',
  'x.test',
  '',
  `${'a'.repeat(400)}@x.test`,
  '"a\r\nb"@x.test',
  'a\u2028@x.test',
  '\uD800@x.test',
])('%j is no mail address: it would be no one mailbox in the To header (C17)', (address) => {
  expect(isMailAddress(address, true)).toBe(false);
});

test('an address that needs SMTPUTF8 is one only where that may be needed (C14)', () => {
  expect(isMailAddress('jörg@shop.test', true)).toBe(true);
  expect(isMailAddress('jörg@shop.test', false)).toBe(false);
});

test.each([
  ['ann@shop.test', false],
  ['"a b"@shop.test', false],
  ['jörg@shop.test', true],
  ['ann@bücher.test', true],
  ['ann@xn--bcher-kva.test', false],
])('%s needs SMTPUTF8: %s (C14)', (address, needed) => {
  expect(needsSmtputf8(address)).toBe(needed);
});
