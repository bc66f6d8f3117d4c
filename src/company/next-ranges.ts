import { type QueryExecutorProvider, type RawBuilder, sql } from 'kysely';
import { EXPIRE_ROWS_PER_TRANSACTION } from '../incident/range-plan';
import type { CustomerId, KeyRange } from '../incident/vocabulary';
import { type Company, source as sourceOf } from './company';
import { type KeyColumn, keyFromSql, keyToSql, type SqlKey } from './key-column';

/** Whose keys are walked: every customer of the company's, or the frozen cohort of an incident. */
export type KeySource = Pick<Company, 'companySchema' | 'mapping'> | { cohortOf: number };

export interface RangeRequest {
  source: KeySource;
  keyColumn: KeyColumn;
  /** Begin after this key; null: at the first. */
  after: CustomerId | null;
  /** Keys in a range. */
  size: number;
  /** Ranges at most. */
  count: number;
}

/**
 * The next ranges in the server's own key order. Each steps over exactly `size` rows, so gaps and keys that are no numbers cost
 * nothing (C31-C33, C38); the last one ends at the last key. Fewer than `count` ranges: nothing comes after them.
 */
export async function planRanges(db: QueryExecutorProvider, plan: RangeRequest): Promise<KeyRange[]> {
  const ranges: KeyRange[] = [];
  let after = plan.after;
  while (ranges.length < plan.count) {
    const whole = await readKey(db, plan, after, sql`ASC LIMIT 1 OFFSET ${sql.lit(plan.size - 1)}`);
    const upTo = whole ?? (await readKey(db, plan, after, sql`DESC LIMIT 1`));
    if (upTo === null) break;
    ranges.push({ after, upTo });
    if (whole === null) break;
    after = upTo;
  }
  return ranges;
}

/** The customers of the run's first expiry; undefined where there are none. Its statements are what is shown and explained. */
export async function firstChunk(db: QueryExecutorProvider, company: Company): Promise<KeyRange | undefined> {
  const { keyColumn } = company;
  const size = EXPIRE_ROWS_PER_TRANSACTION;
  const [range] = await planRanges(db, { source: company, keyColumn, after: null, size, count: 1 });
  return range;
}

export interface Boundary {
  /** The last key that is done; null: none. */
  after: CustomerId | null;
  /** The end of the range that is walked. */
  upTo: CustomerId;
  /** Keys in a step. */
  size: number;
}

/** Where the next step of `size` customers within a range ends; the range's own end when fewer are left. */
export async function nextBoundary(
  db: QueryExecutorProvider,
  company: Company,
  { after, upTo, size }: Boundary,
): Promise<CustomerId> {
  const within = sql`AND ${sql.id('w', company.mapping.customers.key)} <= ${keyToSql(company.keyColumn, upTo)}`;
  const walk = { source: company, keyColumn: company.keyColumn };
  return (await readKey(db, walk, after, sql`ASC LIMIT 1 OFFSET ${sql.lit(size - 1)}`, within)) ?? upTo;
}

async function readKey(
  db: QueryExecutorProvider,
  { source, keyColumn }: Pick<RangeRequest, 'source' | 'keyColumn'>,
  after: CustomerId | null,
  take: RawBuilder<unknown>,
  within: RawBuilder<unknown> = sql``,
): Promise<CustomerId | null> {
  const lastKey = after === null ? null : keyToSql(keyColumn, after);
  const { rows } = await walkQuery(source, lastKey, take, within).execute(db);
  return rows[0] ? keyFromSql(rows[0].key) : null;
}

/** One step over a range of `size` keys, from the first key on. */
export function stepQuery(source: KeySource, size: number): RawBuilder<unknown> {
  return walkQuery(source, null, sql`ASC LIMIT 1 OFFSET ${sql.lit(size - 1)}`, sql``);
}

function walkQuery(
  source: KeySource,
  after: SqlKey | null,
  take: RawBuilder<unknown>,
  within: RawBuilder<unknown>,
): RawBuilder<{ key: SqlKey }> {
  const { table, key, only } = walked(source);
  const afterLast = after === null ? sql`` : sql`AND ${key} > ${after}`;
  return sql<{ key: SqlKey }>`
    SELECT ${key} AS 'key' FROM ${table} WHERE ${only} ${afterLast} ${within} ORDER BY ${key} ${take}`;
}

function walked(source: KeySource) {
  return 'cohortOf' in source
    ? { table: sql`cohort w`, key: sql.id('w', 'customer_id'), only: sql`w.incident = ${source.cohortOf}` }
    : {
        table: sourceOf(source, 'w'),
        key: sql.id('w', source.mapping.customers.key),
        only: sql`1 = 1`,
      };
}
