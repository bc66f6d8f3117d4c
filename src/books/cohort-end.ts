import { sql } from 'kysely';
import type { SqlKey } from '../company/key-column';
import { keyFromSql } from '../company/key-column';
import type { CustomerId } from '../incident/vocabulary';
import type { LedgerDatabase } from './open-database';

/** The last key of the cohort; null when it is empty. */
export async function cohortEnd(db: LedgerDatabase, incident: number): Promise<CustomerId | null> {
  const { rows } = await sql<{ last: SqlKey }>`
    SELECT customer_id AS last FROM cohort WHERE incident = ${incident} ORDER BY customer_id DESC LIMIT 1`.execute(
    db,
  );
  return rows[0] ? keyFromSql(rows[0].last) : null;
}
