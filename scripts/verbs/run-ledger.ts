import { databaseWords, findLedger } from '../../src/db/ledger-identity';
import type { Database } from '../../src/db/open-database';

/** The ledger that a run belongs to, as the run's memo has it from its start on: shown, and compared before anything is written. */
export interface RunLedger {
  id: string;
  /** Such as `db.internal:3306/shop (MariaDB 10.11.6)`. */
  database: string;
}

/** The ledger that DATABASE_URL leads to; null: none was made there yet. */
export async function ledgerHere(database: Database): Promise<RunLedger | null> {
  const found = await findLedger(database);
  return found && { id: found.id, database: await databaseWords(database) };
}
