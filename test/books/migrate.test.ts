import '../long-runs';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { sql } from 'kysely';
import { type Connection, createConnection } from 'mysql2/promise';
import { findLedger, LedgerError } from '../../src/books/ledger-identity';
import { createLedger, lackingMigrations, upgradeLedger } from '../../src/books/migrate';
import { holdKind } from '../../src/books/migrations/0002-hold-kind';
import { type Database, ledgerSchemaOf, openDatabase } from '../../src/books/open-database';
import { holdOfBefore } from '../../src/incident/older-holds';
import { type OwnSchema, ownSchema } from '../own-schema';
import { fatalWire } from './fatal-wire';
import { makeOlder } from './older-ledger';
import { bigintKey } from './own-ledger';

let schema: OwnSchema;
let database: Database;
let root: Connection;
beforeAll(async () => {
  const server = new URL(process.env.DATABASE_URL!);
  server.pathname = '/';
  root = await createConnection(server.href);
});
afterAll(() => root.end());
beforeEach(async () => {
  schema = await ownSchema('migrate');
  database = openDatabase(schema.url, { ledgerExists: false, connections: 1 });
});
afterEach(async () => {
  await database.close();
  await schema.drop();
});

/** What changes something, and the lock. */
const CHANGES =
  /GET_LOCK|CREATE (DATABASE|TABLE)|ALTER TABLE|UPDATE incidents|INSERT IGNORE|INSERT INTO file_versions/;

/** In a process that is killed when the server has done the statement of that number. @returns what it had said. */
async function makeUntil(number: number): Promise<{ passed: string[]; signal: string | null }> {
  const wire = await fatalWire(schema.url, {
    counts: CHANGES,
    number,
    kill: () => void child.kill('SIGKILL'),
  });
  const args = [
    '--require',
    require.resolve('tsx/cjs'),
    join(__dirname, 'create-ledger-process.ts'),
    wire.url,
  ];
  const child = spawn(process.execPath, args, { stdio: 'inherit' });
  const [, signal] = await once(child, 'exit');
  await wire.close();
  return { passed: wire.passed, signal };
}

/** Every table of the ledger as the server writes it down, its rows counted. */
async function tables(): Promise<Record<string, string>> {
  const { rows } = await sql<{ name: string }>`
    SELECT TABLE_NAME AS name FROM information_schema.TABLES WHERE TABLE_SCHEMA = ${database.ledgerSchema}`.execute(
    database.db,
  );
  const written: Record<string, string> = {};
  for (const { name } of rows) {
    const table = sql.id(database.ledgerSchema, name);
    const made = await sql<{ 'Create Table': string }>`SHOW CREATE TABLE ${table}`.execute(database.db);
    const counted = await sql<{ n: string }>`SELECT COUNT(*) AS n FROM ${table}`.execute(database.db);
    written[name] = `${made.rows[0]!['Create Table']}; ${counted.rows[0]!.n} rows`;
  }
  return written;
}

async function refusal(): Promise<string> {
  const error = await createLedger(schema.url, bigintKey).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(LedgerError);
  return (error as Error).message;
}

test('killed after any statement of the making, the next start goes on, and what it leaves is the same (C81)', async () => {
  const { passed, signal } = await makeUntil(0);
  expect(signal).toBeNull();
  expect(passed.map((statement) => statement.match(/^\S+ ?\S*/)![0]).join()).toMatch(
    /^CREATE DATABASE,GET_LOCK\(.*,(CREATE TABLE,){9}INSERT IGNORE,ALTER TABLE,UPDATE incidents,ALTER TABLE,INSERT IGNORE,ALTER TABLE,(INSERT IGNORE,CREATE TABLE,){2}INSERT IGNORE,(ALTER TABLE,){2}INSERT IGNORE,CREATE TABLE,(ALTER TABLE,){2}INSERT INTO,INSERT IGNORE,CREATE TABLE,ALTER TABLE,INSERT IGNORE,CREATE TABLE,(ALTER TABLE,){2}(INSERT IGNORE,?){2}$/,
  );
  const whole = await tables();
  expect(Object.keys(whole)).toHaveLength(14);
  for (let number = 1; number <= passed.length; number++) {
    await sql`DROP DATABASE ${sql.id(database.ledgerSchema)}`.execute(database.db);
    expect((await makeUntil(number)).signal).toBe('SIGKILL');
    await createLedger(schema.url, bigintKey);
    expect([number, await tables()]).toEqual([number, whole]);
    expect(await findLedger(database)).not.toBeNull();
  }
});

/** What reasons of holds began with, and what they meant, when the ledger was of 0001. */
const REASONS: [string | null, string | null][] = [
  [null, null],
  ['Not everything has died: why', 'verify-findings'],
  ['Canary done: why', 'canary-done'],
  ['The relay refused canary mailboxes: why', 'canary-refused'],
  ['In doubt: why', 'in-doubt'],
  ['A whole pass changed nothing: why', 'no-progress'],
  ['Rows are missing: why', 'rows-missing'],
  ['Before the reminder: why', 'reminder'],
  ['Not the database that this began on: why', 'lost-commits'],
  ['The books do not add up: why', 'close-refused'],
  ['Stopped: why', 'slice-stopped'],
  ['Failed after repeated attempts: why', 'activity-failed'],
  ['PAUSE IS NOT CERTAIN: why', 'gate-not-closed'],
  ['Cancel was asked: why', 'cancel-asked'],
  ['Cancellation was requested: why', 'cancellation-requested'],
  ['in words that nobody knows', 'slice-stopped'],
];

/** Of 0001, with a run that holds for each of these reasons. */
async function olderLedger(): Promise<void> {
  await createLedger(schema.url, bigintKey);
  await makeOlder(database);
  for (const [i, [reason]] of REASONS.entries())
    await sql`INSERT INTO ${sql.id(database.ledgerSchema, 'incidents')} (incident_id, title, file_hash, file, content_hash, cutoff,
        phase, gate, gate_reason, gate_by, gate_since, fence, rate_per_second, hold_reason, message_key, server_identity, started_by, started_at)
      VALUES (${`id-${i}`}, '', '', '{}', '', NOW(), 'expire', 'open', '', '', NOW(), 0, 1, ${reason}, ${Buffer.alloc(32)}, '', '', NOW())`.execute(
      database.db,
    );
}

/** The hold of each incident, oldest first. */
async function holds(): Promise<[string | null, string | null][]> {
  const { rows } = await sql<{ reason: string | null; kind: string | null }>`
    SELECT hold_reason AS reason, hold_kind AS kind FROM ${sql.id(database.ledgerSchema, 'incidents')} ORDER BY incident`.execute(
    database.db,
  );
  return rows.map(({ reason, kind }) => [reason, kind]);
}

/** @returns what the ledger lacked. */
async function upgrade(): Promise<string[]> {
  const ledger = openDatabase(schema.url, { connections: 2 });
  const lacking = await lackingMigrations(ledger);
  await upgradeLedger(ledger).finally(() => ledger.close());
  return lacking;
}

test('a run that held before holds had a kind keeps what resume means there', async () => {
  await olderLedger();
  expect(await refusal()).toMatch(
    /older version.*lacks 0002-hold-kind, 0003-resend-decision, 0004-relay-sessions, 0005-stand-ins, 0006-law, 0007-file-versions, 0008-receivers, 0009-relays.*npm run cli -- upgrade/,
  );
  expect(await upgrade()).toEqual([
    '0002-hold-kind',
    '0003-resend-decision',
    '0004-relay-sessions',
    '0005-stand-ins',
    '0006-law',
    '0007-file-versions',
    '0008-receivers',
    '0009-relays',
  ]);
  expect(await holds()).toEqual(REASONS);
  expect(REASONS.map(([reason]) => holdOfBefore(reason)?.kind ?? null)).toEqual(
    REASONS.map(([, kind]) => kind),
  );
  const { rows: versions } = await sql`
    SELECT v.version, v.file, v.proposed_by FROM ${sql.id(database.ledgerSchema, 'file_versions')} v
    JOIN ${sql.id(database.ledgerSchema, 'incidents')} i ON i.incident = v.incident AND i.version = v.version`.execute(
    database.db,
  );
  expect(versions).toEqual(REASONS.map(() => ({ version: 1, file: '{}', proposed_by: '' })));
  expect(await upgrade()).toEqual([]);
  await createLedger(schema.url, bigintKey);
});

test('an upgrade that was given up half-way, and runs that held or went on by the old version since, lose nothing', async () => {
  await olderLedger();
  const incidents = sql.id(database.ledgerSchema, 'incidents');
  const [addColumn, setKinds] = holdKind.map(({ statement }) =>
    statement.replace(/(ALTER TABLE|UPDATE) incidents/, `$1 \`${database.ledgerSchema}\`.incidents`),
  );
  await sql.raw(addColumn!).execute(database.db);
  await sql.raw(setKinds!).execute(database.db);
  await sql`UPDATE ${incidents} SET hold_reason = NULL WHERE incident = 2`.execute(database.db);
  await sql`UPDATE ${incidents} SET hold_reason = 'In doubt: 3' WHERE incident = 3`.execute(database.db);
  await upgrade();
  expect((await holds()).slice(0, 4)).toEqual([
    [null, null],
    [null, null],
    ['In doubt: 3', 'in-doubt'],
    ['The relay refused canary mailboxes: why', 'canary-refused'],
  ]);
});

test('two upgrades at once are one', async () => {
  await olderLedger();
  await Promise.all([upgrade(), upgrade(), upgrade()]);
  expect(await holds()).toEqual(REASONS);
});

test('a table of that name which is not ours is named, with what differs, and nothing is changed (C81)', async () => {
  const ledger = sql.id(database.ledgerSchema);
  await sql`CREATE DATABASE ${ledger}`.execute(database.db);
  await sql`CREATE TABLE ${sql.id(database.ledgerSchema, 'audit')} (id INT PRIMARY KEY, who TEXT)`.execute(
    database.db,
  );
  const before = (await tables()).audit;
  expect(await refusal()).toMatch(
    new RegExp(
      `^The table ${database.ledgerSchema}\\.audit is there already, and is not the one .*found \`id\` int.*, wanted \`incident\` int.*drop it`,
    ),
  );
  expect((await tables()).audit).toBe(before);
});

test('a ledger of another key, and one that a newer version made, are named (C81)', async () => {
  await createLedger(schema.url, bigintKey);
  const other = createLedger(schema.url, { sqlType: 'bigint', kind: 'integer' });
  await expect(other).rejects.toThrow(
    /keeps customer ids as bigint.* unsigned.*this incident's key is bigint:/,
  );
  const migrations = sql.id(database.ledgerSchema, 'migrations');
  await sql`INSERT INTO ${migrations} VALUES ('0099-later', UTC_TIMESTAMP(6))`.execute(database.db);
  expect(await refusal()).toBe(
    'The ledger here was made by a newer version of this program (0099-later): use that version.',
  );
});

test('another client that holds the lock is waited for in bounds, and named (C81)', async () => {
  const name = ledgerSchemaOf(schema.companySchema);
  await root.query('SELECT GET_LOCK(?, 0)', [name]);
  const [[{ id }]] = (await root.query('SELECT CONNECTION_ID() AS id')) as unknown as [[{ id: number }]];
  // What it does meanwhile has a character beyond utf8mb3, which the server's own list of statements has no room for.
  const doing = root.query("SELECT SLEEP(60), 'Zoé 🙂'");
  const words = await refusal();
  await sql`KILL QUERY ${sql.raw(String(id))}`.execute(database.db);
  await doing.catch(() => undefined); // MariaDB ends it with an error
  expect(words).not.toContain('Zoé');
  expect(words).toContain(`connection ${id} (user root from `);
  expect(words).toContain(`holds the server's lock '${name}', and did not let it go within 20 s`);
  expect(words).toContain(`KILL ${id}`);
  expect(await tables()).toEqual({});
  await root.query('DO RELEASE_LOCK(?)', [name]);
  await createLedger(schema.url, bigintKey);
  expect(await findLedger(database)).not.toBeNull();
});

test("other programs' locks are no concern of ours, and a whole ledger needs none (C81)", async () => {
  const kyselys = 'ea586330-2c93-47c8-908d-981d9d270f9d';
  await root.query('SELECT GET_LOCK(?, 0)', [kyselys]);
  await createLedger(schema.url, bigintKey);
  await root.query('DO RELEASE_LOCK(?)', [kyselys]);
  await root.query('SELECT GET_LOCK(?, 0)', [ledgerSchemaOf(schema.companySchema)]);
  await createLedger(schema.url, bigintKey);
  await root.query('DO RELEASE_LOCK(?)', [ledgerSchemaOf(schema.companySchema)]);
});
