import { type QueryExecutorProvider, sql } from 'kysely';
import { type Company, customerColumn, isAffected, source } from './company';
import { keyFromSql, keyToSql, type SqlKey } from './key-column';

const ROWS_AT_ONCE = 10_000;

/**
 * The address of every customer who had an account at the cutoff, as the company stores it now, in key order. From the company's
 * table alone: the judge of the relay's log must not lean on the ledger (I2).
 * @param now milliseconds since 1970.
 */
export async function* listAddresses(
  db: QueryExecutorProvider,
  company: Company,
  now: number,
): AsyncGenerator<{ address: string | null }> {
  const key = customerColumn(company, 'key');
  let after: SqlKey | null = null;
  for (;;) {
    const behind: ReturnType<typeof sql> = after === null ? sql`` : sql`AND ${key} > ${after}`;
    const { rows }: { rows: { customer_id: SqlKey; address: string | null }[] } = await sql<{
      customer_id: SqlKey;
      address: string | null;
    }>`
      SELECT ${key} AS customer_id, ${customerColumn(company, 'email')} AS address FROM ${source(company)}
      WHERE ${isAffected(company, now)} ${behind} ORDER BY ${key} LIMIT ${ROWS_AT_ONCE}`.execute(db);
    for (const { address } of rows) yield { address };
    if (rows.length < ROWS_AT_ONCE) return;
    after = keyToSql(company.keyColumn, keyFromSql(rows.at(-1)!.customer_id));
  }
}
