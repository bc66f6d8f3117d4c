import { sql } from 'kysely';
import type { SqlKey } from '../company/key-column';
import { keyFromSql } from '../company/key-column';
import type { KeyRange } from '../incident/vocabulary';
import type { LedgerDatabase } from './open-database';

/** The range that holds the first `customers` of the cohort; null when the cohort is empty or `customers` is 0. */
export async function canaryRange(
  db: LedgerDatabase,
  incident: number,
  customers: number,
): Promise<KeyRange | null> {
  if (customers === 0) return null;
  const { rows } = await sql<{ last: SqlKey }>`
    SELECT customer_id AS last FROM (
      SELECT customer_id FROM cohort WHERE incident = ${incident} ORDER BY customer_id LIMIT ${customers}
    ) first_customers ORDER BY customer_id DESC LIMIT 1`.execute(db);
  return rows[0] ? { after: null, upTo: keyFromSql(rows[0].last) } : null;
}
