import { type RawBuilder, sql } from 'kysely';
import type { DatabaseMapping, RetireEntry, RevokeEntry } from '../incident/database-schema';
import { type Company, companyTable, operatorSql } from './company';

/** The place of an entry in the file, below `database`: retire.0, revoke.2. */
export function entryPath({ retire, revoke }: DatabaseMapping, entry: RetireEntry | RevokeEntry): string {
  const i = retire.indexOf(entry as RetireEntry);
  return i < 0 ? `revoke.${revoke.indexOf(entry as RevokeEntry)}` : `retire.${i}`;
}

/**
 * The rows that meet the entry's own condition, for use after FROM. The condition names columns without an alias, so it needs its own FROM;
 * columns are named one by one, since this user may be allowed to read no others.
 */
export function entryRows(
  company: Company,
  { table, where }: RevokeEntry,
  columns: (string | undefined)[],
): RawBuilder<unknown> {
  const names = [...new Set(columns.filter((name) => name !== undefined))].map((name) => sql.id(name));
  const only = where === undefined ? sql`` : sql` WHERE (${operatorSql(company, where)})`;
  return sql`(SELECT ${sql.join(names)} FROM ${companyTable(company, table)}${only})`;
}

/** Completes "The database refuses ...". */
export function endingWords({ table, column }: RevokeEntry): string {
  return column === undefined ? `deleting from ${table}` : `ending ${table}.${column}`;
}

/** What is two links away first, while the table between still says whose it is. */
export function revokeOrder(entries: RevokeEntry[]): RevokeEntry[] {
  return [
    ...entries.filter(({ via }) => via !== undefined),
    ...entries.filter(({ via }) => via === undefined),
  ];
}
