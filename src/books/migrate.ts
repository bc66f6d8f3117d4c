import { randomBytes, randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import type { KeyColumn } from '../company/key-column';
import { giveIdentity, isNoLedger, LedgerError } from './ledger-identity';
import { type FrozenTable, firstLedger } from './migrations/0001-ledger';
import { type FrozenChange, holdKind } from './migrations/0002-hold-kind';
import { resendDecision } from './migrations/0003-resend-decision';
import { relaySessions } from './migrations/0004-relay-sessions';
import { standIns } from './migrations/0005-stand-ins';
import { law } from './migrations/0006-law';
import { fileVersions, versionsInUse } from './migrations/0007-file-versions';
import { receivers, waitsForReceiver } from './migrations/0008-receivers';
import { relays, sentByRelay } from './migrations/0009-relays';
import { type Database, type LedgerDatabase, openDatabase } from './open-database';

/**
 * Makes our schema beside the company's, or finishes what a start that was killed has begun; safe to repeat. `keyColumn` is the
 * company's key, whose type every `customer_id` of ours takes over.
 * @throws LedgerError; so where it is there already for another key type (one database holds incidents of one customers table),
 * and where an older version has incidents in it: workers of that version must be stopped first (upgradeLedger).
 */
export async function createLedger(url: string, keyColumn: KeyColumn): Promise<void> {
  const server = openDatabase(url, { ledgerExists: false, connections: 1 });
  try {
    await sql`CREATE DATABASE IF NOT EXISTS ${sql.id(server.ledgerSchema)}`.execute(server.db);
  } finally {
    await server.close();
  }
  const ledger = openDatabase(url, { connections: 2 });
  try {
    await refuseOtherKey(ledger.db, keyColumn);
    if (await hasIncidents(ledger.db)) await requireCurrent(ledger);
    await migrate(ledger, keyColumn.sqlType);
    await giveIdentity(ledger.db, { id: randomUUID(), fingerprintKey: randomBytes(32) });
  } finally {
    await ledger.close();
  }
}

/** The migrations that this ledger lacks. @throws LedgerError where a newer version was here. */
export async function lackingMigrations({ db }: Pick<Database, 'db'>): Promise<string[]> {
  return (await missing(db)).map(({ name }) => name);
}

/** Brings a ledger of an older version up to date. The caller has made sure that no worker of that version runs. @throws LedgerError */
export async function upgradeLedger(ledger: Database): Promise<void> {
  // The type of the key matters to the first migration alone, which a ledger with incidents has.
  await migrate(ledger, '');
}

async function hasIncidents(db: LedgerDatabase): Promise<boolean> {
  try {
    return (await sql`SELECT 1 FROM incidents LIMIT 1`.execute(db)).rows.length > 0;
  } catch (error) {
    if (isNoLedger(error)) return false;
    throw error;
  }
}

async function refuseOtherKey(db: LedgerDatabase, keyColumn: KeyColumn): Promise<void> {
  const { rows } = await sql<{ type: string; collation: string | null }>`
    SELECT COLUMN_TYPE AS type, COLLATION_NAME AS collation FROM information_schema.COLUMNS
    WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'cohort' AND COLUMN_NAME = 'customer_id'`.execute(db);
  const stored = rows[0];
  if (!stored) return;
  const [type, charset] = plainType(keyColumn.sqlType).split(' character set ');
  // A type that names no charset (MariaDB's UUID) shows one all the same.
  const sameCollation =
    charset === undefined || charset.endsWith(` collate ${stored.collation?.toLowerCase()}`);
  if (type === plainType(stored.type) && sameCollation) return;
  throw new LedgerError(
    `The ledger here keeps customer ids as ${stored.type} ${stored.collation ?? ''}, but this incident's key is ${keyColumn.sqlType}: ` +
      'use another database for incidents of another customers table.',
  );
}

/** Servers differ in whether an integer type shows a display width. */
function plainType(type: string): string {
  return type.toLowerCase().replace(/(int)\(\d+\)/, '$1');
}

/** In this order, for good: a ledger records the names of those that it has. */
const MIGRATIONS: Migration[] = [
  { name: '0001-ledger', tables: firstLedger },
  { name: '0002-hold-kind', changes: holdKind },
  { name: '0003-resend-decision', changes: resendDecision },
  { name: '0004-relay-sessions', tables: relaySessions },
  { name: '0005-stand-ins', tables: standIns },
  { name: '0006-law', changes: law },
  { name: '0007-file-versions', tables: fileVersions, changes: versionsInUse },
  { name: '0008-receivers', tables: receivers, changes: waitsForReceiver },
  { name: '0009-relays', tables: relays, changes: sentByRelay },
];

/** Tables first. */
interface Migration {
  name: string;
  tables?: (keyType: string) => FrozenTable[];
  changes?: FrozenChange[];
}

/**
 * Brings our schema up to date, one at a time. A crash after any statement leaves a schema that the next call goes on with: each
 * statement may be said again. Where nothing is missing no lock is asked for.
 * @throws LedgerError: somebody else holds the lock, a table of that name is not ours, or a newer version was here.
 */
export async function migrate({ db, ledgerSchema }: Database, keyType: string): Promise<void> {
  if ((await missing(db)).length === 0) return;
  await db.connection().execute(async (connection) => {
    // Without it a statement waits up to a year for somebody's transaction on one of the tables.
    await sql`SET SESSION lock_wait_timeout = ${sql.lit(LOCK_SECONDS)}`.execute(connection);
    await withSchemaLock(connection, ledgerSchema, async () => {
      if ((await recordedNames(connection)).length === 0) await makeTable(connection, migrations);
      for (const migration of await missing(connection)) {
        for (const table of migration.tables?.(keyType) ?? []) await makeTable(connection, table);
        for (const change of migration.changes ?? []) await carryOut(connection, change);
        await sql`INSERT IGNORE INTO migrations (name, made_at) VALUES (${migration.name}, UTC_TIMESTAMP(6))`.execute(
          connection,
        );
      }
    });
  });
}

async function carryOut(db: LedgerDatabase, { done, statement }: FrozenChange): Promise<void> {
  if (done !== null && (await sql.raw(done).execute(db)).rows.length > 0) return;
  await sql.raw(statement).execute(db);
}

/** @throws LedgerError where an older or a newer version of this program made the ledger. */
export async function requireCurrent(ledger: Pick<Database, 'db'>): Promise<void> {
  const names = await lackingMigrations(ledger);
  if (names.length > 0)
    throw new LedgerError(
      `The ledger here is of an older version of this program (it lacks ${names.join(', ')}). Stop the workers of that version, then: npm run cli -- upgrade`,
    );
}

async function missing(db: LedgerDatabase): Promise<typeof MIGRATIONS> {
  const recorded = await recordedNames(db);
  const known = new Set(MIGRATIONS.map(({ name }) => name));
  const unknown = recorded.filter((name) => !known.has(name));
  if (unknown.length > 0)
    throw new LedgerError(
      `The ledger here was made by a newer version of this program (${unknown.join(', ')}): use that version.`,
    );
  return MIGRATIONS.filter(({ name }) => !recorded.includes(name));
}

async function recordedNames(db: LedgerDatabase): Promise<string[]> {
  try {
    const { rows } = await sql<{ name: string }>`SELECT name FROM migrations`.execute(db);
    return rows.map(({ name }) => name);
  } catch (error) {
    if (isNoLedger(error)) return [];
    throw error;
  }
}

const migrations: FrozenTable = {
  name: 'migrations',
  columns: `
    name VARCHAR(100) NOT NULL PRIMARY KEY,
    made_at DATETIME(6) NOT NULL`,
};

const OPTIONS = 'ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin';

/**
 * Makes a table of the default schema. One that is there already, left by a start that was killed, must be this very table.
 * @param db one connection.
 * @throws LedgerError where it is another table, with the first difference.
 */
export async function makeTable(db: LedgerDatabase, table: FrozenTable): Promise<void> {
  const { name, columns } = table;
  const { rows } = await sql`
    SELECT 1 FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = ${name}`.execute(
    db,
  );
  if (rows.length > 0) return requireSame(db, table);
  await sql.raw(`CREATE TABLE IF NOT EXISTS ${name} (${columns}\n  ) ${OPTIONS}`).execute(db);
}

/** The server itself says how it writes down what is wanted: the same table, made beside it for a moment. */
async function requireSame(db: LedgerDatabase, { name, columns }: FrozenTable): Promise<void> {
  const wanted = `wanted_${name}`;
  await sql.raw(`DROP TEMPORARY TABLE IF EXISTS ${wanted}`).execute(db);
  await sql.raw(`CREATE TEMPORARY TABLE ${wanted} (${columns}\n  ) ${OPTIONS}`).execute(db);
  const [have, want] = [await linesOf(db, name), await linesOf(db, wanted)];
  await sql.raw(`DROP TEMPORARY TABLE ${wanted}`).execute(db);
  const at = want.findIndex((line, i) => line !== have[i]);
  if (at < 0 && have.length === want.length) return;
  const { rows } = await sql<{ name: string }>`SELECT DATABASE() AS name`.execute(db);
  const [stored, needed] = [have, want].map((lines) => lines[at < 0 ? want.length : at] ?? 'nothing');
  throw new LedgerError(
    `The table ${rows[0]!.name}.${name} is there already, and is not the one that this program makes: found ${stored}, wanted ${needed}. ` +
      'Nothing was changed. If nobody needs what is in that table, drop it and start again; otherwise another program uses that schema.',
  );
}

/** Without the table's name and how many rows it had; the checks last and sorted, since MySQL orders those of a temporary table otherwise. */
async function linesOf(db: LedgerDatabase, table: string): Promise<string[]> {
  const { rows } = await sql<{ 'Create Table': string }>`SHOW CREATE TABLE ${sql.id(table)}`.execute(db);
  const text = rows[0]!['Create Table'].replace(/ AUTO_INCREMENT=\d+/, '');
  const lines = text
    .split('\n')
    .slice(1)
    .map((line) => line.trim().replace(/,$/, ''));
  const isCheck = (line: string) => line.startsWith('CONSTRAINT ');
  return [...lines.filter((line) => !isCheck(line)), ...lines.filter(isCheck).sort()];
}

/** The longest wait for whoever makes the same tables, or holds a lock of that name for another reason. */
export const LOCK_SECONDS = 20;

/**
 * Does the work while this connection holds the server's lock of that name. The server lets it go with the connection, however that
 * ends. A name of our own: one lock for all programs would wait for strangers.
 * @param db one connection. @param name at most 64 characters, as a schema's name is.
 * @throws LedgerError that says who holds it, after LOCK_SECONDS.
 */
export async function withSchemaLock<T>(
  db: LedgerDatabase,
  name: string,
  work: () => Promise<T>,
): Promise<T> {
  const { rows } = await sql<{
    got: number | null;
  }>`SELECT GET_LOCK(${name}, ${LOCK_SECONDS}) AS got`.execute(db);
  if (Number(rows[0]!.got) !== 1) throw await heldByAnother(db, name);
  try {
    return await work();
  } finally {
    // Where the connection is gone, the lock is too.
    await sql`DO RELEASE_LOCK(${name})`.execute(db).catch(() => undefined);
  }
}

async function heldByAnother(db: LedgerDatabase, name: string): Promise<LedgerError> {
  const { rows } = await sql<{ id: string | null }>`SELECT IS_USED_LOCK(${name}) AS id`.execute(db);
  const id = rows[0]!.id;
  if (id === null)
    return new LedgerError(
      `The server did not grant the lock '${name}' within ${LOCK_SECONDS} s, and now nobody holds it: try again.`,
    );
  return new LedgerError(
    `Our tables cannot be made or brought up to date: connection ${id} (${await whose(db, id)}) holds the server's lock '${name}', and did not let it go within ${LOCK_SECONDS} s. ` +
      `If that connection is another start, wait for it and try again; if nobody knows it, end it on the server: KILL ${id}`,
  );
}

/**
 * Never what it does: a statement may hold personal data. Not from information_schema: MySQL answers with an error that quotes
 * from any statement of any connection that has a character beyond utf8mb3.
 */
async function whose(db: LedgerDatabase, id: string): Promise<string> {
  const { rows } = await sql<{ Id: number | string; User: string; Host: string; Time: number }>`
    SHOW PROCESSLIST`.execute(db);
  const seen = rows.find(({ Id }) => String(Id) === String(id));
  return seen
    ? `user ${seen.User} from ${seen.Host}, in its state for ${seen.Time} s`
    : 'this user may not see whose; as an administrator: SHOW PROCESSLIST';
}
