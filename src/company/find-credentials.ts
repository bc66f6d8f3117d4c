import { type CatalogColumn, type CompanyCatalog, columnsOf } from './catalog';
import { type CredentialKind, credentialLook } from './credential-names';
import {
  ACCOUNT_WORDS,
  isAboutSomethingElse,
  isAccounts,
  type RowsKind,
  rowsLook,
} from './credential-tables';
import { nameWords } from './name-words';
import { isLoginName } from './table-links';
import { basesOf } from './view-bases';

/** A column that looks as if it held a credential, or a table that looks as if its rows were some. */
export interface CredentialFinding {
  table: string;
  /** Null: the table as a whole. */
  column: string | null;
  /** `keyValue`: its key says what a row holds. */
  kind: CredentialKind | 'session' | 'keyValue';
  /** Completes "looks like ...", such as "a token, by its name". */
  why: string;
}

/** The keys of a key/value table that were seen, by table. */
export type SeenKeys = Record<string, string[]>;

/**
 * Everything that looks like a credential, by names and types alone. A table of sessions or tokens is one finding, since its rows die
 * whole; its passwords are named beside it. What a view shows counts where it is not found in the tables below it: they may be in
 * another schema, or have other names.
 */
export function findCredentials(catalog: CompanyCatalog, seenKeys: SeenKeys = {}): CredentialFinding[] {
  const findingsByTable = new Map<string, CredentialFinding[]>();
  for (const { name, kind } of catalog.tables)
    if (kind === 'table' || kind === 'versioned')
      findingsByTable.set(name, inTable(catalog, name, seenKeys[name]));
  const isFoundBelow = (view: string) => {
    const bases = basesOf(catalog, view) ?? [];
    const isOwn = bases.length > 0 && bases.every(({ schema }) => schema === catalog.companySchema);
    return isOwn && bases.some(({ table }) => (findingsByTable.get(table) ?? []).length > 0);
  };
  return catalog.tables.flatMap(({ name, kind }) => {
    if (kind === 'view') return isFoundBelow(name) ? [] : inTable(catalog, name, seenKeys[name]);
    return findingsByTable.get(name) ?? [];
  });
}

function inTable(catalog: CompanyCatalog, table: string, seenKeys?: string[]): CredentialFinding[] {
  const columns = columnsOf(catalog, table);
  const accounts = isAccounts(table, columns);
  const looks = columns.flatMap((column): CredentialFinding[] => {
    const look = credentialLook(column, accounts);
    return look === null ? [] : [{ table, column: column.name, ...look }];
  });
  const pairs = keyValue(table, columns, seenKeys);
  const rows = accounts ? null : rowsLook(catalog, table, looks.length > 0);
  // Where passwords have their own table, the value dies, not the row.
  const passwords = looks.some(({ kind }) => kind === 'password') && KEEPS_PASSWORDS.test(table);
  if (rows === null || passwords) return [...looks, ...pairs];
  return [{ table, column: null, kind: rows, why: `${KINDS_OF_ROWS[rows]}, by its name` }];
}

const KEEPS_PASSWORDS = /credential|authenticat|secret/i;
const KINDS_OF_ROWS: Record<RowsKind, string> = {
  session: 'sessions',
  token: 'tokens, keys or reset links',
  secondFactor: 'second factors',
};

/** C68: the key says what a row of such a table holds, so a credential may be among anything else. */
function keyValue(table: string, columns: CatalogColumn[], seenKeys: string[] = []): CredentialFinding[] {
  const pair = keyValueColumns(table, columns);
  if (pair === null) return [];
  const credentials = seenKeys.filter((key) => looksLikeKey(key));
  const why =
    credentials.length > 0
      ? `credentials under their own keys: ${credentials.slice(0, 8).join(', ')}`
      : `whatever ${pair.key} says: a key/value table of accounts`;
  return [{ table, column: pair.value, kind: 'keyValue', why }];
}

/** The columns of key and value; null: it is none, or it is not about people. Much else that has a value has a name as well. */
export function keyValueColumns(
  table: string,
  columns: CatalogColumn[],
): { key: string; value: string } | null {
  const key = columns.find((column) => KEY_COLUMN.test(column.name) && !isLoginName(column));
  const value = columns.find(
    ({ name, type }) => VALUE_COLUMN.test(name) && /char|text|blob|json|binary/.test(type),
  );
  if (!key || !value || columns.length > (/^(\w+_)?name$/i.test(key.name) ? 7 : 12)) return null;
  const about = [
    table,
    ...columns.filter((column) => column !== key && column !== value).map(({ name }) => name),
  ];
  const people = about.flatMap(nameWords).some((word) => ACCOUNT_WORDS.has(word) || word === 'usermeta');
  const others = isAboutSomethingElse(table);
  return people && !others ? { key: key.name, value: value.name } : null;
}

const KEY_COLUMN =
  /^(\w*_)?(key|meta_?key|config_?key|profile_?key|attribute(_?(id|code|name))?|property(_?(id|name))?|field_?(id|name)|setting(_?(key|name))?|preference|option_?name|variable|name)$/i;
const VALUE_COLUMN = /^(\w*_)?(value|val|meta_?value|config_?value|profile_?value|setting_?value)$/i;

/** Whether a key of a key/value table names a credential, such as session_tokens. */
export function looksLikeKey(key: string): boolean {
  return (
    credentialLook({ name: key, type: 'text', sqlType: 'text', length: null, comment: '' }, true) !== null
  );
}
