import type { CompanyCatalog } from './catalog';

/** A table that a view reads. */
export interface ViewBase {
  schema: string;
  table: string;
}

/**
 * The tables and views that stand in a view's definition, as information_schema has it: both servers write each under its schema's
 * name, after FROM or JOIN. Null: this user may not see the definition.
 */
export function basesInDefinition(definition: string): ViewBase[] | null {
  if (definition === '') return null;
  const matches = [...definition.matchAll(/\b(?:from|join) \(*`((?:[^`]|``)+)`\.`((?:[^`]|``)+)`/gi)];
  return matches.map(([, schema, table]) => ({
    schema: schema!.replaceAll('``', '`'),
    table: table!.replaceAll('``', '`'),
  }));
}

/** The tables below a view, also over other views of this schema, each once. Null: this user may not see all of them. */
export function basesOf(catalog: CompanyCatalog, view: string): ViewBase[] | null {
  const bases = new Map<string, ViewBase>();
  const seen = new Set<string>();
  const add = (name: string): boolean => {
    if (seen.has(name)) return true;
    seen.add(name);
    const reads = catalog.tables.find((table) => table.name === name)?.view?.reads ?? null;
    return (
      reads?.every(({ schema, table }) => {
        const isOwn = schema === catalog.companySchema;
        if (isOwn && isView(catalog, table)) return add(table);
        bases.set(JSON.stringify([schema, table]), { schema, table });
        return true;
      }) ?? false
    );
  };
  return add(view) ? [...bases.values()] : null;
}

export function isView({ tables }: CompanyCatalog, name: string): boolean {
  return tables.some((table) => table.name === name && table.kind === 'view');
}

/** In words, for who must find what is below it. */
export function viewWords(catalog: CompanyCatalog, view: string): string {
  const bases = basesOf(catalog, view);
  if (bases === null) return 'a view, and this user may not see which tables it reads (SHOW VIEW)';
  const names = bases.map(({ schema, table }) =>
    schema === catalog.companySchema ? table : `${schema}.${table}`,
  );
  return names.length === 0 ? 'a view over no table' : `a view over ${names.join(', ')}`;
}
