import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { type RelayProcess, startRelayProcess } from '../../scripts/relay/relay-process';
import { acceptedIn, codes, content, dial as dialTo, envelope, type RelayClient } from './relay-client';

let folder: string;
let relay: RelayProcess;
const clients: RelayClient[] = [];
const base64 = (text: string) => Buffer.from(text).toString('base64');

// Node makes no certificate by itself: without the openssl command there is none.
const withTls = spawnSync('openssl', ['version']).status === 0 ? test : test.skip;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'relay-'));
  if (withTls === test.skip) return;
  relay = await startRelayProcess(folder, [
    ...['--tls', 'starttls', '--require-tls', '--user', 'u', '--password', 'p'],
  ]);
});
afterAll(async () => {
  await relay?.stop();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(() => relay?.control({ clear: true }));
afterEach(() => {
  for (const client of clients.splice(0)) client.hangUp();
});

/** A session that has said EHLO, and STARTTLS. */
async function secured(): Promise<RelayClient> {
  const client = dialTo(relay.port);
  clients.push(client);
  client.say('EHLO me\r\n');
  await client.heard(/250 \S+\r\n/);
  client.say('STARTTLS\r\n');
  await client.heard(/\r\n220 .*\r\n/);
  await client.secure();
  return client;
}
const keywords = (heard: string) => [...heard.matchAll(/250[ -](\S+)/g)].map(([, keyword]) => keyword);

withTls('mail and passwords need TLS, and what EHLO says differs before and after it (C03)', async () => {
  const plain = dialTo(relay.port);
  clients.push(plain);
  plain.say(`EHLO me\r\nMAIL FROM:<c@x.test>\r\nAUTH PLAIN ${base64('\0u\0p')}\r\nQUIT\r\n`);
  const before = await plain.end();
  expect(keywords(before)).toContain('STARTTLS');
  expect(keywords(before)).not.toContain('AUTH');
  expect(codes(before).slice(-3).join('')).toBe('530 503 221 ');
  const client = await secured();
  client.say(`EHLO me\r\nAUTH PLAIN ${base64('\0u\0p')}\r\n${envelope()}${content('m1')}QUIT\r\n`);
  const after = await client.end();
  expect(keywords(after)).toContain('AUTH');
  expect(keywords(after)).not.toContain('STARTTLS');
  expect(codes(after).slice(-6).join('')).toBe('235 250 250 354 250 221 ');
  expect(await acceptedIn(relay.log)).toEqual(['m1 a@x.test']);
});

withTls('what is said in clear after STARTTLS is forgotten, and counted (RFC 3207 4.2)', async () => {
  const { earlyTalk } = await relay.control({ stats: true });
  const client = dialTo(relay.port);
  clients.push(client);
  client.say('EHLO me\r\n');
  await client.heard(/250 \S+\r\n/);
  client.say('STARTTLS\r\nNOOP\r\nNOOP\r\n');
  expect(await client.heard(/\r\n220 .*\r\n/)).toMatch(/220 [^\n]*\n$/);
  expect((await relay.control({ stats: true })).earlyTalk).toBe((earlyTalk as number) + 1);
  await client.secure();
  client.say('MAIL FROM:<c@x.test>\r\nQUIT\r\n');
  expect(codes(await client.end()).join('')).toBe('530 221 ');
});

withTls(
  'replies injected in clear after the 220, in one packet, and then a valid handshake (C01)',
  async () => {
    await relay.control({
      add: { at: 'starttls', reply: '220 go\r\n250-capture.test\r\n250 AUTH PLAIN', wordsOnly: true },
    });
    const client = dialTo(relay.port);
    clients.push(client);
    client.say('EHLO me\r\n');
    await client.heard(/250 \S+\r\n/);
    const packets = client.packets().length;
    client.say('STARTTLS\r\n');
    expect(await client.heard(/AUTH PLAIN/)).toMatch(/220 go\r\n250-capture\.test\r\n250 AUTH PLAIN\r\n$/);
    expect(client.packets()).toHaveLength(packets + 1);
    await client.secure();
    client.say('EHLO me\r\n');
    expect(keywords(await client.heard(/250 \S+\r\n/))).toContain('SMTPUTF8');
  },
);

withTls('454 to STARTTLS leaves the session in clear, where MAIL is refused (C02)', async () => {
  await relay.control({ add: { at: 'starttls', reply: '454 4.7.0 TLS not available' } });
  const client = dialTo(relay.port);
  clients.push(client);
  client.say('EHLO me\r\n');
  await client.heard(/250 \S+\r\n/);
  client.say('STARTTLS\r\n');
  await client.heard(/454 .*\r\n/);
  client.say('MAIL FROM:<c@x.test>\r\nQUIT\r\n');
  expect(
    codes(await client.end())
      .slice(-3)
      .join(''),
  ).toBe('454 530 221 ');
});

withTls(
  'rules can be for sessions with TLS, or after AUTH, only: other keywords, and 503 to a second EHLO (C03)',
  async () => {
    const reply = '250-capture.test\r\n250-SIZE 1000\r\n250 AUTH PLAIN';
    await relay.control({ add: { at: 'ehlo', auth: true, reply: '503 5.5.1 Error: already' } });
    await relay.control({ add: { at: 'ehlo', tls: true, reply, wordsOnly: true } });
    const client = await secured();
    client.say(
      `EHLO me\r\nAUTH PLAIN ${base64('\0u\0p')}\r\nEHLO me\r\nMAIL FROM:<c@x.test> BODY=8BITMIME\r\nQUIT\r\n`,
    );
    const heard = await client.end();
    expect(heard.startsWith(`${reply}\r\n235 `)).toBe(true);
    expect(codes(heard).slice(-4).join('')).toBe('235 503 555 221 ');
  },
);

withTls('a connection with TLS drops when told to', async () => {
  await relay.control({ add: { at: 'ehlo', tls: true, action: 'drop' } });
  const client = await secured();
  client.say('EHLO me\r\n');
  expect(await client.end()).toBe('');
});

withTls('each octet in its own packet, through STARTTLS too (C04)', async () => {
  await relay.control({ octetByOctet: true });
  const client = await secured();
  client.say('EHLO me\r\nQUIT\r\n');
  const heard = await client.end();
  await relay.control({ octetByOctet: false });
  expect(heard).toMatch(/221 2\.0\.0 Bye\r\n$/);
  expect(client.packets().length).toBeGreaterThan(20);
});

withTls('a client that breaks off the handshake harms nobody', async () => {
  const client = dialTo(relay.port);
  clients.push(client);
  client.say('EHLO me\r\n');
  await client.heard(/250 \S+\r\n/);
  client.say('STARTTLS\r\n');
  await client.heard(/\r\n220 .*\r\n/);
  client.say('this is no ClientHello\r\n');
  await client.end();
  expect(await relay.control({ stats: true })).toMatchObject({ rules: [] });
});

withTls('TLS from the start', async () => {
  const own = mkdtempSync(join(tmpdir(), 'relay-'));
  const implicit = await startRelayProcess(own, ['--tls', 'implicit']);
  const socket = connect({ port: implicit.port, host: '127.0.0.1', rejectUnauthorized: false });
  let heard = '';
  socket.on('data', (chunk) => {
    heard += chunk;
  });
  socket.write(`EHLO me\r\n${envelope()}${content('m1')}QUIT\r\n`);
  await new Promise((resolve) => socket.on('close', resolve));
  expect(codes(heard).slice(-5).join('')).toBe('250 250 354 250 221 ');
  expect(keywords(heard)).not.toContain('STARTTLS');
  expect(await acceptedIn(implicit.log)).toEqual(['m1 a@x.test']);
  await implicit.stop();
  rmSync(own, { recursive: true });
});
