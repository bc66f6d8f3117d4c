import type { RawBuilder } from 'kysely';
import type { LedgerDatabase } from './open-database';

type Read<Row, Result> = {
  [Column in keyof Row as Column extends keyof Result
    ? Row[Column] extends Result[Column]
      ? never
      : Column
    : never]: (value: Row[Column]) => Result[Column & keyof Result];
};

/**
 * The rows of a statement as the code has them: what differs from what the driver gives (a key, a count, a time) is read by the
 * function of its column, and the types demand one. The driver gives BIGINT, DECIMAL and DATETIME as strings.
 */
export async function select<Row extends object, Result>(
  db: LedgerDatabase,
  statement: RawBuilder<Row>,
  read: Read<Row, Result> & { [Column in keyof Row]?: (value: Row[Column]) => unknown },
): Promise<Result[]> {
  const { rows } = await statement.execute(db);
  const readers = Object.entries(read) as [string, (value: unknown) => unknown][];
  return rows.map((row) => {
    const result: Record<string, unknown> = { ...(row as Record<string, unknown>) };
    for (const [column, value] of readers) result[column] = value(result[column]);
    return result as Result;
  });
}

/** A condition in a SELECT. */
export function flag(value: number | string): boolean {
  return Number(value) === 1;
}

/** How many rows a statement changed, or would have changed had they not been so already. */
export function affected({ numAffectedRows }: { numAffectedRows?: bigint }): number {
  return Number(numAffectedRows ?? 0n);
}

/** '2026-11-25 02:06:31.123' (UTC, as the database has it) in milliseconds since 1970. */
export function sqlTimeMs(sqlTime: string): number {
  return Date.parse(isoTime(sqlTime));
}

/** The other way round. */
export function sqlTime(ms: number): string {
  return new Date(ms).toISOString().slice(0, 23).replace('T', ' ');
}

/** '2026-11-25 02:06:31.123456' (UTC) as ISO 8601. */
export function isoTime(sqlTime: string): string {
  return `${sqlTime.replace(' ', 'T').slice(0, 23)}Z`;
}

/** The same of a column that may be NULL. */
export function isoTimeOrNull(sqlTime: string | null): string | null {
  return sqlTime === null ? null : isoTime(sqlTime);
}
