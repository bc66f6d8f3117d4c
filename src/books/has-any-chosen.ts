import { sql } from 'kysely';
import type { Company } from '../company/company';
import { keyToSql } from '../company/key-column';
import { hasChosen } from '../company/passwords';
import type { CustomerId } from '../incident/vocabulary';
import type { LedgerDatabase } from './open-database';

/** Whether one of these customers, whose passwords were expired, has chosen one since. Reads their rows by the key. */
export async function hasAnyChosen(
  db: LedgerDatabase,
  { company, incident }: { company: Company; incident: number },
  customers: CustomerId[],
): Promise<boolean> {
  const { rows } = await sql`
    SELECT 1 FROM cohort k
    WHERE k.incident = ${incident} AND k.customer_id IN (${sql.join(customers.map((id) => keyToSql(company.keyColumn, id)))})
      AND ${hasChosen(company)} AND k.reappeared_at IS NULL LIMIT 1`.execute(db);
  return rows.length > 0;
}
