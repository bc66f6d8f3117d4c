import { type QueryExecutorProvider, type RawBuilder, sql } from 'kysely';
import type { CustomerId } from '../../incident/vocabulary';
import { isUnknown } from '../column-time';
import { type Company, customerColumn, isLeftOut, isTrue, source, wasThere } from '../company';
import { isNameless, keyFromSql, type SqlKey } from '../key-column';
import { valuesOf, wasExpiredBefore } from '../passwords';
import type { ScanView } from '../scan-customers';

export interface CustomerCounts {
  /** Customers with a password that would be expired. */
  expired: number;
  /** In the cohort, with a password chosen after the cutoff: left alone (I5). */
  changedSince: number;
  /** In the cohort, without a password since an earlier incident expired it: counts as expired in this one too (C78). */
  expiredBefore: number;
  /** In the cohort without a password, such as with an outside login (C41). */
  none: number;
  /** Made after the cutoff: not in the cohort. */
  outside: number;
  /** Made up to the cutoff, and left out by the file: by its reasons, in its order; each once. */
  leftOut: { because: string; customers: number }[];
  /** Of the cohort: nobody knows when the account was made (NULL, or a zero date: C30). */
  unknownCreation: number;
}

/** What the run would find if it began now. Reads the customers once: about a minute for 24 million. */
export async function countCustomers(
  db: QueryExecutorProvider,
  company: Company,
  { now, earlier }: ScanView,
): Promise<CustomerCounts> {
  const { createdAt, leaveOut } = company.mapping.customers;
  const there = wasThere(company, now);
  const leftOut = isLeftOut(company);
  const inside = sql`(${there} AND NOT ${leftOut})`;
  const { usable, stolen } = valuesOf(company, now);
  const unknown = createdAt === null ? sql`FALSE` : isUnknown(createdAt, 'c', now);
  const reasons = leaveOut.map(
    (_, i) => sql`, SUM(${there} AND ${isLeftOutFor(company, i)}) AS ${sql.id(`out${i}`)}`,
  );
  const before = wasExpiredBefore(earlier, customerColumn(company, 'key'));
  const { rows } = await sql<Record<string, string | null>>`
    SELECT SUM(${inside} AND ${stolen}) AS expired,
      SUM(${inside} AND ${usable} AND NOT ${stolen}) AS changedSince,
      SUM(${inside} AND NOT ${usable} AND ${before}) AS expiredBefore,
      SUM(${inside} AND NOT ${usable} AND NOT ${before}) AS none,
      SUM(NOT ${there}) AS outside,
      SUM(${inside} AND ${unknown}) AS unknownCreation ${sql.join(reasons, sql` `)}
    FROM ${source(company)}`.execute(db);
  const count = (name: string) => Number(rows[0]![name] ?? 0);
  return {
    expired: count('expired'),
    changedSince: count('changedSince'),
    expiredBefore: count('expiredBefore'),
    none: count('none'),
    outside: count('outside'),
    unknownCreation: count('unknownCreation'),
    leftOut: leaveOut.map(({ because }, i) => ({ because, customers: count(`out${i}`) })),
  };
}

/** Who meets several reasons is left out for the first: so they add up. */
export function isLeftOutFor(company: Company, i: number): RawBuilder<boolean> {
  const { leaveOut } = company.mapping.customers;
  const reasons = leaveOut.slice(0, i + 1).map(({ when }) => isTrue(company, when));
  const reason = reasons.pop()!;
  return reasons.length === 0
    ? sql<boolean>`(${reason})`
    : sql<boolean>`(${reason} AND NOT (${sql.join(reasons, sql` OR `)}))`;
}

/** Of a source whose key no index makes unique: a view, or a SELECT. */
export interface SourceKeys {
  rows: number;
  different: number;
  missing: number;
}

/** Null: an index of the table says it. */
export async function countSourceKeys(
  db: QueryExecutorProvider,
  company: Company,
  isTable: boolean,
): Promise<SourceKeys | null> {
  if (isTable) return null;
  const key = customerColumn(company, 'key');
  const { rows } = await sql<{ rows: string; different: string; missing: string | null }>`
    SELECT COUNT(*) AS 'rows', COUNT(DISTINCT ${key}) AS different, SUM(${key} IS NULL) AS missing FROM ${source(company)}`.execute(
    db,
  );
  const { rows: count, different, missing } = rows[0]!;
  return { rows: Number(count), different: Number(different), missing: Number(missing ?? 0) };
}

/** Some of whom each reason leaves out, in the order of the file; none whose key may be an address or a login name. */
export async function someLeftOut(
  db: QueryExecutorProvider,
  company: Company,
  now: number,
): Promise<CustomerId[][]> {
  const key = customerColumn(company, 'key');
  const samples: CustomerId[][] = [];
  for (let i = 0; i < company.mapping.customers.leaveOut.length; i++) {
    const { rows } = await sql<{ customer: SqlKey }>`
      SELECT ${key} AS customer FROM ${source(company)}
      WHERE ${wasThere(company, now)} AND ${isLeftOutFor(company, i)} LIMIT 5`.execute(db);
    samples.push(
      rows
        .flatMap(({ customer }) => (customer === null ? [] : [keyFromSql(customer)]))
        .filter((id) => isNameless(company.keyColumn, id)),
    );
  }
  return samples;
}

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
