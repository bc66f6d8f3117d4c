import { wireContent } from '../../src/smtp/envelope';

const onWire = (content: string) => wireContent(Buffer.from(content, 'latin1'))?.toString('latin1');
/** What a receiver makes of it (RFC 5321 4.5.2). */
const received = (content: string) => onWire(content)?.replace(/(^|\r\n)\./g, '$1');

test('a dot at every offset of a line arrives as it was (C10)', () => {
  for (let offset = 0; offset < 80; offset++) {
    for (const dots of ['.', '..', '.com']) {
      const content = `Subject: x\r\n\r\n${'a'.repeat(offset)}${dots}${'b'.repeat(80 - offset)}\r\n${dots}\r\nend\r\n`;
      expect(received(content)).toBe(content);
      expect(onWire(content)).not.toMatch(/(^|\r\n)\.(\r\n|[^.])/);
    }
  }
});

test('a content whose first character is a dot arrives as it was (C10)', () => {
  expect(onWire('.\r\nQUIT\r\n')).toBe('..\r\nQUIT\r\n');
});

test('the end of data stands on a line of its own', () => {
  expect(onWire('no line end')).toBe('no line end\r\n');
  expect(onWire('with one\r\n')).toBe('with one\r\n');
  expect(onWire('.x')).toBe('..x\r\n');
  expect(onWire('')).toBe('');
  // A bare line end is none: what follows it would be read as the end of data by a careless relay alone (C12).
  expect(onWire('bare\n')).toBe('bare\n\r\n');
  expect(onWire('bare\r')).toBe('bare\r\r\n');
  expect(onWire('\n')).toBe('\n\r\n');
  expect(onWire('.x\n')).toBe('..x\n\r\n');
});

test.each(['x\n.\nQUIT', 'x\r.\r\n', 'x\n.\r\ny', '\n.\n', 'x\r\r.y', 'a\n\n.b'])(
  'an end of data hidden after a bare line end, %j, is refused (C12)',
  (content) => {
    expect(onWire(content)).toBeUndefined();
  },
);

test('a content that needs nothing is not copied', () => {
  const content = Buffer.from('Subject: x\r\n\r\nhello\r\n');
  expect(wireContent(content)).toBe(content);
});
