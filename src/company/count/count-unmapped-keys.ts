import { type QueryExecutorProvider, sql } from 'kysely';
import { type CompanyCatalog, columnsOf } from '../catalog';
import { type Company, companyTable, operatorSql } from '../company';
import { keyValueColumns, looksLikeKey } from '../find-credentials';

/** Of a key/value table: keys that look like credentials and that no entry's condition takes. */
export interface UnmappedKeys {
  table: string;
  keyColumn: string;
  valueColumn: string;
  keys: { key: string; rows: number }[];
}

const MOST_KEYS = 2_000;

/**
 * Counts the keys of each key/value table of accounts (C68). A condition that is misspelt takes nothing, and then its key is among
 * those that are left.
 */
export async function countUnmappedKeys(
  db: QueryExecutorProvider,
  company: Company,
  catalog: CompanyCatalog,
): Promise<UnmappedKeys[]> {
  const found: UnmappedKeys[] = [];
  for (const { name: table, kind } of catalog.tables) {
    const pair =
      kind === 'view' || kind === 'other' ? null : keyValueColumns(table, columnsOf(catalog, table));
    if (pair === null) continue;
    const taken = conditionsOf(company, table).map(
      (condition) => sql`(${operatorSql(company, condition)}) IS TRUE`,
    );
    const left = taken.length === 0 ? sql`TRUE` : sql`NOT (${sql.join(taken, sql` OR `)})`;
    const { rows } = await sql<{ key_name: unknown; each_row: string }>`
      SELECT ${sql.id(pair.key)} AS key_name, COUNT(*) AS each_row FROM ${companyTable(company, table)}
      WHERE ${left} AND LENGTH(${sql.id(pair.value)}) > 0 GROUP BY ${sql.id(pair.key)} ORDER BY COUNT(*) DESC LIMIT ${sql.lit(MOST_KEYS)}`.execute(
      db,
    );
    const keys = rows
      .filter(({ key_name }) => typeof key_name === 'string' && looksLikeKey(key_name))
      .map(({ key_name, each_row }) => ({ key: String(key_name), rows: Number(each_row) }));
    if (keys.length > 0) found.push({ table, keyColumn: pair.key, valueColumn: pair.value, keys });
  }
  return found;
}

function conditionsOf({ mapping }: Company, table: string): string[] {
  return [
    ...mapping.retire.flatMap((entry) => (entry.table === table && entry.usable ? [entry.usable] : [])),
    ...mapping.revoke.flatMap((entry) => (entry.table === table && entry.where ? [entry.where] : [])),
  ];
}
