import { sql } from 'kysely';
import type { LedgerDatabase } from './open-database';

/** Every process that has claimed for this incident, as far as the ledger knows. One scan of claims: some 100,000 rows. */
export async function claimWorkers(db: LedgerDatabase, incident: number): Promise<string[]> {
  const { rows } = await sql<{ worker: string }>`
    SELECT DISTINCT worker FROM claims WHERE incident = ${incident}`.execute(db);
  return rows.map(({ worker }) => worker);
}
