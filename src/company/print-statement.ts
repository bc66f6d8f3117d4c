import type { QueryExecutorProvider, RawBuilder } from 'kysely';
import { format, type SqlValue } from 'mysql2';
import type { KeyRange } from '../incident/vocabulary';
import { isNameless, type KeyColumn, keyToSql } from './key-column';

/**
 * A statement exactly as it is sent, on one line, values in place: for reading and for copying, never executed from here. But for the
 * keys of its range, where they may be addresses or login names.
 */
export function printStatement(
  db: QueryExecutorProvider,
  statement: RawBuilder<unknown>,
  { keyColumn, range }: { keyColumn: KeyColumn; range: KeyRange },
): string {
  const { sql, parameters } = statement.compile(db);
  const hidden = new Map(
    [
      [range.after, 'the key before the range'],
      [range.upTo, 'the last key of the range'],
    ].flatMap(([id, words]) =>
      id == null || isNameless(keyColumn, id) ? [] : [[textOf(keyToSql(keyColumn, id)), words]],
    ),
  );
  const shown = parameters.map((value) => hidden.get(textOf(value)) ?? value);
  return format(sql.trim().replaceAll(/\s+/g, ' '), shown as SqlValue[], false, 'Z');
}

/** A link may hold a text key as octets. */
function textOf(value: unknown): string {
  return Buffer.isBuffer(value) ? value.toString('utf8') : String(value);
}
