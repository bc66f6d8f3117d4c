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

/** The first row, read in the same way; undefined where there is none. */
export async function selectOne<Row extends object, Result>(
  db: LedgerDatabase,
  statement: RawBuilder<Row>,
  read: Read<Row, Result> & { [Column in keyof Row]?: (value: Row[Column]) => unknown },
): Promise<Result | undefined> {
  return (await select<Row, Result>(db, statement, read))[0];
}

/** A condition in a SELECT. */
export function flag(value: number | string): boolean {
  return Number(value) === 1;
}

/** How many rows a statement changed, or would have changed had they not been so already. */
export function affected({ numAffectedRows }: { numAffectedRows?: bigint }): number {
  return Number(numAffectedRows ?? 0n);
}
