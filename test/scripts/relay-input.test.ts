import { smtpInput } from '../../scripts/relay/smtp-input';

/** Reads one message, then one command, from octets that come in these pieces. */
function readIn(pieces: string[]): [content: string | undefined, line: string | undefined, left: number] {
  const input = smtpInput();
  let content: string | undefined;
  let line: string | undefined;
  for (const piece of pieces) {
    input.take(Buffer.from(piece, 'latin1'));
    content ??= input.content()?.toString('latin1');
    if (content !== undefined) line ??= input.line()?.toString('latin1');
  }
  return [content, line, input.waiting()];
}

const MESSAGES = [
  ['a message', 'Subject: x\r\n\r\nhello\r\n'],
  ['an empty message', ''],
  ['one that begins with a dot', '..\r\n'],
  ['dots at line starts and lone dots between bare line ends', '\r\n..a\r\n..\r\n.\n.\r\r\n\n.\n\r\n'],
  ['nothing but empty lines', '\r\n\r\n\r\n'],
] as const;

test.each(MESSAGES)('%s ends at its dot, at whatever two places the packets are cut', (_, message) => {
  const whole = `${message}.\r\nMAIL\r\n`;
  const wrong: string[][] = [];
  for (let first = 0; first <= whole.length; first++) {
    for (let second = first; second <= whole.length; second++) {
      const pieces = [whole.slice(0, first), whole.slice(first, second), whole.slice(second)];
      const [content, line, left] = readIn(pieces);
      if (content !== message || line !== 'MAIL\r\n' || left !== 0) wrong.push(pieces);
    }
  }
  expect(wrong).toEqual([]);
});

test.each(MESSAGES)('%s ends at its dot when each octet comes alone', (_, message) => {
  expect(readIn([...`${message}.\r\nMAIL\r\n`])).toEqual([message, 'MAIL\r\n', 0]);
});

test('a dot without CRLF on both sides ends nothing', () => {
  for (const almost of ['\n.\n', '\r\n.\n', '\n.\r\n', '\r\n.\r', '\r\n.', '\r\n. \r\n', 'x.\r\n'])
    expect(readIn([`a${almost}b`])).toEqual([undefined, undefined, expect.any(Number)]);
});

test('a message in a hundred thousand packets is read in one go, not again for each', () => {
  const input = smtpInput();
  const packet = Buffer.from(`${'x'.repeat(98)}\r\n`);
  let ends = 0;
  for (let i = 0; i < 100_000; i++) {
    input.take(packet);
    if (input.content() !== null) ends++;
  }
  expect(ends).toBe(0);
  expect(input.waiting()).toBe(4);
  input.take(Buffer.from('.\r\n'));
  expect(input.content()?.length).toBe(10_000_000);
});

test('a command line ends at LF, and what is left of one is kept', () => {
  const input = smtpInput();
  input.take(Buffer.from('NOOP\r\nRSET\nQU'));
  expect([input.line(), input.line(), input.line()].map((line) => line?.toString())).toEqual([
    'NOOP\r\n',
    'RSET\n',
    undefined,
  ]);
  input.take(Buffer.from('IT\r\n'));
  expect(input.line()?.toString()).toBe('QUIT\r\n');
});
