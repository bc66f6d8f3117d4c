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
  ['a line of nonsense without end', 'x'.repeat(4_097), /^a line of 4097 octets that is no reply$/],
  ['no separator', '250ok\r\n', /no reply/],
  ['a lone LF', '\n', /no reply/],
  ['a NUL within the code', '2\x005 ok\r\n', /no reply/],
  ['a NUL for the separator', '250\0ok\r\n', /no reply/],
  ['a bare LF before the last line', '250-ok\n250 ok\r\n', /CRLF/],
  ['a bare CR before the last line', '250-a\rb\r\n250 ok\r\n', /CRLF/],
  ['a line before the last one without end', `250-${'x'.repeat(5_000)}`, /4096 octets/],
  ['a line too long before the last one', `250-${'x'.repeat(5_000)}\r\n250 ok\r\n`, /4096 octets/],
  ['a reply without end', '250-x\r\n'.repeat(200), /128 lines/],
])('ends the session on %s', (_, text, problem) => {
  expect(parse(text).problem).toMatch(problem);
  expect(parse(...text).problem).toMatch(problem);
});

test.each([
  ['a bare LF', '550 5.1.1 no\n250 ok\r\n', /CRLF/],
  ['a bare LF behind good lines', '550-5.1.1 no\r\n550 such user\n', /CRLF/],
  ['a bare CR inside', '550 5.1.1 a\rb\r\n', /CRLF/],
  ['a line without end', `550 5.1.1 ${'x'.repeat(5_000)}`, /4096 octets/],
  ['a line of one octet too many', `550 5.1.1 ${'x'.repeat(4_086)}\r\n`, /4096 octets/],
  ['a line too long', `550 5.1.1 ${'x'.repeat(5_000)}\r\n`, /4096 octets/],
])('a reply with %s counts by its code, and ends the session (C95, C96)', (_, text, flaw) => {
  for (const { replies, problem } of [parse(text), parse(...text)]) {
    expect(replies).toMatchObject([{ code: 550, marred: expect.stringMatching(flaw) }]);
    expect(problem).toBe(replies[0]!.marred);
    expect(enhancedCode(replies[0]!)).toBe('5.1.1');
    expect(replyText(replies[0]!)).toMatch(/^5\.1\.1 [ -~]+$/);
  }
});

test('a NUL is only a bad word', () => {
  const { replies, problem } = parse('550 5.1.1 nul \0 here\r\n250 ok\r\n');
  expect(problem).toBeNull();
  expect(replies).toMatchObject([
    { code: 550, marred: null },
    { code: 250, marred: null },
  ]);
  expect(replyText(replies[0]!)).toBe('5.1.1 nul here');
});

test('what came before a bad line in one packet stands (C96)', () => {
  const { replies, problem } = parse('250 2.0.0 queued as X\r\n250-a\r\n550 b\r\n');
  expect(replies).toMatchObject([{ code: 250, lines: ['2.0.0 queued as X'], marred: null }]);
  expect(problem).toMatch(/two codes/);
});

test('after a marred reply nothing is read any more', () => {
  const replies: number[] = [];
  const parser = createReplyParser(({ code }) => replies.push(code));
  parser.feed(Buffer.from('550 a\n'));
  parser.feed(Buffer.from('250 b\r\n'));
  const long = createReplyParser(({ code }) => replies.push(code));
  long.feed(Buffer.from(`451 ${'x'.repeat(5_000)}`));
  long.feed(Buffer.from('\r\n250 b\r\n'));
  expect(replies).toEqual([550, 451]);
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
  const codeOf = (code: number, line: string) =>
    enhancedCode({ code, lines: [line], more: false, marred: null });
  expect(codeOf(550, '5.1.1 no such user')).toBe('5.1.1');
  expect(codeOf(250, '2.0.0')).toBe('2.0.0');
  expect(codeOf(550, '5.11.101 no')).toBe('5.11.101');
  expect(codeOf(550, '4.1.1 no such user')).toBeNull();
  expect(codeOf(550, 'see 5.1.1 there')).toBeNull();
  expect(codeOf(550, '5.1.1234 no')).toBeNull();
});

test('the words come as UTF-8 on one line', () => {
  const latin1 = Buffer.from('5.1.1 Empfänger \u001b[31munbekannt', 'utf8').toString('latin1');
  expect(replyText({ code: 550, lines: [latin1, '5.1.1 twice'], more: false, marred: null })).toBe(
    '5.1.1 Empfänger [31munbekannt 5.1.1 twice',
  );
});
