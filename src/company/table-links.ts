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
   * - likely name: its name may mean another table: it is cut short, or another table is called the same
   */
  by: 'foreign key' | 'name and type' | 'e-mail' | "owner's name" | 'likely name';
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
  const others = columns.filter(
    ({ name }) => !declared.includes(name) && !pointsElsewhere(catalog, table, name),
  );
  const nouns = nounsOf(catalog, target);
  const named = others.filter(
    (column) =>
      isNamedAfter(nouns, column, target) &&
      !numbersOwnRows(catalog, nouns, column) &&
      namesakeOf(catalog, column, target) !== 'other',
  );
  const fits = (column: CatalogColumn) => key !== undefined && sameFamily(column, key);
  const alike = named.filter(fits);
  const unlike = named.filter((column) => !fits(column));
  const sure = alike.filter((column) => namesakeOf(catalog, column, target) === null);
  const likely = [
    ...alike.filter((column) => !sure.includes(column)),
    ...others.filter((column) => isCutShort(column, target) && fits(column)),
  ];
  const addresses = target.email === null ? [] : columns.filter(isEmailColumn);
  return [
    ...declared.map((column) => link(column, target.key, 'foreign key')),
    ...byCloseness(sure, target).map(({ name }) => link(name, target.key, 'name and type')),
    ...addresses.map(({ name }) => link(name, target.email!, 'e-mail')),
    ...byCloseness(likely, target).map(({ name }) => link(name, target.key, 'likely name')),
    ...byCloseness(unlike, target).map(({ name }) => link(name, target.key, "owner's name")),
  ];
}

/** Whether the server says it, or name and type together. */
export function isSure({ by }: TableLink): boolean {
  return by === 'foreign key' || by === 'name and type';
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

/** What a column is called that points to such a table: customer_id, idCustomer, fk_customer, session_user_id, customer. */
function isNamedAfter(nouns: ReturnType<typeof nounsOf>, column: CatalogColumn, target: LinkTarget): boolean {
  const words = nameWords(column.name)
    .filter((word) => !['fk', 'ref'].includes(word))
    .flatMap((word) => (word === `${nouns.whole}id` ? [nouns.whole, 'id'] : [word]));
  if (words.some((word) => NOT_THE_OWNER.has(word))) return false;
  const keyWords = nameWords(target.key);
  if (!['id', 'uuid', 'key', 'code'].includes(keyWords.join(' ')) && words.join(' ') === keyWords.join(' '))
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

/**
 * The column numbers its own table's rows, so what it holds is nobody's key: TYPO3 calls every primary key uid, Dolibarr rowid. Where a
 * row is a part of a customer, its key is called after the customers: customer_login.customer_id.
 */
function numbersOwnRows(
  catalog: CompanyCatalog,
  nouns: ReturnType<typeof nounsOf>,
  column: CatalogColumn,
): boolean {
  const { table, name } = column;
  if (isAutoIncrement(column)) return true;
  const primary = catalog.indexes.find((index) => index.table === table && index.name === 'PRIMARY');
  const isKey =
    primary === undefined
      ? !column.nullable && isUnique(catalog, table, name)
      : primary.columns.length === 1 && primary.columns[0]!.toLowerCase() === name.toLowerCase();
  if (!isKey || isLoginName(column)) return false;
  const words = nameWords(name);
  return words.includes(nameWords(table).at(-1)!) || !words.some((word) => nouns.any.has(word));
}

/** Whether the server itself numbers the rows by it. */
export function isAutoIncrement({ extra }: CatalogColumn): boolean {
  return extra.includes('auto_increment');
}

/** Whether the server says that it is a key of another table, and of no row of the target's. */
function pointsElsewhere({ foreignKeys }: CompanyCatalog, table: string, column: string): boolean {
  return foreignKeys.some((foreign) => foreign.table === table && foreign.columns.includes(column));
}

/** fk_soc, of societe. */
function isCutShort({ name }: CatalogColumn, { table }: LinkTarget): boolean {
  const [fk, short = '', ...more] = nameWords(name);
  const noun = nounWords(table).at(-1)!;
  return fk === 'fk' && more.length === 0 && short.length >= 3 && short !== noun && noun.startsWith(short);
}

/**
 * Where there are fe_users and be_users, whose id a bare user_id is: a table that begins as one of them, such as be_sessions, is of that
 * one. Null: no other accounts are meant by it.
 */
function namesakeOf(
  catalog: CompanyCatalog,
  column: CatalogColumn,
  { table: target }: LinkTarget,
): 'other' | 'either' | null {
  const targetWords = nounWords(target);
  const words = nameWords(column.name);
  const namesakes = (tablesByNoun(catalog).get(targetWords.at(-1)!) ?? []).filter(
    (other) =>
      other !== target &&
      columnsOf(catalog, other).some((column) => isEmailColumn(column) || isLoginName(column)) &&
      !catalog.foreignKeys.some((foreign) => foreign.table === other && foreign.to === target),
  );
  const meant = words.includes(targetWords.at(-1)!)
    ? namesakes
    : namesakes.filter((other) => findColumn(catalog, other, column.name) !== undefined);
  if (meant.length === 0) return null;
  if (targetWords.slice(0, -1).some((word) => words.includes(word))) return null;
  const begins = (table: string) => {
    const [columnWords, tableWords] = [nameWords(column.table), nameWords(table)];
    const differs = columnWords.findIndex((word, i) => word !== tableWords[i]);
    return differs < 0 ? columnWords.length : differs;
  };
  const nearest = Math.max(...meant.map(begins));
  const named = meant.some((other) =>
    nounWords(other).some((word) => !targetWords.includes(word) && words.includes(word)),
  );
  if (named || nearest > begins(target)) return 'other';
  if (nearest < begins(target)) return null;
  // users beside shop_users: what says no more than user is of the plain one.
  return meant.every((other) => targetWords.every((word) => nounWords(other).includes(word)))
    ? null
    : 'either';
}

/** What the target is called, and people in general where no other table of the schema is meant by that. */
function nounsOf(catalog: CompanyCatalog, { table }: LinkTarget) {
  const whole = nounWords(table).join('');
  const ownNouns = [...nounWords(table), whole].filter((word) => !PREFIXES.has(word));
  const tables = tablesByNoun(catalog);
  const people = PEOPLE.filter((noun) => (tables.get(noun) ?? []).every((other) => other === table));
  return { own: new Set(ownNouns), any: new Set([...ownNouns, ...people]), whole };
}

/** Each table is compared with each, so this is made once. */
function tablesByNoun({ tables }: CompanyCatalog): Map<string, string[]> {
  let known = nounsBySchema.get(tables);
  if (known === undefined) {
    known = new Map();
    for (const { name, kind } of tables) {
      const noun = nounWords(name).at(-1)!;
      if (kind !== 'view') known.set(noun, [...(known.get(noun) ?? []), name]);
    }
    nounsBySchema.set(tables, known);
  }
  return known;
}

const nounsBySchema = new WeakMap<CompanyCatalog['tables'], Map<string, string[]>>();

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
  const targetWords = nounWords(target.table);
  const distance = ({ name }: CatalogColumn) =>
    nameWords(name).filter((word) => word !== 'id' && !targetWords.includes(word)).length;
  return [...columns].sort((a, b) => distance(a) - distance(b));
}

/** Whether values of one can be those of the other: whole numbers, or texts and octets of the same length. */
export function sameFamily(column: CatalogColumn, otherColumn: CatalogColumn): boolean {
  const number = /int$|^decimal$/;
  if (number.test(column.type) || number.test(otherColumn.type))
    return number.test(column.type) && number.test(otherColumn.type);
  const octets = /^(binary|varbinary)$/;
  if (octets.test(column.type) !== octets.test(otherColumn.type)) return false;
  const text = /^(char|varchar|binary|varbinary|uuid)$/;
  return text.test(column.type) && text.test(otherColumn.type);
}

/** How a table's rows belong to customers, but for those that only an address links. */
export function ownerOf(catalog: CompanyCatalog, table: string, target: LinkTarget): TableLink | null {
  return linksTo(catalog, table, target).find(({ by }) => by !== 'e-mail') ?? null;
}
