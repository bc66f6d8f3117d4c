import type { QueryExecutorProvider, RawBuilder } from 'kysely';
import { format, type SqlValue } from 'mysql2';

/** A statement exactly as it is sent, on one line, values in place: for reading and for copying, never executed from here. */
export function printStatement(db: QueryExecutorProvider, statement: RawBuilder<unknown>): string {
  const { sql, parameters } = statement.compile(db);
  return format(sql.trim().replaceAll(/\s+/g, ' '), parameters as SqlValue[], false, 'Z');
}
