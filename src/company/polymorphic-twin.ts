import { type CatalogColumn, type CompanyCatalog, columnsOf, isUnique } from './catalog';
import { nameWords } from './name-words';
import type { Facts } from './sample-facts';
import type { TableLink } from './table-links';

/** A pair such as tokenable_type and tokenable_id, or parenttable and parentid: the same id means another owner under another type. */
export interface PolymorphicTwin {
  typeColumn: string;
  idColumn: string;
}

/**
 * Null: a row's owner is always of the same kind. An id that is unique by itself says whose the row is whatever stands beside it: in
 * phpBB's users, user_type is the kind of the account that user_id names.
 * @param seen by column the values that were seen: `owner` beside `owner_id` is a kind if they are words of kinds, and may be a name.
 */
export function polymorphicTwin(
  catalog: CompanyCatalog,
  table: string,
  { idColumn, seen = {} }: { idColumn?: string; seen?: Record<string, string[]> } = {},
): PolymorphicTwin | null {
  const columns = columnsOf(catalog, table);
  for (const column of columns) {
    const { name } = column;
    const isKind = areKinds(catalog, enumValues(column) ?? seen[name] ?? []);
    const stem = KIND_NAME.exec(name)?.[1] ?? (isKind ? name : undefined);
    const twin = stem === undefined ? undefined : idBeside(columns, column, stem);
    const asked = idColumn === undefined || twin?.name.toLowerCase() === idColumn.toLowerCase();
    if (twin && asked && !isUnique(catalog, table, twin.name))
      return { typeColumn: name, idColumn: twin.name };
  }
  return null;
}

const KIND_NAME = /^(.+?)[_-]?(?:type|class|kind|table|model)$/i;

/** Columns such as `owner` beside `owner_id`, whose values may be read to see whether they are kinds of owners. */
export function maybeKinds(catalog: CompanyCatalog, table: string): string[] {
  const columns = columnsOf(catalog, table);
  return columns
    .filter(({ name, type }) => /char$/.test(type) && OWNERS.has(nameWords(name).at(-1)!))
    .filter((column) => idBeside(columns, column, column.name) !== undefined)
    .map(({ name }) => name);
}

const OWNERS = new Set('owner holder principal subject entity parent object actor resource'.split(' '));

function idBeside(columns: CatalogColumn[], { type }: CatalogColumn, stem: string) {
  if (!/char|text|int|enum/.test(type)) return undefined;
  const names = [`${stem}_id`, `${stem}id`, `${stem}-id`, `${stem}_uuid`].map((name) => name.toLowerCase());
  return columns.find((column) => names.includes(column.name.toLowerCase()));
}

/** Of an ENUM, all that it can be. */
function enumValues({ type, sqlType }: CatalogColumn): string[] | null {
  return type === 'enum' ? [...sqlType.matchAll(/'((?:[^']|'')*)'/g)].map(([, value]) => value!) : null;
}

/** Words for people, programs and tables of the schema, and one of people at least. */
function areKinds({ tables }: CompanyCatalog, values: string[]): boolean {
  const words = values.map((value) => nameWords(value.split(/[\\.:]/).at(-1)!).join(' '));
  const isTable = (word: string) => tables.some(({ name }) => nameWords(name).join(' ') === word);
  return (
    words.some((word) => OWNER_PEOPLE.has(word)) &&
    words.every((word) => OWNER_PEOPLE.has(word) || OTHER_OWNERS.has(word) || isTable(word))
  );
}

const OWNER_PEOPLE = new Set(
  (
    'user customer member account client person admin administrator staff employee guest visitor buyer shopper seller vendor merchant ' +
    'supplier partner operator agent moderator subscriber student teacher patient doctor driver rider'
  ).split(' '),
);
const OTHER_OWNERS = new Set(
  'app application bot service system api machine device program integration organization organisation company team group tenant shop store'.split(
    ' ',
  ),
);

/** C69: the value that a link holds is somebody else's under another kind of owner. */
export function isOfSeveralKinds(
  catalog: CompanyCatalog,
  facts: Facts,
  table: string,
  { column }: TableLink,
): boolean {
  return (
    polymorphicTwin(catalog, table, { idColumn: column, seen: facts.tables[table]?.kinds ?? {} }) !== null
  );
}
