import { sql } from 'kysely';
import type { Database, LedgerDatabase } from './open-database';

/** Which ledger this is. Its key is never shown (ledger-tables.ts). */
export interface LedgerIdentity {
  /** A UUID, made with the ledger's tables and kept for good: a copy of the ledger has it, too. */
  id: string;
  /** UTC, as LedgerTables has its times. */
  madeAt: string;
}

/** Gives the ledger its identity, once: whoever comes later, or at the same moment, leaves the first one's. */
export async function giveIdentity(
  db: LedgerDatabase,
  { id, fingerprintKey }: { id: string; fingerprintKey: Buffer },
): Promise<void> {
  await sql`
    INSERT IGNORE INTO ledger (only_row, id, made_at, fingerprint_key)
    VALUES (1, ${id}, UTC_TIMESTAMP(6), ${fingerprintKey})`.execute(db);
}

/** Null where there is no ledger yet: no schema, no table, or no row. */
export async function findLedger({ db, ledgerSchema }: Database): Promise<LedgerIdentity | null> {
  try {
    // Named with its schema: a connection forgets its default one when that is dropped, also when it is made anew.
    const ledger = db.withSchema(ledgerSchema).selectFrom('ledger');
    const row = await ledger.select(['id', 'made_at']).executeTakeFirst();
    return row ? { id: row.id, madeAt: row.made_at } : null;
  } catch (error) {
    if (isNoLedger(error)) return null;
    throw error;
  }
}

/**
 * The database in words: where it is, without user and password, and which server; such as `db.internal:3306/shop (MariaDB 10.11.6)`.
 * Where the connections' own schema, the ledger's, is not there yet, none answers, and the server is left out.
 */
export async function databaseWords({ db, address }: Database): Promise<string> {
  try {
    const { rows } = await sql<{ version: string }>`SELECT VERSION() AS version`.execute(db);
    const { version } = rows[0]!;
    return `${address} (${/mariadb/i.test(version) ? 'MariaDB' : 'MySQL'} ${version.split('-')[0]})`;
  } catch (error) {
    if (isNoLedger(error)) return address;
    throw error;
  }
}

/** The server's answer where no ledger was made yet. */
export function isNoLedger(error: unknown): boolean {
  return NO_LEDGER.has((error as { errno?: number }).errno ?? 0);
}

/** Unknown schema, no such table, or no right to a schema that is not there. */
const NO_LEDGER = new Set([1049, 1146, 1044]);
