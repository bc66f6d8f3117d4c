import { sql } from 'kysely';
import type { Disposition } from '../incident/vocabulary';
import type { LedgerDatabase } from './open-database';

/** The frozen cohort by what became of the password. */
export async function countCohort(
  db: LedgerDatabase,
  incident: number,
): Promise<Record<Disposition, number>> {
  const { rows } = await sql<{ password: Disposition; customers: string }>`
    SELECT password, COUNT(*) AS customers FROM cohort WHERE incident = ${incident} GROUP BY password`.execute(
    db,
  );
  const counts: Record<Disposition, number> = { expired: 0, changed_since: 0, none: 0 };
  for (const row of rows) counts[row.password] = Number(row.customers);
  return counts;
}
