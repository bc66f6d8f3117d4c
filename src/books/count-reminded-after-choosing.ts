import { sql } from 'kysely';
import { sqlInForm } from '../company/column-time';
import { type Company, companyTable } from '../company/company';
import { isUsable } from '../company/passwords';
import type { LedgerDatabase } from './open-database';

/**
 * Customers who were reminded although they had a new password by then: must be 0. The company's times may be whole seconds, so one
 * that was chosen within the second of the claim is not counted. Null: no column of the company's says when a password was set.
 * @param now milliseconds since 1970.
 */
export async function countRemindedAfterChoosing(
  db: LedgerDatabase,
  company: Company,
  incident: number,
  now: number,
): Promise<number | null> {
  const entry = company.mapping.retire.find(({ setAt }) => setAt !== undefined);
  if (entry === undefined) return null;
  const setAt = entry.setAt!;
  const claimed = sqlInForm(setAt, sql`(n.claimed_at - INTERVAL 1 SECOND)`, now);
  const { rows } = await sql<{ customers: string }>`
    SELECT COUNT(*) AS customers FROM notices n
    WHERE n.incident = ${incident} AND n.wave = 'reminder' AND n.state = 'sent'
      AND EXISTS (SELECT 1 FROM ${companyTable(company, entry.table)} t WHERE ${sql.id('t', entry.key)} = n.customer_id
        AND ${isUsable(company, entry, 't')} AND ${sql.id('t', setAt.column)} < ${claimed})`.execute(db);
  return Number(rows[0]!.customers);
}
