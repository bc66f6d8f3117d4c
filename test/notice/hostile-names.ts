/** Seeded names of people who mean harm, of software that went wrong, and of everybody else. */
export function hostileNames(seed: number, count: number): string[] {
  const random = seededRandom(seed);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
  const names: string[] = [...KNOWN];
  while (names.length < count) {
    let name = '';
    for (let i = Math.floor(random() * 6); i >= 0; i--)
      name += random() < 0.5 ? pick(SHARDS) : anyCharacter(random);
    names.push(name);
  }
  return names.slice(0, count);
}

/** mulberry32: the same numbers for the same seed, 0 up to 1. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function anyCharacter(random: () => number): string {
  const plane = random();
  if (plane < 0.3) return String.fromCharCode(Math.floor(random() * 0x180));
  if (plane < 0.9) return String.fromCharCode(Math.floor(random() * 0x10000));
  return String.fromCodePoint(0x10000 + Math.floor(random() * 0x100000));
}

const KNOWN = [
  'Ann',
  '.',
  '..',
  '.com',
  '=',
  '=2E',
  'x\n.\nQUIT',
  'x\r',
  'x\r\n.\r\n',
  'Ann\r\nBcc: everybody@evil.test',
  '\r\n\r\n<h1>no</h1>',
  '<b>Ann</b>',
  '<script>alert(1)</script>',
  '</bdi></td></table>',
  '<!--',
  ']]>',
  '&amp;',
  '&lt;Ann&gt;',
  '&copy=2',
  '{{reset_url}}',
  '{{{x}}}',
  '{lastName}',
  '{name}',
  '{email}',
  "$1$&$`$'",
  '<mj-raw>',
  '\uFDD0nameText\uFDD1',
  '\uFDD2',
  "O'Hara",
  'O\'Hara, "Ann" <x>',
  '"; DROP TABLE customers; --',
  '\\',
  'login-shop.test',
  'visit evil.test now',
  'visit evil．test now',
  'http://evil.test/a?b=c&d',
  '+1 900 555 0100',
  '@handle',
  'José',
  'Jose\u0301',
  'JosÃ©',
  'JosÃƒÂ©',
  'Jos\uFFFD',
  'Анна-Мария',
  '王小明',
  'نور',
  'נועה',
  'श्रीनिवास',
  '🎉👩‍👩‍👧‍👦🏴󠁧󠁢󠁥󠁮󠁧󠁿',
  '\u202Eevil',
  'evil\u202E',
  '\u2067x\u2066y',
  '\u2069\u2069',
  '\uD800',
  'Ann \uDC00 B',
  '\uD83D',
  'From ',
  'From me',
  'Fr\0ed',
  '\x1B[31mred',
  '\x7F\x80\x85\x9F',
  '\u2028\u2029',
  '\uFEFFAnn',
  ' Ann ',
  '\tAnn\t',
  'A  B',
  '-',
  '--',
  '--=_boundary',
  '-- ',
  '=?UTF-8?B?QW5u?=',
  'e\u0301\u0302\u0303\u0304\u0305\u0306\u0307',
  `Z${'\u0335\u0321\u0489'.repeat(400)}`,
  'x'.repeat(10_240),
  '.'.repeat(2_000),
  '王'.repeat(400),
  `${'a'.repeat(74)}.`,
  `${'a'.repeat(75)}=`,
  '',
  ' ',
  '\r\n',
];

const SHARDS = [
  'Ann',
  ' ',
  '.',
  '=',
  '\r\n',
  '\n.\n',
  '<',
  '>',
  '&',
  "'",
  '"',
  '{',
  '}',
  'é',
  '王',
  'نور',
  '\u202E',
  '\uD800',
  '🎉',
  'F',
  'From ',
];
