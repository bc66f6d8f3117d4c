import { type QueryExecutorProvider, sql } from 'kysely';
import { isPlainName } from '../../incident/incident-problem';
import { type CompanyCatalog, columnsOf } from '../catalog';
import { type Company, companyTable, isTrue } from '../company';
import { keyValueColumns, looksLikeKey } from '../find-credentials';

/** Of a key/value table: keys that look like credentials and that no entry's condition takes. */
export interface UnmappedKeys {
  table: string;
  keyColumn: string;
  valueColumn: string;
  /** As they may be shown, the most frequent first. */
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
  const unmapped: UnmappedKeys[] = [];
  for (const { name: table, kind } of catalog.tables) {
    const pair =
      kind === 'view' || kind === 'other' ? null : keyValueColumns(table, columnsOf(catalog, table));
    if (pair === null) continue;
    const taken = conditionsOf(company, table).map((condition) => isTrue(company, condition));
    const isLeft = taken.length === 0 ? sql`TRUE` : sql`NOT (${sql.join(taken, sql` OR `)})`;
    const { rows } = await sql<{ key: unknown; rows: string }>`
      SELECT ${sql.id(pair.key)} AS 'key', COUNT(*) AS 'rows' FROM ${companyTable(company, table)}
      WHERE ${isLeft} AND LENGTH(${sql.id(pair.value)}) > 0 GROUP BY ${sql.id(pair.key)} ORDER BY COUNT(*) DESC LIMIT ${sql.lit(MOST_KEYS)}`.execute(
      db,
    );
    const counts = new Map<string, number>();
    for (const { key, rows: count } of rows)
      if (typeof key === 'string' && looksLikeKey(key))
        counts.set(shownKey(key), (counts.get(shownKey(key)) ?? 0) + Number(count));
    const keys = [...counts].map(([key, count]) => ({ key, rows: count })).sort((a, b) => b.rows - a.rows);
    if (keys.length > 0) unmapped.push({ table, keyColumn: pair.key, valueColumn: pair.value, keys });
  }
  return unmapped;
}

/** A key that is made for each customer holds an address or a number: of reset_token_ann@x.test only reset_token_… is shown. */
function shownKey(key: string): string {
  if (isKeyName(key)) return key;
  const ends = [...key.matchAll(/[_:./-]/g)].map(({ index }) => index);
  const end = ends.find((at) => isKeyName(key.slice(0, at)) && looksLikeKey(key.slice(0, at)));
  return end === undefined ? '…' : `${key.slice(0, end + 1)}…`;
}

function isKeyName(text: string): boolean {
  return isPlainName(text) && /^[\w.:/\\-]{1,64}$/.test(text);
}

function conditionsOf({ mapping }: Company, table: string): string[] {
  return [
    ...mapping.retire.flatMap((entry) => (entry.table === table && entry.usable ? [entry.usable] : [])),
    ...mapping.revoke.flatMap((entry) => (entry.table === table && entry.where ? [entry.where] : [])),
  ];
}
