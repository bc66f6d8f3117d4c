import { createReplyParser, enhancedCode, type Reply, replyText } from '../../src/smtp/reply-parser';

function parse(...chunks: (string | Buffer)[]): { replies: Reply[]; problem: string | null } {
  const replies: Reply[] = [];
  const parser = createReplyParser((reply) => replies.push(reply));
  let problem: string | null = null;
  for (const chunk of chunks) problem ??= parser.feed(Buffer.from(chunk as string, 'latin1'));
  return { replies, problem };
}

const CONVERSATION = '220-relay.test\r\n220-second line\r\n220 third\r\n250\r\n250-\r\n250 \r\n354 go\r\n';

test('reads replies of one line, of many, and a bare code', () => {
  const { replies, problem } = parse(CONVERSATION);
  expect(problem).toBeNull();
  expect(replies.map(({ code, lines }) => [code, lines])).toEqual([
    [220, ['relay.test', 'second line', 'third']],
    [250, ['']],
    [250, ['', '']],
    [354, ['go']],
  ]);
});

test('reads the same wherever the packets are cut (C04)', () => {
  const whole = parse(CONVERSATION).replies.map(({ code, lines }) => ({ code, lines }));
  for (let cut = 1; cut < CONVERSATION.length; cut++) {
    const { replies } = parse(CONVERSATION.slice(0, cut), CONVERSATION.slice(cut));
    expect(replies.map(({ code, lines }) => ({ code, lines }))).toEqual(whole);
  }
  const { replies, problem } = parse(...CONVERSATION);
  expect(problem).toBeNull();
  expect(replies.map(({ code, lines }) => ({ code, lines }))).toEqual(whole);
});

test.each([200, 209, 259, 354, 450, 500, 559])('%i is a reply', (code) => {
  expect(parse(`${code} x\r\n`).replies).toMatchObject([{ code, lines: ['x'] }]);
});

test('a line of as many octets as may be is read, and so are several that are more only together', () => {
  const longest = `250 ${'x'.repeat(4_091)}\r\n`;
  expect(parse(longest).problem).toBeNull();
  expect(parse(longest.slice(0, -1), '\n').replies).toHaveLength(1);
  expect(parse(`250-${'x'.repeat(3_000)}\r\n250 ${'x'.repeat(3_000)}\r\n`).replies).toHaveLength(1);
});

test('says whether octets of something else came along (C01)', () => {
  expect(parse('220 go\r\n').replies[0]!.more).toBe(false);
  expect(parse('220 go\r\n2').replies[0]!.more).toBe(true);
  expect(parse('220 go\r\n250 AUTH PLAIN\r\n').replies.map(({ more }) => more)).toEqual([true, false]);
});

test.each([
  ['mixed codes', '250-a\r\n251 b\r\n', /two codes, 250 and 251/],
  ['garbage', 'hello there\r\n', /^a line of 11 octets that is no reply$/],
  ['an empty line', '\r\n', /no reply/],
  ['two digits', '25 ok\r\n', /no reply/],
  ['a code above 5xx', '650 ok\r\n', /no reply/],
  ['1xx, which no command of ours has', '150 ok\r\n', /no reply/],
  ['290, which no reply can have', '290 ok\r\n', /no reply/],
  ['260, just as little', '260 ok\r\n', /no reply/],
  ['a colon for a digit', '25: ok\r\n', /no reply/],
  ['a slash for a digit', '25/ ok\r\n', /no reply/],
  ['a slash in the middle', '2/0 ok\r\n', /no reply/],
  [
    'a long line of nonsense, which is told cut',
    `${'x'.repeat(100)}\r\n`,
    /^a line of 100 octets that is no reply$/,
  ],
  ['no separator', '250ok\r\n', /no reply/],
  ['a bare LF', '250 ok\n', /CRLF/],
  ['a lone LF', '\n', /CRLF/],
  ['a bare CR inside', '250 a\rb\r\n', /no reply/],
  ['NUL', '250 a\0b\r\n', /NUL/],
  ['a line without end', `250 ${'x'.repeat(5_000)}`, /4096 octets/],
  ['a line too long', `250 ${'x'.repeat(5_000)}\r\n`, /4096 octets/],
  ['a reply without end', '250-x\r\n'.repeat(200), /128 lines/],
])('ends the session on %s', (_, text, problem) => {
  expect(parse(text).problem).toMatch(problem);
  expect(parse(...text).problem).toMatch(problem);
});

test('reads nothing more once it is stopped', () => {
  const replies: number[] = [];
  const parser = createReplyParser(({ code }) => {
    replies.push(code);
    parser.stop();
  });
  parser.feed(Buffer.from('220 a\r\n250 b\r\n'));
  parser.feed(Buffer.from('250 c\r\n'));
  expect(replies).toEqual([220]);
});

test('an enhanced code counts only in front, and in the class of its reply', () => {
  const codeOf = (code: number, line: string) => enhancedCode({ code, lines: [line], more: false });
  expect(codeOf(550, '5.1.1 no such user')).toBe('5.1.1');
  expect(codeOf(250, '2.0.0')).toBe('2.0.0');
  expect(codeOf(550, '5.11.101 no')).toBe('5.11.101');
  expect(codeOf(550, '4.1.1 no such user')).toBeNull();
  expect(codeOf(550, 'see 5.1.1 there')).toBeNull();
  expect(codeOf(550, '5.1.1234 no')).toBeNull();
});

test('the words come as UTF-8 on one line', () => {
  const latin1 = Buffer.from('5.1.1 Empfänger \u001b[31munbekannt', 'utf8').toString('latin1');
  expect(replyText({ code: 550, lines: [latin1, '5.1.1 twice'], more: false })).toBe(
    '5.1.1 Empfänger [31munbekannt 5.1.1 twice',
  );
});
