import { type CompanyCatalog, columnsOf, isUnique } from './catalog';

/** A pair such as tokenable_type and tokenable_id, or parenttable and parentid: the same id means another owner under another type. */
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
    const stem = /^(.+?)[_-]?(?:type|class|kind|table|model)$/i.exec(name)?.[1]?.toLowerCase();
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
