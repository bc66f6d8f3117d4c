import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createConnection, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readAcceptances } from '../../scripts/judge/read-acceptances';
import { type RelayProcess, startRelayProcess } from '../../scripts/relay/relay-process';

let folder: string;
let relay: RelayProcess;
const open: Socket[] = [];

async function start(...args: string[]): Promise<void> {
  folder = mkdtempSync(join(tmpdir(), 'relay-'));
  relay = await startRelayProcess(folder, args);
}
afterEach(async () => {
  for (const socket of open.splice(0)) socket.destroy();
  await relay.stop();
  rmSync(folder, { recursive: true });
}, 10_000);

/** A raw conversation: what was said so far can be waited for. */
function dial() {
  const socket = createConnection(relay.port, '127.0.0.1');
  open.push(socket);
  let said = '';
  let ended = false;
  let told: () => void = () => undefined;
  const note = () => {
    ended = true;
    told();
  };
  socket.on('data', (chunk) => {
    said += chunk.toString();
    told();
  });
  socket.on('error', note);
  socket.on('close', note);
  const until = async (condition: () => boolean) => {
    while (!condition()) {
      await new Promise<void>((resolve) => {
        told = resolve;
      });
    }
    return said;
  };
  return {
    socket,
    /** Everything said once `lines` reply lines are there. */
    replies: (lines: number) => until(() => said.split('\r\n').length > lines || ended),
    end: () => until(() => ended),
  };
}

const envelope = (to = 'a@x.test') => `MAIL FROM:<c@x.test>\r\nRCPT TO:<${to}>\r\nDATA\r\n`;
const content = (id: string, body = 'hello') => `Message-ID: <${id}>\r\nSubject: x\r\n\r\n${body}\r\n.\r\n`;
const log = () => readFileSync(relay.log, 'utf8');
const acceptances = async () => {
  const all: string[] = [];
  for await (const { messageId, to } of readAcceptances(relay.log)) all.push(`${messageId} ${to}`);
  return all;
};

test('a pipelined message is in the log, in the format of Postfix, before its 250 is out', async () => {
  await start();
  const line = dial();
  line.socket.write(`EHLO me\r\n${envelope()}`);
  expect(await line.replies(10)).toMatch(/354 End data/);
  line.socket.write(content('m1@x.test'));
  const queueId = /queued as (\w+)/.exec(await line.replies(11))![1]!;
  const lines = log().trim().split('\n');
  expect(
    lines.map((one) => one.replace(/^\w{3} [ \d]\d \d\d:\d\d:\d\d capture postfix\/(\w+)\[\d+\]: /, '$1 ')),
  ).toEqual([
    `smtpd ${queueId}: client=localhost[127.0.0.1]`,
    `cleanup ${queueId}: message-id=<m1@x.test>`,
    `qmgr ${queueId}: from=<c@x.test>, size=${content('m1@x.test').length - 3}, nrcpt=1 (queue active)`,
    `smtp ${queueId}: to=<a@x.test>, relay=capture[127.0.0.1]:25, delay=0, delays=0/0/0/0, dsn=2.0.0, status=sent (250 2.0.0 Ok)`,
    `qmgr ${queueId}: removed`,
  ]);
});

test('the end of the message is found wherever the packets are cut, and dots are unstuffed in what is kept', async () => {
  await start('--keep', join(tmpdir(), `kept-${process.pid}`));
  const kept = join(tmpdir(), `kept-${process.pid}`);
  const whole = `EHLO me\r\n${envelope()}${content('m1', '..a\r\n\r\n..')}${envelope('b@x.test')}${content('m2')}QUIT\r\n`;
  for (let cut = whole.indexOf('Message-ID'); cut < whole.length; cut += 3) {
    const line = dial();
    line.socket.setNoDelay(true);
    line.socket.write(whole.slice(0, cut));
    await line.replies(7);
    line.socket.write(whole.slice(cut));
    expect((await line.end()).match(/queued as/g)).toHaveLength(2);
  }
  const eml = readFileSync(join(kept, readdirSync(kept)[0]!), 'utf8');
  expect(eml.endsWith('\r\n\r\n.a\r\n\r\n.\r\n')).toBe(true);
  rmSync(kept, { recursive: true });
});

test('it is as strict about the order of commands as Postfix', async () => {
  await start();
  const line = dial();
  line.socket.write(
    'RCPT TO:<a@x.test>\r\nDATA\r\nMAIL FROM:<c@x.test>\r\nDATA\r\nMAIL FROM:<c@x.test>\r\nFOO\r\n',
  );
  const codes = (await line.replies(7))
    .trim()
    .split('\r\n')
    .map((reply) => reply.slice(0, 3));
  expect(codes).toEqual(['220', '503', '503', '250', '554', '503', '502']);
});

test.each([
  ['greeting', { at: 'greeting', reply: '421 4.7.0 no' }, /^421/],
  ['EHLO', { at: 'ehlo', reply: '451 4.3.0 later' }, /\r\n451 4\.3\.0/],
  ['MAIL', { at: 'mail', reply: '451 4.3.0 later' }, /\r\n451 4\.3\.0 later\r\n503/],
  ['RCPT', { at: 'rcpt', reply: '550 5.1.1 nobody' }, /\r\n550 5\.1\.1 nobody\r\n554/],
  ['DATA', { at: 'data', reply: '451 4.3.0 later' }, /\r\n451 4\.3\.0 later\r\n/],
])('it refuses at %s when told to, and accepts nothing', async (_, rule, expected) => {
  await start('--rule', JSON.stringify(rule));
  const line = dial();
  line.socket.write(rule.at === 'ehlo' ? 'EHLO me\r\nQUIT\r\n' : `EHLO me\r\n${envelope()}QUIT\r\n`);
  expect(await line.end()).toMatch(expected);
  expect(await acceptances()).toEqual([]);
});

test('454 behind the dot accepts nothing; a message accepted whose connection drops has no 250 but its log', async () => {
  await start();
  await relay.control({ add: { at: 'dot', reply: '454 4.7.0 later', times: 1 } });
  await relay.control({ add: { at: 'dot', action: 'drop-after' } });
  const line = dial();
  line.socket.write(`EHLO me\r\n${envelope()}${content('m1')}`);
  expect(await line.replies(11)).toMatch(/454 4\.7\.0 later\r\n$/);
  line.socket.write(`${envelope()}${content('m2')}`);
  expect(await line.end()).not.toMatch(/queued as/);
  expect(await acceptances()).toEqual(['m2 a@x.test']);
});

test('a drop before the dot is answered accepts nothing', async () => {
  await start('--rule', '{"at":"dot","action":"drop"}');
  const line = dial();
  line.socket.write(`EHLO me\r\n${envelope()}${content('m1')}`);
  expect(await line.end()).not.toMatch(/queued as/);
  expect(await acceptances()).toEqual([]);
});

test('a crash behind the dot leaves the message in the log', async () => {
  await start('--rule', '{"at":"dot","action":"crash"}');
  const line = dial();
  line.socket.write(`EHLO me\r\n${envelope()}${content('m1')}`);
  await line.end();
  expect(await acceptances()).toEqual(['m1 a@x.test']);
});

test('rules can be bound to a recipient, to every second one, and to what the session has had', async () => {
  await start();
  await relay.control({ add: { at: 'rcpt', reply: '550 5.1.1 nobody', match: '^bad' } });
  await relay.control({
    add: { at: 'mail', reply: '452 4.4.5 too many messages this session', acceptedInSession: 2 },
  });
  const line = dial();
  const send = (to: string, id: string) =>
    `${envelope(to)}${to.startsWith('bad') ? 'RSET\r\n' : content(id)}`;
  line.socket.write(
    `EHLO me\r\n${send('bad@x.test', 'm0')}${send('a@x.test', 'm1')}${send('b@x.test', 'm2')}MAIL FROM:<c@x.test>\r\nQUIT\r\n`,
  );
  expect(await line.end()).toMatch(/452 4\.4\.5 too many messages/);
  expect(await acceptances()).toEqual(['m1 a@x.test', 'm2 b@x.test']);
  expect(await relay.control({ stats: true })).toMatchObject({ accepted: 2, rejected: 1 });
});

test('authentication is asked for where a user is set', async () => {
  await start('--user', 'u', '--password', 'p');
  const plain = (text: string) => Buffer.from(text).toString('base64');
  const line = dial();
  line.socket.write(
    `EHLO me\r\nMAIL FROM:<c@x.test>\r\nAUTH PLAIN ${plain('\0u\0wrong')}\r\nAUTH LOGIN\r\n${plain('u')}\r\n${plain('p')}\r\nMAIL FROM:<c@x.test>\r\nQUIT\r\n`,
  );
  const codes = (await line.end())
    .trim()
    .split('\r\n')
    .map((reply) => reply.slice(0, 4));
  expect(codes.filter((code) => !/^250-|220/.test(code))).toEqual([
    '250 ',
    '530 ',
    '535 ',
    '334 ',
    '334 ',
    '235 ',
    '250 ',
    '221 ',
  ]);
});
