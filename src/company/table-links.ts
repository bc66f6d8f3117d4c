import { type CatalogColumn, type CompanyCatalog, columnsOf, findColumn, isUnique } from './catalog';
import { nameWords } from './name-words';

/** How a row of one table says whose it is. */
export interface TableLink {
  /** In the table itself. */
  column: string;
  /** In the table that it points to. */
  toColumn: string;
  /**
   * - foreign key: the server itself says so
   * - name and type: it is called like the other table and has its key's type
   * - e-mail: it holds the address
   * - owner's name: only its name says so: the type is another one than the key's
   */
  by: 'foreign key' | 'name and type' | 'e-mail' | "owner's name";
  /** Whether no two rows point to the same one. */
  unique: boolean;
}

export interface LinkTarget {
  table: string;
  key: string;
  /** Null: addresses are not looked for. */
  email: string | null;
}

/** How a table's rows belong to the target's, the surest first; empty: nothing says so. */
export function linksTo(catalog: CompanyCatalog, table: string, target: LinkTarget): TableLink[] {
  if (table === target.table) return [];
  const key = findColumn(catalog, target.table, target.key);
  const columns = columnsOf(catalog, table);
  const link = (column: string, toColumn: string, by: TableLink['by']): TableLink => ({
    column,
    toColumn,
    by,
    unique: isUnique(catalog, table, column),
  });
  const declared = catalog.foreignKeys
    .filter((foreign) => foreign.table === table && foreign.to === target.table)
    .flatMap((foreign) =>
      foreign.columns.filter((_, i) => foreign.toColumns[i]?.toLowerCase() === target.key.toLowerCase()),
    );
  const nouns = nounsOf(catalog, target);
  const named = columns.filter(
    (column) => !declared.includes(column.name) && isNamedAfter(nouns, column, target),
  );
  const alike = named.filter((column) => key !== undefined && sameFamily(column, key));
  const unlike = named.filter((column) => key === undefined || !sameFamily(column, key));
  const addresses = target.email === null ? [] : columns.filter(isEmailColumn);
  return [
    ...declared.map((column) => link(column, target.key, 'foreign key')),
    ...byCloseness(alike, target).map(({ name }) => link(name, target.key, 'name and type')),
    ...addresses.map(({ name }) => link(name, target.email!, 'e-mail')),
    ...byCloseness(unlike, target).map(({ name }) => link(name, target.key, "owner's name")),
  ];
}

/** A table's column that holds the login name, as others may know an account by; the surest first. */
export function loginNameColumn(catalog: CompanyCatalog, table: string): CatalogColumn | null {
  const named = columnsOf(catalog, table).filter(isLoginName);
  return named.find(({ name }) => isUnique(catalog, table, name)) ?? named[0] ?? null;
}

/** Of a customer: username, user_name, login, principal_name, username_canonical. */
export function isLoginName({ name, type }: CatalogColumn): boolean {
  return /^(char|varchar|binary|varbinary)$/.test(type) && LOGIN_NAMES.has(nameWords(name).join(''));
}

const LOGIN_NAMES = new Set(
  'username loginname login userlogin principalname usernamecanonical customerusername'.split(' '),
);

/** A column that holds an e-mail address, by name and type. */
export function isEmailColumn({ table, name, type, length }: CatalogColumn): boolean {
  const words = [...nameWords(name)];
  // user_email.address
  if (words.join() === 'address' && nameWords(table).at(-1) === 'email') words.unshift('email');
  const holdsText =
    /text$|blob$/.test(type) || (/^(var)?(char|binary)$/.test(type) && (length === null || length >= 20));
  if (!holdsText || !words.some((word) => word === 'email' || word === 'mail')) return false;
  return words.every((word) => EMAIL_WORDS.has(word));
}

const EMAIL_WORDS = new Set(
  (
    'email mail address user customer client member account login primary contact entry shopper buyer person main normalized ' +
    'canonical value s c u'
  ).split(' '),
);

/** A pair such as tokenable_type and tokenable_id: the same id means another owner under another type. */
export interface PolymorphicTwin {
  typeColumn: string;
  idColumn: string;
}

/**
 * Null: a row's owner is always of the same kind. An id that is unique by itself says whose the row is whatever stands beside it: in
 * phpBB's users, user_type is the kind of the account that user_id names.
 */
export function polymorphicTwin(
  catalog: CompanyCatalog,
  table: string,
  idColumn?: string,
): PolymorphicTwin | null {
  const columns = columnsOf(catalog, table);
  for (const { name, type } of columns) {
    const stem = /^(.+?)[_-]?(?:type|class|kind)$/i.exec(name)?.[1]?.toLowerCase();
    if (stem === undefined || !/char|text|int|enum/.test(type)) continue;
    const twin = columns.find((column) =>
      [`${stem}_id`, `${stem}id`, `${stem}-id`, `${stem}_uuid`].includes(column.name.toLowerCase()),
    );
    const asked = idColumn === undefined || twin?.name.toLowerCase() === idColumn.toLowerCase();
    if (twin && asked && !isUnique(catalog, table, twin.name))
      return { typeColumn: name, idColumn: twin.name };
  }
  return null;
}

/** What a column is called that points to such a table: customer_id, idCustomer, fk_customer, session_user_id, customer. */
function isNamedAfter(nouns: ReturnType<typeof nounsOf>, column: CatalogColumn, target: LinkTarget): boolean {
  const words = nameWords(column.name).filter((word) => !['fk', 'ref'].includes(word));
  if (words.some((word) => NOT_THE_OWNER.has(word))) return false;
  const own = nameWords(target.key);
  if (!['id', 'uuid', 'key', 'code'].includes(own.join(' ')) && words.join(' ') === own.join(' '))
    return true;
  const [first, last] = [words[0], words.at(-1)];
  if (last === 'id' || last === 'uuid' || last === 'key') return nouns.any.has(words.at(-2) ?? '');
  if (first === 'id') return nouns.any.has(words[1] ?? '');
  // A bare `client` is a program as often as a person; `user` in a table of tokens is whose they are.
  return words.length <= 2 && (nouns.own.has(last ?? '') || (last === 'user' && nouns.any.has(last)));
}

/** Somebody has a hand in the row, and it is not theirs. */
const NOT_THE_OWNER = new Set(
  'by created updated modified deleted approved sender recipient from to assigned parent impersonator admin staff employee'.split(
    ' ',
  ),
);

/** What the target is called, and people in general where no other table of the schema is meant by that. */
function nounsOf(catalog: CompanyCatalog, { table }: LinkTarget): { own: Set<string>; any: Set<string> } {
  const own = nounWords(table).filter((word) => !PREFIXES.has(word));
  const tables = tablesByNoun(catalog);
  const people = PEOPLE.filter((noun) => (tables.get(noun) ?? []).every((other) => other === table));
  return { own: new Set(own), any: new Set([...own, ...people]) };
}

/** Each table is compared with each, so this is made once. */
function tablesByNoun({ tables }: CompanyCatalog): Map<string, string[]> {
  let known = nouns.get(tables);
  if (known === undefined) {
    known = new Map();
    for (const { name, kind } of tables) {
      const noun = nounWords(name).at(-1)!;
      if (kind !== 'view') known.set(noun, [...(known.get(noun) ?? []), name]);
    }
    nouns.set(tables, known);
  }
  return known;
}

const nouns = new WeakMap<CompanyCatalog['tables'], Map<string, string[]>>();

const PEOPLE = ['user', 'customer', 'account', 'member', 'owner', 'person', 'userid', 'subject'];
const PREFIXES = new Set([
  'auth',
  'tbl',
  'app',
  'shop',
  'entity',
  'data',
  'info',
  'table',
  'list',
  'core',
  'sys',
]);

function nounWords(table: string): string[] {
  const words = nameWords(table).filter((word) => word !== 'entity' && word !== 'field' && word !== 'data');
  return words.length > 0 ? words : [table.toLowerCase()];
}

function byCloseness(columns: CatalogColumn[], target: LinkTarget): CatalogColumn[] {
  const own = nounWords(target.table);
  const distance = ({ name }: CatalogColumn) =>
    nameWords(name).filter((word) => word !== 'id' && !own.includes(word)).length;
  return [...columns].sort((a, b) => distance(a) - distance(b));
}

/** Whether values of one can be those of the other: whole numbers, or texts and octets of the same length. */
export function sameFamily(one: CatalogColumn, other: CatalogColumn): boolean {
  const number = /int$|^decimal$/;
  if (number.test(one.type) || number.test(other.type))
    return number.test(one.type) && number.test(other.type);
  const octets = /^(binary|varbinary)$/;
  if (octets.test(one.type) !== octets.test(other.type)) return false;
  const text = /^(char|varchar|binary|varbinary|uuid)$/;
  return text.test(one.type) && text.test(other.type);
}
