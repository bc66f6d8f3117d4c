import { cleanReplyText } from '../../src/smtp/reply-text';

test.each([
  ['plain words', 'plain words'],
  ['', ''],
  ['  around  ', 'around'],
  ['bell\u0007 and escape \u001b[2J', 'bell and escape [2J'],
  ['two\r\nlines\tand tab', 'two lines and tab'],
  ['C1 \u0085\u009b2J', 'C1 2J'],
  ['bidi \u202eevil\u2066', 'bidi evil'],
  ['lone \ud800 surrogate', 'lone \ufffd surrogate'],
  ['Grüße 🙂', 'Grüße 🙂'],
])('%j becomes %j', (words, clean) => {
  expect(cleanReplyText(words)).toBe(clean);
});

test('octets that are no UTF-8 are replaced, not kept', () => {
  expect(cleanReplyText(Buffer.from([0x61, 0xff, 0xfe, 0x62]))).toBe('a\ufffd\ufffdb');
});

test('is cut to 200, never through a character', () => {
  expect(cleanReplyText('x'.repeat(5_000))).toHaveLength(200);
  for (let front = 0; front < 4; front++) {
    const cut = cleanReplyText('x'.repeat(front) + '🙂'.repeat(300));
    expect(Array.from(cut)).toHaveLength(200);
    expect(Buffer.from(cut, 'utf8').toString('utf8')).toBe(cut);
  }
});
