import { sql } from 'kysely';
import { inTransaction } from '../company/in-transaction';
import { type AuditEntry, appendNext } from './append-audit';
import type { LedgerDatabase } from './open-database';

/** The audit chain of what is done with files that were not started: those have no number. Incidents are numbered from 1. */
export const NOT_STARTED = 0;

/**
 * Appends to that chain (I6). There is no incident's row to lock, so two at once may both want the next number: the primary key
 * gives it to one of them, and the other reads the chain again and comes behind. So it neither forks nor loses an entry.
 */
export async function recordNotStarted(db: LedgerDatabase, entry: AuditEntry): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await inTransaction(db, async (trx) => {
        const { rows } = await sql<{ at: string }>`SELECT UTC_TIMESTAMP(6) AS at`.execute(trx);
        await appendNext(trx, NOT_STARTED, rows[0]!.at, entry);
      });
    } catch (error) {
      if ((error as { errno?: number }).errno !== DUPLICATE_KEY || attempt >= MOST_AT_ONCE) throw error;
    }
  }
}

const DUPLICATE_KEY = 1062;
/** Each time that one is too late another one was in time: so many at once all come through. */
const MOST_AT_ONCE = 100;
