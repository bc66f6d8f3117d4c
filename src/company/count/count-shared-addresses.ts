import { type QueryExecutorProvider, sql } from 'kysely';
import type { DatabaseMapping } from '../../incident/database-schema';
import { type Company, customerColumn, source } from '../company';

export interface SharedAddresses {
  /** Addresses that more than one customer has, compared as the column's collation does (C18, C42). */
  addresses: number;
  /** Customers who have one of them. */
  customers: number;
}

/** Reads the address's index once, in its order; without an index the server has to sort all addresses. */
export async function countSharedAddresses(
  db: QueryExecutorProvider,
  company: Company,
): Promise<SharedAddresses> {
  const email = customerColumn(company, 'email');
  const { rows } = await sql<{ addresses: string; customers: string | null }>`
    SELECT COUNT(*) AS addresses, SUM(customers) AS customers FROM (
      SELECT COUNT(*) AS customers FROM ${source(company)}
      WHERE ${email} <> '' GROUP BY ${email} HAVING COUNT(*) > 1) shared`.execute(db);
  return { addresses: Number(rows[0]!.addresses), customers: Number(rows[0]!.customers ?? 0) };
}

/** Whether an index begins with the customers' address: without one a lookup by address reads the whole table. Of a view or a SELECT nobody knows. */
export async function isEmailIndexed(
  db: QueryExecutorProvider,
  companySchema: string,
  { customers }: DatabaseMapping,
): Promise<boolean> {
  const { rows } = await sql`
    SELECT 1 FROM information_schema.STATISTICS
    WHERE TABLE_SCHEMA = ${companySchema} AND TABLE_NAME = ${customers.table ?? ''} AND COLUMN_NAME = ${customers.email}
      AND SEQ_IN_INDEX = 1 LIMIT 1`.execute(db);
  return rows.length > 0;
}
