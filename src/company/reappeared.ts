import { type QueryExecutorProvider, type RawBuilder, sql } from 'kysely';
import type { KeyRange } from '../incident/vocabulary';
import { isUnknown } from './column-time';
import { type Company, companyTable, inRange } from './company';
import { type KeyColumn, keyFromSql, keyToSql, type SqlKey } from './key-column';
import { fingerprint, isUsable } from './passwords';

/**
 * Marks the customers of a just expired range who have a usable password again that no column dates after the cutoff. A login that read
 * the old hash before our commit may have rewritten it, in another form, just after: such a value is counted and named, and not believed
 * to be a new password. It is not touched either: it may be one (I5). Reads the range once, without locks.
 * @param now milliseconds since 1970.
 * @returns how many.
 */
export async function markReappeared(
  db: QueryExecutorProvider,
  company: Company,
  { incident, range, now }: { incident: number; range: KeyRange; now: number },
): Promise<number> {
  let marked = 0;
  for (const i of company.mapping.retire.keys()) {
    const { rows } = await reappearedQuery(company, i, { incident, range, now }).execute(db);
    if (rows.length === 0) continue;
    const keys = rows.map(({ customer }) => keyToSql(company.keyColumn, keyFromSql(customer)));
    const { numAffectedRows } = await sql`
      UPDATE cohort SET reappeared_at = UTC_TIMESTAMP(6)
      WHERE incident = ${incident} AND reappeared_at IS NULL AND customer_id IN (${sql.join(keys)})`.execute(
      db,
    );
    marked += Number(numAffectedRows ?? 0n);
  }
  return marked;
}

/** Whose value of this entry is usable, another than died, and not dated newer. */
export function reappearedQuery(
  company: Company,
  i: number,
  { incident, range, now }: { incident: number; range: KeyRange; now: number },
): RawBuilder<{ customer: SqlKey }> {
  const entry = company.mapping.retire[i]!;
  const key = sql.id('t', entry.key);
  const print = fingerprint(company, i, sql`k.customer_id`, sql.id('t', entry.column));
  const undated = entry.setAt === undefined ? sql`TRUE` : isUnknown(entry.setAt, 't', now);
  return sql<{ customer: SqlKey }>`
    SELECT ${key} AS customer FROM ${companyTable(company, entry.table)} t
    WHERE ${inRange(key, company.keyColumn, range)} AND ${isUsable(company, entry, 't')} AND ${undated}
      AND (SELECT k.password = 'expired' AND k.reappeared_at IS NULL AND LOCATE(${print}, k.fingerprints) = 0
        FROM cohort k WHERE k.incident = ${incident} AND k.customer_id = ${key}) = 1`;
}

export async function countReappeared(db: QueryExecutorProvider, incident: number): Promise<number> {
  const { rows } = await sql<{ customers: string }>`
    SELECT COUNT(*) AS customers FROM cohort WHERE incident = ${incident} AND reappeared_at IS NOT NULL`.execute(
    db,
  );
  return Number(rows[0]!.customers);
}

/** An expired range that a worker must look at once more. */
export interface ExpiredRange {
  id: string;
  range: KeyRange;
}

/** After so long somebody may have come back by a reset link: what is found then can be a new password as well. */
export const LATE_SECONDS = 60;

/** The last statement of the range's transaction: a worker that is killed right after it leaves word of what it has not looked at. */
export async function noteExpiredRange(
  trx: QueryExecutorProvider,
  keyColumn: KeyColumn,
  { incident, range }: { incident: number; range: KeyRange },
): Promise<void> {
  const after = range.after === null ? null : keyToSql(keyColumn, range.after);
  await sql`
    INSERT INTO expired_ranges (incident, after_key, up_to_key, expired_at)
    VALUES (${incident}, ${after}, ${keyToSql(keyColumn, range.upTo)}, UTC_TIMESTAMP(6))`.execute(trx);
}

/** Expired so long ago at least, and not looked at since; the oldest first. */
export function unseenRanges(
  db: QueryExecutorProvider,
  incident: number,
  olderThanMilliseconds: number,
): Promise<ExpiredRange[]> {
  const age = sql`UTC_TIMESTAMP(6) - INTERVAL ${olderThanMilliseconds * 1000} MICROSECOND`;
  return readRanges(db, incident, sql`looked_at IS NULL AND expired_at <= ${age}`);
}

/** Not looked at, or too late for the look to say anything. */
export function rangesNotSeenInTime(db: QueryExecutorProvider, incident: number): Promise<ExpiredRange[]> {
  return readRanges(
    db,
    incident,
    sql`(looked_at IS NULL OR looked_at > expired_at + INTERVAL ${LATE_SECONDS} SECOND)`,
  );
}

async function readRanges(
  db: QueryExecutorProvider,
  incident: number,
  which: ReturnType<typeof sql>,
): Promise<ExpiredRange[]> {
  const { rows } = await sql<{ id: string; after: SqlKey | null; upTo: SqlKey }>`
    SELECT id, after_key AS 'after', up_to_key AS upTo FROM expired_ranges WHERE incident = ${incident} AND ${which} ORDER BY id`.execute(
    db,
  );
  return rows.map(({ id, after, upTo }) => ({
    id: String(id),
    range: { after: after === null ? null : keyFromSql(after), upTo: keyFromSql(upTo) },
  }));
}

/** @returns whether it was soon enough for what was found to tell something. */
export async function isInTime(db: QueryExecutorProvider, id: string): Promise<boolean> {
  const { rows } = await sql`
    SELECT 1 FROM expired_ranges WHERE id = ${id} AND expired_at + INTERVAL ${LATE_SECONDS} SECOND >= UTC_TIMESTAMP(6)`.execute(
    db,
  );
  return rows.length > 0;
}

export async function markRangeSeen(db: QueryExecutorProvider, id: string): Promise<void> {
  await sql`UPDATE expired_ranges SET looked_at = UTC_TIMESTAMP(6) WHERE id = ${id} AND looked_at IS NULL`.execute(
    db,
  );
}
