import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import type { Database } from '../src/books/open-database';

/** InnoDB makes its list anew only when nobody has read it for 100 ms. */
const POLL_MILLISECONDS = 150;

/**
 * Waits until a statement of this ledger's connections waits for a lock, by the server's own word.
 * @param orElse ends the waiting, too. @param many so many wait at once.
 */
export async function untilLockWait(
  { db, ledgerSchema }: Database,
  isIt: (statement: string) => boolean,
  orElse: () => boolean = () => false,
  many = 1,
): Promise<void> {
  for (let statements: string[] = []; statements.filter(isIt).length < many && !orElse(); ) {
    await sleep(POLL_MILLISECONDS);
    const { rows } = await sql<{ statement: string | null }>`
      SELECT t.trx_query AS statement FROM information_schema.INNODB_TRX t
      JOIN information_schema.PROCESSLIST p ON p.ID = t.trx_mysql_thread_id
      WHERE t.trx_state = 'LOCK WAIT' AND p.DB = ${ledgerSchema}`.execute(db);
    statements = rows.flatMap(({ statement }) => statement ?? []);
  }
}
