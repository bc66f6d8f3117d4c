import { type CompanyCatalog, findColumn, isUnique } from './catalog';
import { keyColumnOf } from './customer-columns';
import { type Ask, type Draft, type DraftEntry, LISTS, newDraft } from './draft';
import { presetSection } from './presets';
import { type RecognizedSystem, tableNamed } from './recognize-systems';
import type { LinkTarget } from './table-links';

type Item = Record<string, unknown>;

/** A shipped mapping on this very schema: its tables as the server spells them, without what this installation does not have. */
export function presetDraft(
  catalog: CompanyCatalog,
  { preset, prefix, sure, missing }: RecognizedSystem,
): { draft: Draft; leftOut: string[] } {
  const section = respelled(catalog, presetSection(preset, prefix)) as Record<string, Item[]> & {
    customers: Item;
  };
  const leftOut: string[] = [];
  const draft = newDraft({
    value: section.customers,
    asks: asksOf(preset.asks, 'customers'),
    above: aboveOf({ preset, prefix, sure, missing }),
  });
  for (const list of LISTS)
    for (const [i, value] of (section[list] ?? []).entries()) {
      const missing = missingIn(catalog, value);
      if (missing === null) draft[list].push({ value, asks: asksOf(preset.asks, `${list}.${i}`) });
      else if (list !== 'ignored') leftOut.push(`${list}: ${missing}`);
    }
  draft.asks = preset.asks.flatMap(({ path, ...ask }) =>
    (LISTS as readonly string[]).includes(path)
      ? [{ list: path as (typeof LISTS)[number], at: '', ...ask }]
      : [],
  );
  return { draft, leftOut };
}

function aboveOf({ preset, prefix, sure, missing }: RecognizedSystem): string[] {
  const { name, versions } = preset.system;
  return [
    `The shipped mapping of ${name} (${versions})${prefix === '' ? '' : `, prefix ${prefix}`}. Why each value: presets/${preset.id}.yaml`,
    sure
      ? 'Sure: all tables and columns that identify it are here.'
      : `Likely: ${missing.join(', ')} ${missing.length === 1 ? 'is' : 'are'} missing.`,
  ];
}

/** Those whose path is the entry's own or below it, with the path within the entry. */
function asksOf(asks: RecognizedSystem['preset']['asks'], path: string): Ask[] {
  return asks
    .filter((ask) => ask.path === path || ask.path.startsWith(`${path}.`))
    .map(({ path: full, question, todo }) => ({ at: full.slice(path.length + 1), question, todo }));
}

/** Null: everything that the entry names is there. */
function missingIn(catalog: CompanyCatalog, { table, column, key, email, via }: Item): string | null {
  const between = via as { table: string; key: string; column: string } | undefined;
  const needed: [table: unknown, columns: unknown[]][] = [
    [table, [column, key, email]],
    [between?.table, [between?.key, between?.column]],
  ];
  for (const [name, columns] of needed) {
    if (typeof name !== 'string') continue;
    if (tableNamed(catalog, name) === null) return `there is no table ${name}`;
    const missing = columns.find(
      (column) => typeof column === 'string' && !findColumn(catalog, name, column),
    );
    if (missing !== undefined) return `there is no column ${missing} in ${name}`;
  }
  return null;
}

/** Names of tables as this server has them: USER_ENTITY is user_entity where names are kept in lower case. */
function respelled(catalog: CompanyCatalog, value: unknown, key = ''): unknown {
  if (typeof value === 'string') {
    if (key === 'table') return tableNamed(catalog, value) ?? value;
    return key === 'select' ? selectRespelled(catalog, value) : value;
  }
  if (Array.isArray(value)) return value.map((item) => respelled(catalog, item));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [name, respelled(catalog, item, name)]),
  );
}

/** Tables follow {schema}, in back quotes or without. */
function selectRespelled(catalog: CompanyCatalog, select: string): string {
  return select.replaceAll(
    /(\{schema\}\.)(`?)([\w$-]+)\2/g,
    (whole, schema: string, quote: string, name: string) => {
      const table = tableNamed(catalog, name);
      return table === null ? whole : `${schema}${quote}${table}${quote}`;
    },
  );
}

/** The table that other tables point to: the customers' own, or of a SELECT the one whose key it is. */
export function targetOf(catalog: CompanyCatalog, customers: DraftEntry): LinkTarget | null {
  const { table, select, key, email } = customers.value as Record<string, string | undefined>;
  if (key === undefined) return null;
  const named = table === undefined ? tablesOf(select ?? '') : [table];
  const withKey = named.filter((name) => findColumn(catalog, name, key));
  const owner =
    withKey.find((name) => keyColumnOf(catalog, name)?.column.name.toLowerCase() === key.toLowerCase()) ??
    withKey.find((name) => isUnique(catalog, name, key)) ??
    withKey[0];
  return owner === undefined ? null : { table: owner, key, email: email ?? null };
}

/** Those that the SELECT itself reads, and not one within it. */
function tablesOf(select: string): string[] {
  let outside = select;
  for (let before = ''; before !== outside; ) {
    before = outside;
    outside = outside.replaceAll(/\([^()]*\)/g, ' ');
  }
  return [...outside.matchAll(/\{schema\}\.`?([\w$-]+)`?/g)].map(([, name]) => name!);
}
