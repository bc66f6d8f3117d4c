import { sql } from 'kysely';
import type { LedgerDatabase } from './open-database';

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
export async function findLedger(db: LedgerDatabase): Promise<LedgerIdentity | null> {
  try {
    const row = await db.selectFrom('ledger').select(['id', 'made_at']).executeTakeFirst();
    return row ? { id: row.id, madeAt: row.made_at } : null;
  } catch (error) {
    if (isNoLedger(error)) return null;
    throw error;
  }
}

/** The server's answer where no ledger was made yet. */
export function isNoLedger(error: unknown): boolean {
  return NO_LEDGER.has((error as { errno?: number }).errno ?? 0);
}

/** Unknown schema, no such table, or no right to a schema that is not there. */
const NO_LEDGER = new Set([1049, 1146, 1044]);
