import { appendFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type RelayProcess, startRelayProcess } from '../../scripts/relay/relay-process';
import { acceptedIn, codes, content, dial as dialTo, envelope, type RelayClient } from './relay-client';

let folder: string;
let relay: RelayProcess;
const clients: RelayClient[] = [];

async function start(...args: string[]): Promise<void> {
  folder = mkdtempSync(join(tmpdir(), 'relay-'));
  relay = await startRelayProcess(folder, args);
}
afterEach(async () => {
  for (const client of clients.splice(0)) client.hangUp();
  await relay.stop();
  rmSync(folder, { recursive: true });
});

function dial(): RelayClient {
  const client = dialTo(relay.port);
  clients.push(client);
  return client;
}
/** Everything said at once, up to the QUIT that is added; all replies. */
async function converse(...lines: string[]): Promise<string> {
  const client = dial();
  client.say(`${lines.join('\r\n')}\r\nQUIT\r\n`);
  return client.end();
}
/** Each command with the code that it was answered. */
async function answersTo(table: readonly (readonly string[])[]): Promise<string[][]> {
  const heard = await converse('EHLO me', ...table.map(([command]) => command!));
  const answers = codes(heard).slice(-table.length - 1);
  return table.map(([command], i) => [command!, answers[i]!.trim()]);
}
const log = () => readFileSync(relay.log, 'utf8');
const logged = () =>
  log()
    .trim()
    .split('\n')
    .filter((line) => !line.includes(': disconnect from '))
    .map((line) => line.replace(/^\w{3} [ \d]\d \d\d:\d\d:\d\d capture postfix\/(\w+)\[\d+\]: /, '$1 '));

test('a pipelined message is in the log, in the format of Postfix, before its 250 is out', async () => {
  await start();
  const client = dial();
  client.say(`EHLO me\r\n${envelope()}`);
  await client.heard(/354 End data/);
  client.say(content('m1@x.test'));
  const queueId = /queued as (\w+)/.exec(await client.heard(/queued as \w+/))![1]!;
  expect(logged()).toEqual([
    'smtpd connect from localhost[127.0.0.1]',
    `smtpd ${queueId}: client=localhost[127.0.0.1]`,
    `cleanup ${queueId}: message-id=<m1@x.test>`,
    `qmgr ${queueId}: from=<c@x.test>, size=${content('m1@x.test').length - 3}, nrcpt=1 (queue active)`,
    `smtp ${queueId}: to=<a@x.test>, relay=capture[127.0.0.1]:25, delay=0, delays=0/0/0/0, dsn=2.0.0, status=sent (250 2.0.0 Ok)`,
    `qmgr ${queueId}: removed`,
  ]);
});

const full = existsSync('/dev/full') ? test : test.skip;
full('where the log cannot be written there is no 250', async () => {
  await start('--log', '/dev/full');
  const client = dial();
  client.say(`EHLO me\r\n${envelope()}`);
  await client.heard(/354 End data/);
  client.say(content('m1'));
  expect(await client.end()).not.toMatch(/queued as/);
});

test('hundreds of messages in one write, over four sessions, each have their own 250 and their own lines', async () => {
  await start();
  const session = async (number: number) => {
    const client = dial();
    const all = Array.from({ length: 200 }, (_, i) => envelope(`a${i}@x.test`) + content(`m${number}.${i}`));
    client.say(`EHLO me\r\n${all.join('')}QUIT\r\n`);
    return [...(await client.end()).matchAll(/queued as (\w+)/g)].map(([, id]) => id!);
  };
  const ids = (await Promise.all([1, 2, 3, 4].map(session))).flat();
  expect(new Set(ids).size).toBe(800);
  expect(new Set(await acceptedIn(relay.log)).size).toBe(800);
  expect(ids.filter((id) => !log().includes(` ${id}: message-id=`))).toEqual([]);
});

test('kept messages are what was meant: dots unstuffed, nothing else changed', async () => {
  await start('--keep', join(tmpdir(), `kept-${process.pid}`), '--keep-first', '1');
  const kept = join(tmpdir(), `kept-${process.pid}`);
  await converse('EHLO me', `${envelope().trim()}\r\n${content('m1', '..a\r\n\r\n..\r\n\xe9').trim()}`);
  await converse('EHLO me', `${envelope().trim()}\r\n${content('m2').trim()}`);
  const files = readdirSync(kept);
  const eml = readFileSync(join(kept, files[0]!), 'utf8');
  rmSync(kept, { recursive: true });
  expect(files).toHaveLength(1);
  expect(eml).toBe('Message-ID: <m1>\r\nSubject: x\r\n\r\n.a\r\n\r\n.\r\né\r\n');
});

test('it is as strict about the order of commands as Postfix', async () => {
  await start();
  const heard = await converse(
    'RCPT TO:<a@x.test>',
    'DATA',
    'EHLO',
    'MAIL FROM:<c@x.test>',
    'DATA',
    'MAIL FROM:<c@x.test>',
    'FOO',
    'RSET',
    'RCPT TO:<a@x.test>',
    'AUTH PLAIN x',
    'STARTTLS',
  );
  expect(codes(heard).join('')).toBe('220 503 503 501 250 554 503 500 250 503 503 502 221 ');
});

test('a recipient must be one address (C14, C16, C17)', async () => {
  await start();
  const table = [
    ['RCPT TO:<a@x.test, b@y.test>', '501'],
    ['RCPT TO:<a@x.test;b@y.test>', '501'],
    ['RCPT TO:<a@x.test> <b@y.test>', '555'],
    ['RCPT TO:<Ann <a@x.test>>', '501'],
    ['RCPT TO:<a b@x.test>', '501'],
    ['RCPT TO: a@x.test', '501'],
    ['RCPT TO:<>', '501'],
    ['RCPT TO:<jörg@x.test>', '553'],
    ['RCPT TO:<"a..b, >"@x.test>', '250'],
    ["RCPT TO:<o'hara+x=y@x.test>", '250'],
    ['rcpt to: <a@[127.0.0.1]>', '250'],
  ] as const;
  expect(await answersTo([['MAIL FROM:<c@x.test>', '250'], ...table])).toEqual([
    ['MAIL FROM:<c@x.test>', '250'],
    ...table,
  ]);
});

test.each([
  [
    [],
    [
      ['MAIL FROM:<c@x.test> SIZE=1000 BODY=8BITMIME', '250'],
      ['MAIL FROM:<c@x.test> SMTPUTF8', '250'],
      ['MAIL FROM:<jörg@x.test> SMTPUTF8', '250'],
      ['MAIL FROM:<jörg@x.test>', '553'],
      ['MAIL FROM:<>', '250'],
      ['MAIL FROM:<c@x.test> SIZE=99999999999', '552'],
      ['MAIL FROM:<c@x.test> RET=FULL', '555'],
      ['MAIL FROM:<a@x.test> BODY=8BITMIME X>', '555'],
    ],
  ],
  [
    ['--without', 'SMTPUTF8', '--without', '8bitmime'],
    [
      ['MAIL FROM:<c@x.test> SMTPUTF8', '555'],
      ['MAIL FROM:<c@x.test> BODY=8BITMIME', '555'],
      ['MAIL FROM:<c@x.test> SIZE=1', '250'],
    ],
  ],
])(
  'with the options %j, MAIL takes the parameters that EHLO offered and no others (C13, C14)',
  async (args, table) => {
    await start(...args);
    const each = table.flatMap(([command, code]) => [
      [command!, code!],
      ['RSET', '250'],
    ]);
    expect(await answersTo(each)).toEqual(each);
  },
);

test('several recipients of one message are several acceptances, and strangers show', async () => {
  await start();
  await converse(
    'EHLO me',
    'MAIL FROM:<c@x.test>',
    'RCPT TO:<a@x.test>',
    'RCPT TO:<b@x.test>',
    'DATA',
    content('m1').trim(),
  );
  expect(await acceptedIn(relay.log)).toEqual(['m1 a@x.test', 'm1 b@x.test']);
});

test('nothing that a client says ends or begins a line of the log', async () => {
  await start();
  const forged = '\r Nov 25 03:16:54 x postfix/qmgr[1]: F0F0F0: removed';
  await converse(
    `EHLO me${forged}`,
    'MAIL FROM:<c@x.test>',
    `RCPT TO:<a${forged}@x.test>`,
    'RCPT TO:<a@x.test>',
    'DATA',
    `Message-ID: <m1${forged.replace('\r', '\r\n')}>\r\n\r\n.`,
  );
  expect(log()).not.toMatch(/\r/);
  expect(
    log()
      .split('\n')
      .slice(0, -1)
      .every((line) => /^\w{3} [ \d]\d \S+ capture postfix/.test(line)),
  ).toBe(true);
  expect((await acceptedIn(relay.log)).map((messageId) => messageId.slice(0, 2))).toEqual(['m1']);
});

test('a message whose sender is gone before the dot is no acceptance, though its id is in the log as in that of Postfix', async () => {
  await start();
  const client = dial();
  client.say(`EHLO me\r\n${envelope()}`);
  await client.heard(/354/);
  client.say('Message-ID: <m1>\r\n\r\nhalf');
  client.socket.end();
  await client.end();
  expect(logged().at(-2)).toMatch(/^cleanup \w+: message-id=<m1>$/);
  expect(logged().at(-1)).toBe('smtpd lost connection after DATA (24 bytes) from localhost[127.0.0.1]');
  expect(await acceptedIn(relay.log)).toEqual([]);
  expect(await relay.control({ stats: true })).toMatchObject({ accepted: 0, aborted: 1 });
});

test('a client that closes its side at once still hears every reply', async () => {
  await start();
  const client = dial();
  client.socket.end(`EHLO me\r\n${envelope()}${content('m1')}`);
  expect(await client.end()).toMatch(/queued as \w+\r\n$/);
});

test('with --strict, what must not be on the wire is counted (C11, C12, C13)', async () => {
  await start('--strict');
  const bodies = [
    `${'x'.repeat(998)}\r\n..${'x'.repeat(997)}`,
    'x'.repeat(999),
    'a\nb\n\nc',
    'a\rb',
    'ö',
    `${'ö'.repeat(600)}`,
  ];
  const client = dial();
  client.say(`EHLO me\r\n${bodies.map((body) => envelope() + content('m', body)).join('')}QUIT\r\n`);
  await client.end();
  const stats = await relay.control({ stats: true });
  expect(stats).toMatchObject({ accepted: 6, longLines: 2, bareLf: 3, bareCr: 1, eightBit: 2 });
  await converse('EHLO me', `MAIL FROM:<c@x.test> BODY=8BITMIME`, 'RCPT TO:<a@x.test>', 'DATA', 'ö', '.');
  expect(await relay.control({ stats: true })).toMatchObject({ accepted: 7, eightBit: 2 });
});

test('it counts who speaks before it may (C03, RFC 2920 3.1)', async () => {
  await start('--without', 'PIPELINING');
  const polite = dial();
  for (const [line, reply] of [
    ['EHLO me\r\n', /250 SMTPUTF8/],
    ['MAIL FROM:<c@x.test>\r\n', /250 2\.1\.0/],
    ['RCPT TO:<a@x.test>\r\n', /250 2\.1\.5/],
    ['DATA\r\n', /354/],
    [content('m1'), /queued/],
  ] as const) {
    polite.say(line);
    await polite.heard(reply);
  }
  expect(await relay.control({ stats: true })).toMatchObject({ earlyTalk: 0 });
  await converse('EHLO me', 'MAIL FROM:<c@x.test>', 'RCPT TO:<a@x.test>');
  expect((await relay.control({ stats: true })).earlyTalk).toBeGreaterThan(0);
});

test('authentication is asked for where a user is set', async () => {
  await start('--user', 'u', '--password', 'p');
  const base64 = (text: string) => Buffer.from(text).toString('base64');
  const heard = await converse(
    'EHLO me',
    'MAIL FROM:<c@x.test>',
    `AUTH PLAIN ${base64('\0u\0wrong')}`,
    'AUTH LOGIN',
    '*',
    'AUTH CRAM-MD5',
    'AUTH LOGIN',
    base64('u'),
    base64('p'),
    'AUTH PLAIN',
    'MAIL FROM:<c@x.test>',
  );
  const after = heard.slice(heard.indexOf('250 SMTPUTF8'));
  expect(codes(after).join('')).toBe('250 530 535 334 501 535 334 334 235 503 250 221 ');
  expect(
    codes(await converse('EHLO me', 'AUTH PLAIN', base64('x\0u\0p')))
      .slice(-3)
      .join(''),
  ).toBe('334 235 221 ');
});

test('it goes on after kill -9 with the same log on the same port, also after half a line, and no queue id comes again', async () => {
  await start('--time', 'rfc3339', '--fsync');
  const send = async (id: string) =>
    /queued as (\w+)/.exec(await converse('EHLO me', envelope().trim(), content(id).trim()))?.[1];
  const first = await send('m1');
  const { pid, port } = relay;
  await relay.kill9();
  appendFileSync(relay.log, '2026-11-25T03:16:54.000Z capture postfix/qm');
  await relay.restart();
  const second = await send('m2');
  expect(relay.pid).not.toBe(pid);
  expect(relay.port).toBe(port);
  expect(new Set([first, second, undefined]).size).toBe(3);
  expect(await acceptedIn(relay.log)).toEqual(['m1 a@x.test', 'm2 a@x.test']);
  expect(log()).toContain('capture postfix/qm\n');
  expect(log()).toMatch(
    /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z capture postfix\/smtpd\[\d+\]: connect from /,
  );
});
