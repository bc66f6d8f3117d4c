import { OPEN } from '../incident/open-answer';
import { type CatalogColumn, type CompanyCatalog, columnsOf, findColumn } from './catalog';
import type { Ask } from './draft';
import { isLoginName, type LinkTarget, loginNameColumn, sameFamily, type TableLink } from './table-links';

/** Rows that know an account by its login name: of Spring's sessions, Symfony's and Joomla's remember-me, CRMs' reset links. */
export function byLoginName(
  catalog: CompanyCatalog,
  table: string,
  target: LinkTarget,
): { key: string; via?: { table: string; key: string; column: string } } | null {
  const column = columnsOf(catalog, table).find(isLoginName);
  if (column === undefined) return null;
  const key = findColumn(catalog, target.table, target.key);
  if (key !== undefined && isLoginName(key)) return { key: column.name };
  const login = loginNameColumn(catalog, target.table);
  if (login === null || !sameFamily(login, column)) return null;
  return { key: column.name, via: { table: target.table, key: target.key, column: login.name } };
}

/**
 * Where the type is another than the key's, the name alone says too little: Joomla's user_keys.user_id holds login names. So does a name
 * that may mean another table.
 */
export function askWhoseId(
  entry: { value: Record<string, unknown>; asks: Ask[] },
  catalog: CompanyCatalog,
  target: LinkTarget,
  { table, link }: { table: string; link: TableLink },
): void {
  const key = findColumn(catalog, target.table, target.key);
  const column = findColumn(catalog, table, link.column)!;
  if (link.by === 'likely name') {
    entry.value.key = `${OPEN} ${link.column}`;
    entry.asks.push({
      at: 'key',
      question: `Does ${table}.${link.column} hold the customers' key, ${target.table}.${target.key}, or that of another table?`,
      todo: `Look at a row. If it is the customers', write key: ${link.column}. If not, name the column that is; if there is none, delete the entry, and write {table: ${table}, because} under ignored.`,
    });
    return;
  }
  if (link.by !== "owner's name") return;
  if (key !== undefined && (isUuidOf(column, key) || isUuidOf(key, column))) return;
  const login = loginNameColumn(catalog, target.table);
  const named = login === null || login.name === target.key ? null : login.name;
  entry.value.key = `${OPEN} ${link.column}`;
  entry.asks.push({
    at: 'key',
    question: `Does ${table}.${link.column} (${column.sqlType}) hold the customers' key, ${target.table}.${target.key} (${key?.sqlType ?? 'of another type'})?`,
    todo: `Look at a row. If it does, write key: ${link.column}. If it holds ${named === null ? `another column of ${target.table}` : 'login names'}, add via: {table: ${target.table}, key: ${target.key}, column: ${named ?? 'that one'}}.`,
  });
}

/** By what a link is known, said beside it; null: the column is in the customer's own row. */
export function linkWords(link: TableLink | null): string {
  if (link === null) return 'the same row';
  const { by } = link;
  if (by === 'likely name') return 'by a name that may mean another table';
  return by === "owner's name" ? "by its name alone: its type differs from the key's" : `by ${by}`;
}

/** The same UUID, as text and as octets. */
function isUuidOf(text: CatalogColumn, octets: CatalogColumn): boolean {
  return (
    /char$/.test(text.type) && (text.length === 36 || text.length === 32) && octets.sqlType === 'binary(16)'
  );
}
