import { sql } from 'kysely';
import { type FrozenTable, firstLedger } from './migrations/0001-ledger';
import type { LedgerDatabase } from './open-database';

/** In this order, for good: a ledger records the names of those that it has. */
const MIGRATIONS: { name: string; tables: (keyType: string) => FrozenTable[] }[] = [
  { name: '0001-ledger', tables: firstLedger },
];

/** Brings the default schema up to date. Each statement may be said again, so a crash behind any of them is gone over. */
export async function migrate(db: LedgerDatabase, keyType: string): Promise<void> {
  await makeTable(db, migrations);
  const { rows } = await sql<{ name: string }>`SELECT name FROM migrations`.execute(db);
  const recorded = new Set(rows.map(({ name }) => name));
  for (const { name, tables } of MIGRATIONS) {
    if (recorded.has(name)) continue;
    for (const table of tables(keyType)) await makeTable(db, table);
    await sql`INSERT IGNORE INTO migrations (name, made_at) VALUES (${name}, UTC_TIMESTAMP(6))`.execute(db);
  }
}

const migrations: FrozenTable = {
  name: 'migrations',
  columns: `
    name VARCHAR(100) NOT NULL PRIMARY KEY,
    made_at DATETIME(6) NOT NULL`,
};

const OPTIONS = 'ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin';

async function makeTable(db: LedgerDatabase, { name, columns }: FrozenTable): Promise<void> {
  await sql.raw(`CREATE TABLE IF NOT EXISTS ${name} (${columns}\n  ) ${OPTIONS}`).execute(db);
}
