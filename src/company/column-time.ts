import { type RawBuilder, sql } from 'kysely';
import type { ColumnTime } from '../incident/database-schema';
import {
  instantOfWallClock,
  lastWallClockUpTo,
  offsetAt,
  transitions,
  wallClock,
} from '../incident/wall-clock';

/**
 * Columns that say when, each in its own form. Our instants are converted into the column's form here: a server may know no zones,
 * and a converted column could use no index. Instants are milliseconds since 1970.
 */

/** Clocks of application servers may be ahead; what is later than that is no time but a mark or a mistake (C62). */
export const AHEAD = 86_400_000;

/**
 * Whether what the column dates, under this alias, was there at an instant. What is of unknown age counts as before: NULL, 0, the
 * zero dates of old tables (C30), and whatever lies in the future.
 */
export function isUpTo(
  time: ColumnTime,
  alias: string,
  { instant, now }: { instant: number; now: number },
): RawBuilder<boolean> {
  const column = sql.id(alias, time.column);
  return sql<boolean>`(${column} IS NULL OR ${column} <= ${lastUpTo(time, instant)} OR ${column} > ${inForm(time, now + AHEAD)})`;
}

/** Whether it says of itself that it was there at an instant. */
export function isKnownUpTo(time: ColumnTime, alias: string, instant: number): RawBuilder<boolean> {
  const column = sql.id(alias, time.column);
  return sql<boolean>`(${column} >= ${firstOf(time)} AND ${column} <= ${lastUpTo(time, instant)}) IS TRUE`;
}

/** Whether nobody knows when it was. */
export function isUnknown(time: ColumnTime, alias: string, now: number): RawBuilder<boolean> {
  const column = sql.id(alias, time.column);
  return sql<boolean>`(${column} IS NULL OR ${column} < ${firstOf(time)} OR ${column} > ${inForm(time, now + AHEAD)})`;
}

/**
 * The first value that is a time: what is less is a mark. A TIMESTAMP begins with 1970: MySQL takes an earlier literal for its zero,
 * and finds a zero date greater than that.
 */
export function firstOf({ as }: Pick<ColumnTime, 'as'>): RawBuilder<unknown> {
  if (isNumber({ as })) return sql`1`;
  return as === 'timestamp' ? sql`'1970-01-01 00:00:01'` : sql`'1000-01-01'`;
}

/** The last value of the column that may belong to an instant up to this one. */
export function lastUpTo(time: ColumnTime, instant: number): string | bigint {
  return time.as === 'datetime' ? lastWallClockUpTo(instant, time.zone!) : inForm(time, instant);
}

/** An instant as the column would have it. */
export function inForm({ as, zone }: Pick<ColumnTime, 'as' | 'zone'>, instant: number): string | bigint {
  if (as === 'unixSeconds') return BigInt(Math.floor(instant / 1000));
  if (as === 'unixMilliseconds') return BigInt(Math.floor(instant));
  return wallClock(instant, as === 'datetime' ? (zone ?? 'UTC') : 'UTC');
}

/** A value of the column as ISO 8601 in UTC; null where it says no time. */
export function instantOf({ as, zone }: ColumnTime, value: string | number | bigint | null): string | null {
  if (value === null) return null;
  const instant =
    as === 'datetime' || as === 'timestamp'
      ? instantOfWallClock(String(value), as === 'datetime' ? zone! : 'UTC')
      : Number(value) * (as === 'unixSeconds' ? 1000 : 1);
  if (instant === null || !Number.isFinite(instant) || Math.abs(instant) > 8.64e15) return null;
  return isNumber({ as }) && instant <= 0 ? null : new Date(instant).toISOString();
}

const WINDOW = 400 * AHEAD;

/** A DATETIME of ours in UTC, not older than a year, in the column's form, in SQL. */
export function sqlInForm(
  { as, zone }: ColumnTime,
  utc: RawBuilder<unknown>,
  now: number,
): RawBuilder<unknown> {
  if (as === 'timestamp') return utc;
  if (as === 'unixSeconds') return sql`TIMESTAMPDIFF(SECOND, '1970-01-01', ${utc})`;
  if (as === 'unixMilliseconds') return sql`TIMESTAMPDIFF(MICROSECOND, '1970-01-01', ${utc}) DIV 1000`;
  const { first, changes } = offsetsOf(zone!, now);
  const seconds = changes.reduce<RawBuilder<unknown>>(
    (before, { at, after }) =>
      sql`IF(${utc} >= ${wallClock(at, 'UTC')}, ${sql.lit(after / 1000)}, ${before})`,
    sql`${sql.lit(first / 1000)}`,
  );
  return sql`(${utc} + INTERVAL ${seconds} SECOND)`;
}

const offsetsByDay = new Map<string, { first: number; changes: { at: number; after: number }[] }>();

/** The zone's offset a year ago and each change since, looked up once a day. */
function offsetsOf(zone: string, now: number) {
  const day = Math.floor(now / AHEAD) * AHEAD;
  const key = `${zone} ${day}`;
  let offsets = offsetsByDay.get(key);
  if (offsets === undefined) {
    const changes = transitions(zone, day - WINDOW, day + 2 * AHEAD);
    const first = changes[0]?.before ?? offsetAt(zone, day);
    offsets = { first, changes };
    offsetsByDay.set(key, offsets);
  }
  return offsets;
}

function isNumber({ as }: Pick<ColumnTime, 'as'>): boolean {
  return as === 'unixSeconds' || as === 'unixMilliseconds';
}
