import { sql } from 'kysely';
import type { CustomerId } from '../incident/vocabulary';
import { type Company, customersTable, hasPassword } from './company-tables';
import { keyToSql } from './key-column';
import type { LedgerDatabase } from './open-database';

/** Whether one of these customers, whose passwords were expired, has a password now. Reads their rows by the key. */
export async function hasAnyChosen(
  { db, companySchema, mapping, keyColumn }: Company & { db: LedgerDatabase },
  customers: CustomerId[],
): Promise<boolean> {
  const { rows } = await sql`
    SELECT 1 FROM ${customersTable(companySchema, mapping)} c
    WHERE ${sql.id('c', mapping.customers.id)} IN (${sql.join(customers.map((id) => keyToSql(keyColumn, id)))})
      AND ${hasPassword(mapping, 'c')} LIMIT 1`.execute(db);
  return rows.length > 0;
}
