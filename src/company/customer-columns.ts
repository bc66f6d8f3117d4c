import { type CatalogColumn, type CompanyCatalog, columnsOf, findColumn, isUnique } from './catalog';
import { nameWords } from './name-words';
import type { Facts } from './sample-facts';
import { isEmailColumn } from './table-links';
import { withoutOwner } from './time-columns';

export const CUSTOMER_ROLES = ['email', 'name', 'language', 'country', 'region'] as const;
export type CustomerRole = (typeof CUSTOMER_ROLES)[number];

/** A column for a role, and by what. */
export interface RoleColumn {
  column: CatalogColumn;
  because: string;
  /** Its name does not say it: somebody must look. */
  unnamed?: true;
}

/** The column that tells the table's rows apart, and is never NULL; null: no single one does. */
export function keyColumnOf(
  catalog: CompanyCatalog,
  table: string,
): { column: CatalogColumn; because: string } | null {
  const primary = catalog.indexes.find((index) => index.table === table && index.name === 'PRIMARY');
  // MySQL names the columns of an index to whoever may read any of the table's.
  const single = primary?.columns.length === 1 && primary.whole ? primary.columns[0]! : null;
  const column = single === null ? undefined : findColumn(catalog, table, single);
  if (column !== undefined) return { column, because: `the primary key, ${column.sqlType}` };
  const unique = columnsOf(catalog, table).filter(
    (column) => !column.nullable && isUnique(catalog, table, column.name) && !isEmailColumn(column),
  );
  const [first] = [...unique].sort((a, b) => Number(isNamedId(b)) - Number(isNamedId(a)));
  return first === undefined ? null : { column: first, because: `unique and NOT NULL, ${first.sqlType}` };
}

function isNamedId({ name }: CatalogColumn): boolean {
  return nameWords(name).some((word) => word === 'id' || word === 'uuid');
}

/** The column for a role among a table's own; null: none is called like it. */
export function roleColumn(
  catalog: CompanyCatalog,
  facts: Facts,
  table: string,
  role: CustomerRole,
): RoleColumn | null {
  if (role === 'email') return emailColumn(catalog, facts, table);
  const columns = columnsOf(catalog, table).filter(isShortText);
  const ranked = columns
    .map((column) => ({ column, rank: rankOf(role, column, table) }))
    .filter(({ rank }) => rank >= 0)
    .sort((a, b) => a.rank - b.rank);
  const column = ranked[0]?.column;
  if (column === undefined || (role === 'region' && isStatus(catalog, table, column))) return null;
  return { column, because: 'its name' };
}

function emailColumn(catalog: CompanyCatalog, facts: Facts, table: string): RoleColumn | null {
  const seen = facts.tables[table]?.addresses ?? {};
  const likely = columnsOf(catalog, table)
    .filter(isEmailColumn)
    .filter(({ name }) => {
      const { filled = 0, withAt = 0 } = seen[name] ?? {};
      return filled === 0 || withAt * 2 >= filled;
    })
    .sort((a, b) => plainness(a) - plainness(b));
  const column = likely[0];
  if (column === undefined) return null;
  const { filled = 0, withAt = 0 } = seen[column.name] ?? {};
  return {
    column,
    because: filled === 0 ? 'its name' : `its name, and an @ in ${withAt} of ${filled} sampled`,
  };
}

/** A column that is called otherwise, and in which most values seen have an @: OXUSERNAME, a login name. Null: none is like that. */
export function unnamedEmail(catalog: CompanyCatalog, facts: Facts, table: string): RoleColumn | null {
  const seen = columnsOf(catalog, table).flatMap((column) => {
    const { filled, withAt } = facts.tables[table]?.addresses[column.name] ?? { filled: 0, withAt: 0 };
    return isEmailColumn(column) || withAt === 0 || withAt * 2 < filled ? [] : [{ column, filled, withAt }];
  });
  const [most] = seen.sort((a, b) => b.withAt - a.withAt);
  if (most === undefined) return null;
  const because = `an @ in ${most.withAt} of ${most.filled} sampled, though its name does not say so`;
  return { column: most.column, because, unnamed: true };
}

/** Whether a column may hold addresses, whatever it is called. */
export function mayHoldEmails({ type, length }: CatalogColumn): boolean {
  return /char$/.test(type) && length !== null && length >= 20 && length <= 512;
}

/** `email` before `email_canonical`. */
function plainness({ name }: CatalogColumn): number {
  const words = nameWords(name);
  return (
    words.length +
    (words.some((word) => ['normalized', 'canonical', 'contact', 'secondary'].includes(word)) ? 5 : 0)
  );
}

function isShortText({ type, length }: CatalogColumn): boolean {
  return /^(tiny)?(text|blob)$/.test(type) || (/^(var)?(char|binary)$/.test(type) && (length ?? 0) >= 2);
}

/** The first that fits is taken. A first name greets best. */
const ROLE_NAMES: Record<Exclude<CustomerRole, 'email'>, string[]> = {
  name: [
    'first name',
    'given name',
    'fore name',
    'forename',
    'fname',
    'vorname',
    'prenom',
    'nombre',
    'full name',
    'display name',
    'real name',
    'name',
    'fullname',
    'displayname',
  ],
  language: [
    'language',
    'lang',
    'locale',
    'language code',
    'lang code',
    'langcode',
    'locale code',
    'preferred language',
    'preferred lang',
    'preferred locale',
    'preferred langcode',
    'language iso',
    'ui language',
  ],
  country: [
    'country',
    'country code',
    'country iso',
    'iso country',
    'country iso2',
    'billing country',
    'residence country',
  ],
  region: ['region', 'region code', 'province', 'province code', 'state code', 'state', 'billing state'],
};

function rankOf(role: Exclude<CustomerRole, 'email'>, { name }: CatalogColumn, table: string): number {
  return ROLE_NAMES[role].indexOf(withoutOwner(nameWords(name), table).join(' '));
}

/** `state` beside no country is what became of the row. */
function isStatus(catalog: CompanyCatalog, table: string, { name }: CatalogColumn): boolean {
  const address = columnsOf(catalog, table).some((column) =>
    nameWords(column.name).some((word) => ['country', 'city', 'zip', 'postcode', 'street'].includes(word)),
  );
  return nameWords(name).includes('state') && !address;
}

/** A column that holds the id of a language, a country: a SELECT of the company's can look it up, a guess cannot. */
export function roleById(
  catalog: CompanyCatalog,
  table: string,
  role: 'language' | 'country',
): string | null {
  const column = columnsOf(catalog, table).find(({ name, type }) => {
    const words = withoutOwner(nameWords(name), table);
    return (
      /int$/.test(type) && words.some((word) => word === role || (role === 'language' && word === 'lang'))
    );
  });
  return column?.name ?? null;
}
