import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MockActivityEnvironment } from '@temporalio/testing';
import { sql } from 'kysely';
import { type Connection, createConnection } from 'mysql2/promise';
import pino from 'pino';
import { acceptancesIn } from '../../scripts/relay/acceptances';
import { type RelayProcess, startRelayProcess } from '../../scripts/relay/relay-process';
import { choosePort } from '../../scripts/stack/choose-port';
import { findDatabase } from '../../scripts/stack/find-database';
import type { PartProcess } from '../../scripts/stack/part-process';
import { startDatabase } from '../../scripts/stack/start-database';
import { createActivities } from '../../src/activities/create-activities';
import { surveyNotices } from '../../src/books/balance';
import { failureDetail } from '../../src/incident/hold-reason';
import { type OwnLedger, ownLedger } from '../books/own-ledger';
import { until } from '../until';

const folder = mkdtempSync(join(tmpdir(), 'refuses-'));
let server: PartProcess;
let root: Connection;
let relay: RelayProcess;
let ledger: OwnLedger;

let port: number;
/** A server of our own, whose disk is as large as we say. */
async function startServer(megabytes: number): Promise<string> {
  const program = await findDatabase(process.env, () => undefined);
  const disk = `--innodb-data-file-path=ibdata1:12M:autoextend:max:${megabytes}M`;
  const settings = ['--innodb-file-per-table=OFF', disk];
  const url = await startDatabase(program, folder, port, (part) => (server = part), settings);
  root = await createConnection(url);
  return url;
}
beforeAll(async () => {
  port = await choosePort('the database', 0, () => undefined);
  process.env.DATABASE_URL = await startServer(64);
  await root.query("CREATE USER app@'%' IDENTIFIED BY 'app'"); // whom read_only binds
  await root.query("GRANT ALL ON `t\\_%`.* TO app@'%'");
});
afterAll(async () => {
  await root.end();
  await server.stop();
  rmSync(folder, { recursive: true });
});
afterEach(async () => {
  await ledger.drop();
  await relay.stop();
});

async function begin(customers: number): Promise<void> {
  relay = await startRelayProcess(mkdtempSync(join(folder, 'relay-')));
  ledger = await ownLedger('refuses', customers, { relay: { sessions: 2, messagesPerSession: null } });
}
const asApp = () => ledger.url.replace('root@', 'app:app@');
/** One slice in a worker of its own, as the company's user. */
async function slice(lane: string) {
  const worker = createActivities({
    databaseUrl: asApp(),
    smtpUrl: `smtp://127.0.0.1:${relay.port}`,
    workerName: 'test',
    log: pino({ level: 'silent' }),
  });
  const { ledgerId } = ledger;
  const input = { incidentId: 'test', ledgerId, lane, lanes: 2, wave: 'notice' as const, sliceSeconds: 30 };
  const range = { after: null, upTo: '999999' };
  try {
    return await new MockActivityEnvironment().run(worker.activities.notifySlice, { ...input, range });
  } finally {
    await worker.close();
  }
}
/** What the run's hold says when this goes on for a minute. */
async function heldWith(attempt: Promise<unknown>): Promise<string> {
  const { message, type } = await attempt.then(
    () => ({ message: 'it was not refused', type: '' }),
    (error) => error,
  );
  return failureDetail({ activity: 'notifySlice', message, type });
}
async function toldBy(): Promise<string[]> {
  const to: string[] = [];
  for (const acceptance of await acceptancesIn(relay.log)) to.push(acceptance.to);
  return to;
}
const states = async () => (await surveyNotices(ledger.books, 'notice')).notices;
const set = (name: string, value: number) => root.query(`SET GLOBAL ${name} = ${value}`);
/** A counter of the server's. */
async function counted(name: string): Promise<number> {
  const [rows] = await root.query(`SHOW GLOBAL STATUS LIKE '${name}'`);
  return Number((rows as { Value: string }[])[0]!.Value);
}

async function connectionsOfApp(): Promise<number[]> {
  const [rows] = await root.query('SHOW PROCESSLIST');
  return (rows as { User: string; Id: number }[]).filter(({ User }) => User === 'app').map(({ Id }) => Id);
}

/** Others hold more connections than the server allows; the worker, which could settle by the one of its watch, has none. */
async function fillUp(): Promise<() => Promise<void>> {
  const others = await Promise.all(Array.from({ length: 15 }, () => createConnection(asApp())));
  await set('max_connections', 10);
  // One may have ended by itself meanwhile (1094).
  for (const id of await connectionsOfApp())
    if (!others.some(({ threadId }) => threadId === id))
      await root.query(`KILL ${id}`).catch(() => undefined);
  return async () => {
    await set('max_connections', 300);
    for (const other of others) await other.end();
  };
}
/** As a long transaction of somebody else would. */
async function lockRows(): Promise<() => Promise<void>> {
  const other = await createConnection(ledger.url);
  await other.query('BEGIN');
  for (const table of ['incidents', 'claims'])
    await other.query(`SELECT 1 FROM \`${ledger.database.ledgerSchema}\`.${table} FOR UPDATE`);
  return () => other.end();
}
async function makeReadOnly(): Promise<() => Promise<void>> {
  await set('read_only', 1);
  return async () => void (await set('read_only', 0));
}

test.each([
  [
    'read-only (1290)',
    makeReadOnly,
    'Com_rollback',
    /Mailing notices\. The database is read-only: is this server a replica, or in a failover\?/,
  ],
  [
    'full of connections (1040)',
    fillUp,
    'Connection_errors_max_connections',
    /too many connections: raise max_connections or stop what holds them/,
  ],
  [
    'locked by somebody (1205)',
    lockRows,
    'Com_rollback',
    /The database did not grant a lock in time: .*SHOW PROCESSLIST/,
  ],
] as const)(
  'a database that is %s, then back: words for the hold, nobody in doubt, everybody told once (I1, I2)',
  async (_, breakIt, refusals, words) => {
    await begin(60);
    await relay.control({ add: { at: 'dot', after: 59, action: 'hold' } });
    const running = slice('notify-1');
    await until('the last dot', async () => (await toldBy()).length === 60);
    // But the one with which it watches the gate: settling needs a new connection.
    await until(
      'the end of its idle connections',
      async () => (await connectionsOfApp()).length <= 1,
      connectionsOfApp,
    );
    const fix = await breakIt();
    try {
      expect(await heldWith(slice('notify-2'))).toMatch(words);
      const before = await counted(refusals);
      await relay.control({ release: true });
      await until('the refusal of its settling', async () => (await counted(refusals)) > before);
      expect(await states()).toEqual({ sending: 60 });
    } finally {
      await fix();
    }
    expect(await running).toMatchObject({ done: true, counts: { sent: 60 } });
    expect(await states()).toEqual({ sent: 60 });
    expect(new Set(await toldBy()).size).toBe(60);
  },
);

test('a database whose disk is full, then has room: words for the hold, then everybody is told once (I1, I2)', async () => {
  await begin(4_000);
  const { db } = ledger.database;
  await sql`CREATE TABLE filler (id INT AUTO_INCREMENT PRIMARY KEY, dust LONGBLOB)`.execute(db);
  const fill = async () => {
    for (;;) await sql`INSERT INTO filler (dust) VALUES (REPEAT('x', 1000000))`.execute(db);
  };
  await expect(fill()).rejects.toMatchObject({ errno: 1114 });
  const held = await heldWith(slice('notify-1'));
  expect(held).toMatch(/The database's disk is full: make room, then resume/);
  await root.end();
  await server.stop();
  await startServer(512);
  await slice('notify-1');
  expect(await states()).toEqual({ sent: 4_000 });
  const told = await toldBy();
  expect([told.length, new Set(told).size]).toEqual([4_000, 4_000]);
});
