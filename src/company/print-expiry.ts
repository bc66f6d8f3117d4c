import type { QueryExecutorProvider, RawBuilder } from 'kysely';
import { format, type SqlValue } from 'mysql2';
import type { KeyRange } from '../incident/vocabulary';
import type { Company } from './company';
import { revokeOrder } from './entries';
import { firstChunk, freezeCohort, retirePasswords } from './expire-statements';
import { isNameless, type KeyColumn, keyToSql } from './key-column';
import { ownersQuery, revokeByList, revokeByRange } from './revoke';

/**
 * The statements that a range's transaction would run, as they would be sent at `now`, each on a line. The incident's number is not
 * known before the start: 0 stands for it.
 */
export function printExpiry(
  db: QueryExecutorProvider,
  company: Company,
  { range, now }: { range: KeyRange; now: Date },
): string[] {
  const chunk = firstChunk(range, now.getTime());
  const { retire, revoke } = company.mapping;
  return [
    freezeCohort(company, chunk),
    ...retire.map((_, i) => retirePasswords(company, chunk, i)),
    ...revokeOrder(revoke).flatMap((entry) => {
      const byRange = revokeByRange(company, entry, chunk);
      if (byRange !== null) return [byRange];
      const value = entry.email === undefined ? 'each value found' : 'each@address.found';
      return [ownersQuery(company, entry, chunk), revokeByList(company, entry, chunk, [{ value, limit: 1 }])];
    }),
  ].map((statement) => printStatement(db, statement, { keyColumn: company.keyColumn, range }));
}

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
