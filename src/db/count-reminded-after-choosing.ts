import { sql } from 'kysely';
import { type Company, customersTable, hasPassword, inCompanyZone } from './company-tables';
import type { LedgerDatabase } from './open-database';

/**
 * Customers who were reminded although they had a new password by then: must be 0. The company's times may be whole seconds, so one
 * that was chosen within the second of the claim is not counted.
 */
export async function countRemindedAfterChoosing(
  db: LedgerDatabase,
  { companySchema, mapping }: Company,
  incident: number,
): Promise<number> {
  const c = (column: string) => sql.id('c', column);
  const { rows } = await sql<{ customers: string }>`
    SELECT COUNT(*) AS customers FROM notices n
    JOIN ${customersTable(companySchema, mapping)} c ON ${c(mapping.customers.id)} = n.customer_id
    WHERE n.incident = ${incident} AND n.wave = 'reminder' AND n.state = 'sent' AND ${hasPassword(mapping, 'c')}
      AND ${c(mapping.customers.passwordSetAt)} < ${inCompanyZone(sql`n.claimed_at`, mapping.timeZone)} - INTERVAL 1 SECOND`.execute(
    db,
  );
  return Number(rows[0]!.customers);
}
