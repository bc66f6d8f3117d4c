import { getEventListeners, once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { type Connection, type ConnectionEnd, openConnection } from '../../src/smtp/connection';
import type { Reply } from '../../src/smtp/reply-parser';
import { until } from '../until';

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/** A connection to a port of its own, and what stands at the other end of it; both end with the test. */
async function connected(givingUp: AbortSignal | null = null) {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const met = once(server, 'connection') as Promise<[Socket]>;
  const target = { host: '127.0.0.1', port: (server.address() as AddressInfo).port };
  const connection = await openConnection(target, null, 10_000, givingUp);
  const [peer] = await met;
  let received = '';
  let gone = false;
  peer.on('data', (chunk) => {
    received += chunk.toString('latin1');
  });
  peer.on('error', () => {});
  peer.on('close', () => {
    gone = true;
  });
  closing.push(async () => {
    connection.destroy();
    peer.destroy();
    server.close();
    await once(server, 'close');
  });
  return { connection, peer, received: () => received, gone: () => gone };
}

/** What a listener is told. */
function listenTo(connection: Connection, onReply: (reply: Reply) => void = () => {}) {
  const codes: number[] = [];
  const ends: ConnectionEnd[] = [];
  connection.listen(
    (reply) => {
      codes.push(reply.code);
      onReply(reply);
    },
    (end) => ends.push(end),
  );
  return { codes, ends };
}

/** What comes of it without waiting for anything: of a promise that is kept or broken already. */
async function atOnce(promise: Promise<unknown>): Promise<unknown> {
  const later = new Promise((resolve) => setImmediate(resolve, 'not yet known'));
  return Promise.race([promise.catch((reason) => reason), later]);
}

const UNASKED = { reason: 'protocol', text: expect.stringContaining('had not asked for') };

describe('while a session is being opened', () => {
  test('replies that came early wait in order', async () => {
    const { connection, peer } = await connected();
    peer.write('220 one\r\n250 two\r\n250 three\r\n');
    const lines: string[] = [];
    for (let i = 0; i < 3; i++) lines.push((await connection.nextReply(10_000)).lines[0]!);
    expect(lines).toEqual(['one', 'two', 'three']);
  });

  test('a command is not written where its reply is here already: that would count as the answer to it (C01)', async () => {
    const { connection, peer, received, gone } = await connected();
    peer.write('220 one\r\n250 two\r\n');
    await connection.nextReply(10_000);
    connection.write('EHLO shop.test\r\n');
    expect(await atOnce(connection.nextReply(10_000))).toMatchObject(UNASKED);
    await until('the end', gone);
    expect(received()).toBe('');
  });

  test('a session is not begun with a reply that nobody has asked for (I2)', async () => {
    const { connection, peer } = await connected();
    peer.write('220 one\r\n250 two\r\n');
    await connection.nextReply(10_000);
    const { codes, ends } = listenTo(connection);
    expect([codes, ends]).toMatchObject([[], [UNASKED]]);
  });

  test('who asks a connection that has ended is told so, and why, at once', async () => {
    const { connection, peer } = await connected();
    peer.write('not SMTP\r\n');
    await expect(connection.nextReply(10_000)).rejects.toMatchObject({ reason: 'protocol' });
    expect(await atOnce(connection.nextReply(10_000))).toMatchObject({ reason: 'protocol' });
    expect(await atOnce(connection.startTls({}, 10_000))).toMatchObject({ reason: 'protocol' });
    expect(listenTo(connection).ends).toMatchObject([{ reason: 'protocol' }]);
  });

  test('giving up ends it', async () => {
    const givingUp = new AbortController();
    const { connection, gone } = await connected(givingUp.signal);
    const reply = connection.nextReply(10_000);
    givingUp.abort();
    expect(await atOnce(reply)).toMatchObject({ reason: 'closed', text: 'we gave up' });
    await until('the end', gone);
  });
});

describe('a session that is open', () => {
  test('hears each reply, and of the end once, as what it was', async () => {
    const { connection, peer, gone } = await connected();
    const { codes, ends } = listenTo(connection);
    peer.write('250 one\r\n250 two\r\nnot SMTP\r\n250 three\r\n');
    await until('the end', gone);
    expect([codes, ends]).toMatchObject([[250, 250], [{ reason: 'protocol' }]]);
  });

  test('hears nothing that came in the packet of the reply over which it ended (I2)', async () => {
    const { connection, peer, gone } = await connected();
    const { codes, ends } = listenTo(connection, () => connection.destroy());
    peer.write('451 one\r\n250 two\r\n250 three\r\n');
    await until('the end', gone);
    expect([codes, ends]).toEqual([[451], []]);
  });

  test('is not ended by who gives up those that are being opened, nor kept by them', async () => {
    const givingUp = new AbortController();
    const { connection, peer } = await connected(givingUp.signal);
    const { codes, ends } = listenTo(connection);
    expect(getEventListeners(givingUp.signal, 'abort')).toEqual([]);
    givingUp.abort();
    peer.write('250 one\r\n');
    await until('the reply', () => codes.length > 0);
    expect(ends).toEqual([]);
  });
});

test('one that fails while it is opened is kept by nobody', async () => {
  const givingUp = new AbortController();
  const { connection, peer } = await connected(givingUp.signal);
  peer.destroy();
  await expect(connection.nextReply(10_000)).rejects.toMatchObject({ reason: 'closed' });
  expect(getEventListeners(givingUp.signal, 'abort')).toEqual([]);
});
