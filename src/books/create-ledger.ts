import { randomBytes, randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import type { KeyColumn } from '../company/key-column';
import { LedgerError } from './ledger-error';
import { giveIdentity } from './ledger-identity';
import { migrate } from './migrate';
import { openDatabase } from './open-database';

/**
 * Makes or brings up to date our schema beside the company's; safe to repeat. `keyColumn` is the company's key, whose
 * type every `customer_id` of ours takes over.
 * @throws LedgerError; so where it is there already for another key type: one database holds incidents of one customers table.
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
    await migrate(ledger, keyColumn.sqlType);
    await giveIdentity(ledger.db, { id: randomUUID(), fingerprintKey: randomBytes(32) });
  } finally {
    await ledger.close();
  }
}

async function refuseOtherKey(
  db: ReturnType<typeof openDatabase>['db'],
  keyColumn: KeyColumn,
): Promise<void> {
  const { rows } = await sql<{ type: string; collation: string | null }>`
    SELECT COLUMN_TYPE AS type, COLLATION_NAME AS collation FROM information_schema.COLUMNS
    WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'cohort' AND COLUMN_NAME = 'customer_id'`.execute(db);
  const found = rows[0];
  if (!found) return;
  const [type, charset] = plainType(keyColumn.sqlType).split(' character set ');
  // A type that names no charset (MariaDB's UUID) shows one all the same.
  const sameCollation =
    charset === undefined || charset.endsWith(` collate ${found.collation?.toLowerCase()}`);
  if (type === plainType(found.type) && sameCollation) return;
  throw new LedgerError(
    `The ledger here keeps customer ids as ${found.type} ${found.collation ?? ''}, but this incident's key is ${keyColumn.sqlType}: ` +
      'use another database for incidents of another customers table.',
  );
}

/** Servers differ in whether an integer type shows a display width. */
function plainType(type: string): string {
  return type.toLowerCase().replace(/(int)\(\d+\)/, '$1');
}
