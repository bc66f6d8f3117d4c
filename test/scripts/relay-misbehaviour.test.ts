import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type RelayProcess, startRelayProcess } from '../../scripts/relay/relay-process';
import { until } from '../until';
import { acceptedIn, codes, content, dial as dialTo, envelope, type RelayClient } from './relay-client';

let folder: string;
let relay: RelayProcess;
let accepted: number;
const clients: RelayClient[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'relay-'));
  relay = await startRelayProcess(folder);
});
afterAll(async () => {
  await relay.stop();
  rmSync(folder, { recursive: true });
});
beforeEach(async () => {
  await relay.control({ clear: true });
  accepted = (await acceptedIn(relay.log)).length;
});
afterEach(() => {
  for (const client of clients.splice(0)) client.hangUp();
});

const add = (rule: Record<string, unknown>) => relay.control({ add: rule });
function dial(): RelayClient {
  const client = dialTo(relay.port);
  clients.push(client);
  return client;
}
/** Says all at once; what was heard when the connection is over. */
async function converse(...octets: string[]): Promise<string> {
  const client = dial();
  client.say(octets.join(''));
  return client.end();
}
/** Accepted since the test began. */
const acceptances = async () => (await acceptedIn(relay.log)).slice(accepted);

test.each([
  ['greeting', 'EHLO me\r\n', '554 5.7.1 no\r\n250'],
  ['ehlo', 'EHLO me\r\n', '\r\n451 4.3.0 later\r\n221'],
  ['mail', `EHLO me\r\n${envelope()}`, '\r\n451 4.3.0 later\r\n503'],
  ['rcpt', `EHLO me\r\n${envelope()}`, '\r\n451 4.3.0 later\r\n554'],
  ['data', `EHLO me\r\n${envelope()}`, '\r\n451 4.3.0 later\r\n221'],
  [
    'content',
    `EHLO me\r\n${envelope()}${content('m1')}`,
    '354 End data with <CR><LF>.<CR><LF>\r\n451 4.3.0 later\r\n221',
  ],
  ['dot', `EHLO me\r\n${envelope()}${content('m1')}`, '\r\n451 4.3.0 later\r\n221'],
  ['rset', 'EHLO me\r\nRSET\r\n', '\r\n451 4.3.0 later\r\n221'],
  ['quit', 'EHLO me\r\n', '\r\n451 4.3.0 later\r\n'],
])(
  'it refuses at %s when told to, goes on with the session, and accepts nothing',
  async (at, conversation, expected) => {
    await add({ at, reply: at === 'greeting' ? '554 5.7.1 no' : '451 4.3.0 later', times: 1 });
    expect(await converse(conversation, 'QUIT\r\n', at === 'quit' ? 'QUIT\r\n' : '')).toContain(expected);
    expect(await acceptances()).toEqual([]);
  },
);

test.each(['greeting', 'ehlo', 'mail', 'rcpt', 'data', 'content', 'dot'])(
  '421 at %s ends the session',
  async (at) => {
    await add({ at, reply: '421 4.7.0 come back later' });
    expect(await converse(`EHLO me\r\n${envelope()}${content('m1')}`)).toMatch(
      /421 4\.7\.0 come back later\r\n$/,
    );
    expect(await acceptances()).toEqual([]);
  },
);

test('454 after the dot accepts nothing, and the session goes on', async () => {
  await add({ at: 'dot', reply: '454 4.7.0 later', times: 1 });
  const heard = await converse(
    `EHLO me\r\n${envelope()}${content('m1')}${envelope()}${content('m2')}QUIT\r\n`,
  );
  expect(codes(heard.slice(heard.indexOf('354'))).join('')).toBe('354 454 250 250 354 250 221 ');
  expect(await acceptances()).toEqual(['m2 a@x.test']);
});

test.each([
  ['drop', 'content', []],
  ['drop', 'dot', []],
  ['close', 'dot', []],
  ['drop-after', 'dot', ['m2 a@x.test']],
  ['reply-and-drop', 'dot', ['m2 a@x.test']],
])(
  '%s at the %s: the message before has its 250, this one is accepted or not as its log says',
  async (action, at, expected) => {
    await add({ at, action, after: 1 });
    const client = dial();
    client.say(`EHLO me\r\n${envelope()}${content('m1')}`);
    await client.heard(/queued as \w+\r\n/);
    client.say(`${envelope()}${content('m2')}${envelope()}`);
    const heard = await client.end();
    expect(heard.match(/queued as/g)).toHaveLength(action === 'reply-and-drop' ? 2 : 1);
    expect(await acceptances()).toEqual(['m1 a@x.test', ...expected]);
  },
);

test.each([
  ['drop', false],
  ['drop-after', true],
])('%s in one packet with the message before loses no line of the log', async (action, second) => {
  await add({ at: 'dot', action, after: 1 });
  await converse(
    `EHLO me\r\n${envelope()}${content('m1')}${envelope()}${content('m2')}${envelope()}${content('m3')}`,
  );
  expect(await acceptances()).toEqual(['m1 a@x.test', ...(second ? ['m2 a@x.test'] : [])]);
});

test('a stall says nothing more, and ends with the client', async () => {
  await add({ at: 'dot', action: 'stall' });
  const client = dial();
  client.say(`EHLO me\r\n${envelope()}${content('m1')}NOOP\r\n`);
  await client.heard(/354 .*\r\n/);
  expect(await relay.control({ stats: true })).toMatchObject({ connections: 1 });
  client.socket.end();
  expect(await client.end()).toMatch(/354 [^\n]*\n$/);
  expect(await acceptances()).toEqual([]);
});

test('nothing overtakes a reply that is late (C08)', async () => {
  await add({ at: 'dot', delayMs: 50, times: 1 });
  const heard = await converse(`EHLO me\r\n${envelope()}${content('m1')}NOOP\r\nQUIT\r\n`);
  expect(heard).toMatch(/354 .*\r\n250 2\.0\.0 Ok: queued as \w+\r\n250 2\.0\.0 Ok\r\n221/);
});

test('a reply that is held back is said once the rules are cleared, after what it answers is in the log', async () => {
  await add({ at: 'dot', action: 'hold' });
  const client = dial();
  client.say(`EHLO me\r\n${envelope()}${content('m1')}NOOP\r\nQUIT\r\n`);
  await until('the message in the log', async () => (await acceptances()).length > 0);
  expect((await relay.control({ stats: true })).rules).toMatchObject([{ fired: 1 }]);
  await relay.control({ clear: true });
  expect(await client.end()).toMatch(/354 .*\r\n250 2\.0\.0 Ok: queued as \w+\r\n250 2\.0\.0 Ok\r\n221/);
});

test('a message whose reply is late is in the log before it, and stays there when the client gives up (C08)', async () => {
  await add({ at: 'dot', action: 'hold' });
  const client = dial();
  client.say(`EHLO me\r\n${envelope()}`);
  await client.heard(/354 .*\r\n/);
  client.say(content('m1'));
  await until('the message in the log', async () => (await acceptances()).length > 0);
  client.hangUp();
  expect(await client.end()).toMatch(/354 [^\n]*\n$/);
  expect(await acceptances()).toEqual(['m1 a@x.test']);
});

test('a crash after the dot leaves the message in the log, and the next life goes on after it', async () => {
  await add({ at: 'dot', action: 'crash' });
  expect(await converse(`EHLO me\r\n${envelope()}${content('m1')}`)).not.toMatch(/queued as/);
  expect(await acceptances()).toEqual(['m1 a@x.test']);
  await relay.restart();
  expect(await converse(`EHLO me\r\n${envelope()}${content('m2')}QUIT\r\n`)).toMatch(/queued as/);
  expect(await acceptances()).toEqual(['m1 a@x.test', 'm2 a@x.test']);
});

test.each([
  ['452 4.4.5 too many messages this session', '452 503 503 '],
  ['421 4.4.5 too many messages this session', '421 '],
])('after two messages in a session, %s (C05)', async (reply, expected) => {
  await add({ at: 'mail', reply, acceptedInSession: 2 });
  const three = ['m1', 'm2'].map((messageId) => envelope() + content(messageId)).join('') + envelope();
  for (const _ of [1, 2]) {
    const heard = codes(await converse(`EHLO me\r\n${three}QUIT\r\n`)).join('');
    expect(heard.replace(/221 $/, '').endsWith(`354 250 ${expected}`)).toBe(true);
  }
  expect(await acceptances()).toHaveLength(4);
});

test('a rule is for whom it names, from where it says, every second or third, so many times; the first that fits counts', async () => {
  await add({ at: 'rcpt', match: '^bad\\d', reply: '550 5.1.1 <bad>: unknown' });
  await add({ at: 'rcpt', match: 'x\\.test$', reply: '450 4.2.1 busy', after: 2, every: 2, times: 2 });
  const recipients = ['a', 'bad1', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i'].map(
    (name) => `RCPT TO:<${name}@x.test>\r\n`,
  );
  const heard = codes(await converse(`EHLO me\r\nMAIL FROM:<c@x.test>\r\n${recipients.join('')}QUIT\r\n`));
  expect(heard.slice(-11, -1).join('')).toBe('250 550 250 250 450 250 450 250 250 250 ');
  expect(await relay.control({ stats: true })).toMatchObject({
    rules: [
      { at: 'rcpt', seen: 1, fired: 1 },
      { at: 'rcpt', seen: 9, fired: 2 },
    ],
  });
});

test('a refused recipient is in the log as smtpd has it', async () => {
  const { readFileSync } = await import('node:fs');
  await add({ at: 'rcpt', reply: '550 5.1.1 <a@x.test>: unknown' });
  await converse(`EHLO me\r\n${envelope()}QUIT\r\n`);
  expect(readFileSync(relay.log, 'utf8')).toMatch(
    /NOQUEUE: reject: RCPT from localhost\[127\.0\.0\.1\]: 550 5\.1\.1 <a@x\.test>: unknown; from=<c@x\.test> to=<a@x\.test> proto=ESMTP helo=<me>\n/,
  );
});

test('a 354 without a recipient takes a lone dot, whose answer means nothing', async () => {
  await add({ at: 'rcpt', reply: '550 5.1.1 nobody' });
  await add({ at: 'data', reply: '354 go on all the same' });
  await add({ at: 'dot', reply: '250 2.0.0 fine', after: 1 });
  const once = `${envelope()}.\r\n`;
  const heard = codes(await converse(`EHLO me\r\n${once}${once}QUIT\r\n`)).join('');
  expect(heard.endsWith('250 550 354 554 250 550 354 250 221 ')).toBe(true);
  expect(await acceptances()).toEqual([]);
});

test('every reply one octet a packet, switched live (C04)', async () => {
  await relay.control({ octetByOctet: true });
  const client = dial();
  client.say(`EHLO me\r\n${envelope()}${content('m1')}QUIT\r\n`);
  const heard = await client.end();
  await relay.control({ octetByOctet: false });
  expect(codes(heard).slice(-6).join('')).toBe('250 250 250 354 250 221 ');
  // The kernel puts some together again before we read; in the usual way there are four or five packets.
  expect(client.packets().length).toBeGreaterThan(20);
  expect(await acceptances()).toEqual(['m1 a@x.test']);
});

test('a banner of several lines, and a bare 250 that takes effect (C04)', async () => {
  await add({ at: 'greeting', reply: '220-capture.test\r\n220-no spam\r\n220 go', wordsOnly: true });
  for (const at of ['mail', 'rcpt', 'dot']) await add({ at, reply: '250', wordsOnly: true });
  const heard = await converse(`EHLO me\r\n${envelope()}${content('m1')}QUIT\r\n`);
  expect(heard).toMatch(/^220-capture\.test\r\n220-no spam\r\n220 go\r\n250-/);
  expect(heard).toMatch(/\r\n250\r\n250\r\n354 [^\n]*\n250\r\n221/);
  expect(await acceptances()).toEqual(['m1 a@x.test']);
});

test.each([
  ['an over-long line', `250 ${'x'.repeat(100_000)}`, '\r\n'],
  ['garbage and NUL', '\x00\xff\xfe25\x000', '\r\n'],
  ['a bare LF', '250 2.1.0 Ok', '\n'],
  ['a line without an end', '250 2.1', ''],
])('%s is said octet by octet as told', async (_, reply, lineEnd) => {
  await add({ at: 'mail', reply, lineEnd });
  const heard = await converse('EHLO me\r\nMAIL FROM:<c@x.test>\r\nQUIT\r\n');
  expect(heard.endsWith(`SMTPUTF8\r\n${reply}${lineEnd}221 2.0.0 Bye\r\n`)).toBe(true);
});

test('half a reply, and then nothing', async () => {
  await add({ at: 'mail', reply: '250-2.1.0', lineEnd: '', action: 'stall' });
  const client = dial();
  client.say('EHLO me\r\nMAIL FROM:<c@x.test>\r\nNOOP\r\n');
  expect(await client.heard(/250-2\.1\.0/)).toMatch(/\r\n250-2\.1\.0$/);
});

test('masked capabilities (C02)', async () => {
  await add({ at: 'ehlo', reply: '250-capture.test\r\n250-XXXXXXXA\r\n250 8BITMIME', wordsOnly: true });
  const heard = await converse('EHLO me\r\nSTARTTLS\r\nMAIL FROM:<c@x.test> SMTPUTF8\r\nQUIT\r\n');
  expect(codes(heard).join('')).toBe('220 250-250-250 502 555 221 ');
});

test('what the control socket is told wrong, it says, and nothing changes', async () => {
  const wrong = [
    { add: { at: 'nowhere' } },
    { add: { at: 'dot', replay: '250' } },
    { add: { at: 'rcpt', match: '(' } },
    { nonsense: true },
  ];
  for (const command of wrong)
    await expect(relay.control(command)).rejects.toThrow(/rule is wrong|regular|write \{/i);
  expect(await relay.control({ stats: true })).toMatchObject({ rules: [] });
});
