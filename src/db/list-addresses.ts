import { sql } from 'kysely';
import { type Company, customersTable, madeUpToCutoff } from './company-tables';
import { keyFromSql, keyToSql } from './key-column';
import type { SqlKey } from './ledger-tables';
import type { LedgerDatabase } from './open-database';

const ROWS_AT_ONCE = 10_000;

/**
 * The address of every customer who had an account at the cutoff, as the company stores it now, in key order. From the company's
 * table alone: the judge of the relay's log must not lean on the ledger (I2).
 * @param cutoff as a DATETIME in the company's zone.
 */
export async function* listAddresses(
  db: LedgerDatabase,
  company: Company,
  cutoff: string,
): AsyncGenerator<{ address: string | null }> {
  const { id, email } = company.mapping.customers;
  const key = sql.id('c', id);
  let after: SqlKey | null = null;
  for (;;) {
    const behind: ReturnType<typeof sql> = after === null ? sql`` : sql`AND ${key} > ${after}`;
    const { rows }: { rows: { customer_id: SqlKey; address: string | null }[] } = await sql<{
      customer_id: SqlKey;
      address: string | null;
    }>`
      SELECT ${key} AS customer_id, ${sql.id('c', email)} AS address
      FROM ${customersTable(company.companySchema, company.mapping)} c
      WHERE ${madeUpToCutoff(company.mapping, 'c', cutoff)} ${behind} ORDER BY ${key} LIMIT ${ROWS_AT_ONCE}`.execute(
      db,
    );
    for (const { address } of rows) yield { address };
    if (rows.length < ROWS_AT_ONCE) return;
    after = keyToSql(company.keyColumn, keyFromSql(rows.at(-1)!.customer_id));
  }
}
