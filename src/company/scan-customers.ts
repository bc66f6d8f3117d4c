import { type QueryExecutorProvider, type RawBuilder, sql } from 'kysely';
import type { CustomerId, Disposition } from '../incident/vocabulary';
import { type Company, type CustomerColumn, customerColumn, isAffected, source } from './company';
import { type EarlierCohorts, wasExpiredBefore } from './expired-before';
import { keyFromSql, keyToSql, type SqlKey } from './key-column';
import { valuesOf } from './passwords';

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
  /** Go on behind it; null: that was the last page. */
  last: CustomerId | null;
}

async function readPage(
  db: QueryExecutorProvider,
  company: Company,
  { now, earlier }: ScanView,
  after: CustomerId | null,
): Promise<Page> {
  const behind = after === null ? null : keyToSql(company.keyColumn, after);
  const { rows } = await pageQuery(company, { now, earlier }, behind).execute(db);
  const customers = rows.map(({ customer_id, ...row }) => ({ id: keyFromSql(customer_id), ...row }));
  return { customers, last: rows.length < ROWS_AT_ONCE ? null : customers.at(-1)!.id };
}

/** A page of the scan, from behind this key on. */
export function pageQuery(
  company: Company,
  { now, earlier }: ScanView,
  after: SqlKey | null,
): RawBuilder<{ customer_id: SqlKey } & Omit<ScannedCustomer, 'id'>> {
  const column = (name: CustomerColumn) => customerColumn(company, name);
  const { usable, stolen } = valuesOf(company, now);
  const behind = after === null ? sql`` : sql`AND ${column('key')} > ${after}`;
  const before = wasExpiredBefore(earlier, column('key'));
  return sql`
    SELECT ${column('key')} AS customer_id, ${column('email')} AS email, ${column('name')} AS name,
      ${column('language')} AS language, ${column('country')} AS country, ${column('region')} AS region,
      CASE WHEN ${stolen} THEN 'expired' WHEN ${usable} THEN 'changed_since' WHEN ${before} THEN 'expired' ELSE 'none' END AS disposition
    FROM ${source(company)}
    WHERE ${isAffected(company, now)} ${behind} ORDER BY ${column('key')} LIMIT ${sql.lit(ROWS_AT_ONCE)}`;
}
