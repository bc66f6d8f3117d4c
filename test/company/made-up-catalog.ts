import type { CatalogColumn, CompanyCatalog } from '../../src/company/catalog';

/**
 * A catalogue as a server would give it, from lines such as `email varchar(255)`; `null` at the end for a column that may be NULL,
 * `-> table.column` for a foreign key, `unique` and `primary` for indexes of one column.
 */
export function madeUpCatalog(tables: Record<string, string>): CompanyCatalog {
  const catalog: CompanyCatalog = {
    companySchema: 'shop',
    mixesEngines: true,
    tables: Object.keys(tables).map((name) => ({
      name,
      kind: 'table',
      engine: 'InnoDB',
      rows: 1000,
      partitioned: false,
      view: null,
    })),
    columns: [],
    indexes: [],
    triggers: [],
    foreignKeys: [],
    outsideHidden: false,
    unseen: [],
    triggersHidden: [],
  };
  for (const [table, text] of Object.entries(tables))
    for (const line of text.split(/[\n;]/).filter((part) => part.trim() !== ''))
      addColumn(catalog, table, line.trim());
  return catalog;
}

function addColumn(catalog: CompanyCatalog, table: string, line: string): void {
  const { name, sqlType, rest } =
    /^(?<name>\S+) (?<sqlType>\w+(?:\([^)]*\))?(?: unsigned)?)(?<rest>.*)$/.exec(line)!.groups!;
  catalog.columns.push(madeUpColumn(table, name!, sqlType!, /\bnull\b/.test(rest!), rest!));
  const target = /-> (\S+)\.(\S+)/.exec(rest!);
  if (target)
    catalog.foreignKeys.push({
      table,
      outside: false,
      name: `${table}_${name}`,
      columns: [name!],
      to: target[1]!,
      toColumns: [target[2]!],
      onDelete: 'RESTRICT',
    });
  const index = /\b(primary|unique|index)\b/.exec(rest!)?.[1];
  if (index)
    catalog.indexes.push({
      table,
      name: index === 'primary' ? 'PRIMARY' : `${table}_${name}`,
      unique: index !== 'index',
      columns: [name!],
      whole: true,
    });
}

export function madeUpColumn(
  table: string,
  name: string,
  sqlType: string,
  nullable = true,
  extra = '',
): CatalogColumn {
  const [, type = '', length] = /^(\w+)(?:\((\d+)\))?/.exec(sqlType) ?? [];
  const text = /char|text|enum/.test(type);
  return {
    table,
    name,
    type,
    sqlType,
    nullable,
    default: /\bdefault ''/.test(extra) ? '' : null,
    length: length === undefined || /int/.test(type) ? null : Number(length),
    charset: text ? 'utf8mb4' : null,
    collation: text ? 'utf8mb4_general_ci' : null,
    extra: /on update/.test(extra) ? 'on update current_timestamp()' : '',
    comment: '',
  };
}
