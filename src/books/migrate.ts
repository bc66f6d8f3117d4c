import { sql } from 'kysely';
import { LedgerError } from './ledger-error';
import { isNoLedger } from './ledger-identity';
import { makeTable } from './make-table';
import { type FrozenTable, firstLedger } from './migrations/0001-ledger';
import type { Database, LedgerDatabase } from './open-database';
import { LOCK_SECONDS, withSchemaLock } from './schema-lock';

/** In this order, for good: a ledger records the names of those that it has. */
const MIGRATIONS: { name: string; tables: (keyType: string) => FrozenTable[] }[] = [
  { name: '0001-ledger', tables: firstLedger },
];

/**
 * Brings our schema up to date, one at a time. A crash behind any statement leaves a schema that the next call goes on with: each
 * statement may be said again. Where nothing is missing no lock is asked for.
 * @throws LedgerError: somebody else holds the lock, a table of that name is not ours, or a newer version was here.
 */
export async function migrate({ db, ledgerSchema }: Database, keyType: string): Promise<void> {
  if ((await missing(db)).length === 0) return;
  await db.connection().execute(async (connection) => {
    // Without it a statement waits up to a year for somebody's transaction on one of the tables.
    await sql`SET SESSION lock_wait_timeout = ${sql.lit(LOCK_SECONDS)}`.execute(connection);
    await withSchemaLock(connection, ledgerSchema, async () => {
      await makeTable(connection, migrations);
      for (const { name, tables } of await missing(connection)) {
        for (const table of tables(keyType)) await makeTable(connection, table);
        await sql`INSERT IGNORE INTO migrations (name, made_at) VALUES (${name}, UTC_TIMESTAMP(6))`.execute(
          connection,
        );
      }
    });
  });
}

async function missing(db: LedgerDatabase): Promise<typeof MIGRATIONS> {
  const recorded = await recordedNames(db);
  const known = new Set(MIGRATIONS.map(({ name }) => name));
  const unknown = recorded.filter((name) => !known.has(name));
  if (unknown.length > 0)
    throw new LedgerError(
      `The ledger here was made by a newer version of this program (${unknown.join(', ')}): go on with that one.`,
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
