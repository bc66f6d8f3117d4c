import { type QueryExecutorProvider, sql } from 'kysely';
import type { KeyRange } from '../incident/vocabulary';
import { type KeyColumn, keyFromSql, keyToSql, type SqlKey } from './key-column';

/** A range that was expired and is to be looked at once more (reappeared.ts). */
export interface ExpiredRange {
  id: string;
  range: KeyRange;
}

/** After so long somebody may have come back by a reset link: what is found then can be a new password as well. */
export const LATE_SECONDS = 60;

/** The last statement of the transaction that expires the range: a worker that is killed just after leaves word of what it has not looked at. */
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

/** Not looked at, or too late to tell anything by it. */
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
  const { rows } = await sql<{ id: string; after_key: SqlKey | null; up_to_key: SqlKey }>`
    SELECT id, after_key, up_to_key FROM expired_ranges WHERE incident = ${incident} AND ${which} ORDER BY id`.execute(
    db,
  );
  return rows.map(({ id, after_key, up_to_key }) => ({
    id: String(id),
    range: { after: after_key === null ? null : keyFromSql(after_key), upTo: keyFromSql(up_to_key) },
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
