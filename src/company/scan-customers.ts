import { type QueryExecutorProvider, type RawBuilder, sql } from 'kysely';
import type { DatabaseMapping } from '../incident/database-schema';
import type { CustomerId, Disposition } from '../incident/vocabulary';
import { type Company, type CustomerColumn, customerColumn, isAffected, source } from './company';
import { keyFromSql, keyToSql, type SqlKey } from './key-column';
import { type EarlierCohorts, valuesOf, wasExpiredBefore } from './passwords';

/** What of a customer decides on the notice. Never leaves the machine. */
export interface ScannedCustomer {
  id: CustomerId;
  email: string | null;
  name: string | null;
  language: string | null;
  country: string | null;
  region: string | null;
  /** What would become of the password if the run began now. */
  disposition: Disposition;
}

export interface ScanView {
  /** Milliseconds since 1970. */
  now: number;
  /** Null: there is no ledger yet. */
  earlier: EarlierCohorts | null;
}

const ROWS_AT_ONCE = 10_000;

/**
 * Everybody who would be in the cohort, page by page in key order: bounded memory at any size, no lock, and the next page is read
 * while this one is looked at. Measured: 200,000 a second, judged by the rules too, on MariaDB 10.11 and two busy cores.
 */
export async function* scanCustomers(
  db: QueryExecutorProvider,
  company: Company,
  view: ScanView,
): AsyncGenerator<ScannedCustomer[]> {
  let next: Promise<Page> | null = readPage(db, company, view, null);
  try {
    while (next !== null) {
      const page: Page = await next;
      next = page.last === null ? null : readPage(db, company, view, page.last);
      next?.catch(() => undefined); // awaited in its turn
      yield page.customers;
    }
  } finally {
    await next?.catch(() => undefined);
  }
}

interface Page {
  customers: ScannedCustomer[];
  /** The next page begins after it; null: that was the last page. */
  last: CustomerId | null;
}

async function readPage(
  db: QueryExecutorProvider,
  company: Company,
  { now, earlier }: ScanView,
  after: CustomerId | null,
): Promise<Page> {
  const lastKey = after === null ? null : keyToSql(company.keyColumn, after);
  const { rows } = await pageQuery(company, { now, earlier }, lastKey).execute(db);
  const customers = rows.map(({ id, ...customer }) => ({ id: keyFromSql(id), ...customer }));
  return { customers, last: rows.length < ROWS_AT_ONCE ? null : customers.at(-1)!.id };
}

/** The page of the scan that begins after this key. */
export function pageQuery(
  company: Company,
  { now, earlier }: ScanView,
  after: SqlKey | null,
): RawBuilder<{ id: SqlKey } & Omit<ScannedCustomer, 'id'>> {
  const column = (name: CustomerColumn) => customerColumn(company, name);
  const { usable, stolen } = valuesOf(company, now);
  const afterLast = after === null ? sql`` : sql`AND ${column('key')} > ${after}`;
  const before = wasExpiredBefore(earlier, column('key'));
  return sql`
    SELECT ${column('key')} AS id, ${column('email')} AS email, ${column('name')} AS name,
      ${column('language')} AS language, ${column('country')} AS country, ${column('region')} AS region,
      CASE WHEN ${stolen} THEN 'expired' WHEN ${usable} THEN 'changed_since' WHEN ${before} THEN 'expired' ELSE 'none' END AS disposition
    FROM ${source(company)}
    WHERE ${isAffected(company, now)} ${afterLast} ORDER BY ${column('key')} LIMIT ${sql.lit(ROWS_AT_ONCE)}`;
}

/** The company's customers as the server's statistics have them, at once at any size. For progress bars only. */
export async function estimateCustomers(
  db: QueryExecutorProvider,
  companySchema: string,
  { customers, retire }: DatabaseMapping,
): Promise<number> {
  const { rows } = await sql<{ customers: string | null }>`
    SELECT TABLE_ROWS AS customers FROM information_schema.TABLES
    WHERE TABLE_SCHEMA = ${companySchema} AND TABLE_NAME IN (${customers.table ?? ''}, ${retire[0]!.table})`.execute(
    db,
  );
  return Math.max(0, ...rows.map((row) => Number(row.customers ?? 0)));
}

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
    const afterLast: ReturnType<typeof sql> = after === null ? sql`` : sql`AND ${key} > ${after}`;
    const { rows }: { rows: { id: SqlKey; address: string | null }[] } = await sql<{
      id: SqlKey;
      address: string | null;
    }>`
      SELECT ${key} AS id, ${customerColumn(company, 'email')} AS address FROM ${source(company)}
      WHERE ${isAffected(company, now)} ${afterLast} ORDER BY ${key} LIMIT ${ROWS_AT_ONCE}`.execute(db);
    for (const { address } of rows) yield { address };
    if (rows.length < ROWS_AT_ONCE) return;
    after = keyToSql(company.keyColumn, keyFromSql(rows.at(-1)!.id));
  }
}
