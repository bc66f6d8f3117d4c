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
  const named = columns.filter(
    (column) => !declared.includes(column.name) && isNamedAfter(catalog, column, target),
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

/** A column that holds an e-mail address, by name and type. */
export function isEmailColumn({ name, type, length }: CatalogColumn): boolean {
  const words = nameWords(name);
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

/** Null: a row's owner is always of the same kind. */
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
    if (twin && (idColumn === undefined || twin.name.toLowerCase() === idColumn.toLowerCase()))
      return { typeColumn: name, idColumn: twin.name };
  }
  return null;
}

/** What a column is called that points to such a table: customer_id, idCustomer, fk_customer, session_user_id, customer. */
function isNamedAfter(catalog: CompanyCatalog, column: CatalogColumn, target: LinkTarget): boolean {
  const words = nameWords(column.name).filter((word) => !['fk', 'ref'].includes(word));
  const nouns = nounsOf(catalog, target);
  if (words.some((word) => NOT_THE_OWNER.has(word))) return false;
  const own = nameWords(target.key);
  if (!['id', 'uuid', 'key', 'code'].includes(own.join(' ')) && words.join(' ') === own.join(' '))
    return true;
  const [first, last] = [words[0], words.at(-1)];
  if (last === 'id' || last === 'uuid' || last === 'key') return nouns.has(words.at(-2) ?? '');
  if (first === 'id') return nouns.has(words[1] ?? '');
  return words.length <= 2 && nouns.has(last ?? '');
}

/** Somebody has a hand in the row, and it is not theirs. */
const NOT_THE_OWNER = new Set(
  'by created updated modified deleted approved sender recipient from to assigned parent impersonator admin staff employee'.split(
    ' ',
  ),
);

/** What the target is called, and people in general where no other table of the schema is meant by that. */
function nounsOf(catalog: CompanyCatalog, target: LinkTarget): Set<string> {
  const own = nounWords(target.table);
  const taken = new Set(
    catalog.tables
      .filter(({ name, kind }) => name !== target.table && kind !== 'view')
      .map(({ name }) => nounWords(name).at(-1)!),
  );
  const people = PEOPLE.filter((noun) => !taken.has(noun));
  return new Set([...own.filter((word) => !PREFIXES.has(word)), ...people]);
}

const PEOPLE = ['user', 'customer', 'account', 'member', 'client', 'owner', 'person', 'userid'];
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
