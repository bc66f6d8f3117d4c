import { type CompanyCatalog, findColumn } from './catalog';
import type { Preset } from './presets';

/** A known system that this schema holds. */
export interface RecognizedSystem {
  preset: Preset;
  /** What this installation puts before its tables' names; '' for nothing. */
  prefix: string;
  /** All of its tables and columns are there; or only most tables, as with an older version or without an extension. */
  sure: boolean;
  /** Of what tells it from others, the tables that are not there. */
  missing: string[];
}

/**
 * Which known systems are in the schema, the surest first: by their tables, under any prefix, several times where several
 * installations share a schema. A server with names in lower case has the same tables.
 */
export function recognizeSystems(catalog: CompanyCatalog, presets: Preset[]): RecognizedSystem[] {
  return presets
    .flatMap((preset) =>
      prefixesOf(catalog, preset).flatMap((prefix) => recognized(catalog, preset, prefix) ?? []),
    )
    .sort((a, b) => Number(b.sure) - Number(a.sure) || a.missing.length - b.missing.length);
}

/** Fewer of its tables than this share, and it is not called by its name. */
const ENOUGH = 0.6;

function recognized(catalog: CompanyCatalog, preset: Preset, prefix: string): RecognizedSystem | null {
  const { tables, columns } = preset.recognizedBy;
  const named = (name: string) => name.replaceAll('{prefix}', () => prefix);
  const missing = tables.map(named).filter((name) => tableNamed(catalog, name) === null);
  if (missing.length > tables.length * (1 - ENOUGH)) return null;
  // A table of the same name without its columns is somebody else's.
  for (const [pattern, names] of Object.entries(columns)) {
    const table = tableNamed(catalog, named(pattern));
    if (table === null || names.some((name) => findColumn(catalog, table, name) === undefined)) return null;
  }
  return { preset, prefix, sure: missing.length === 0, missing };
}

/** Every prefix under which one of its tables is there; [''] for a system that has none. */
function prefixesOf(catalog: CompanyCatalog, { recognizedBy }: Preset): string[] {
  const [first] = Object.keys(recognizedBy.columns).concat(recognizedBy.tables);
  if (!first!.includes('{prefix}')) return [''];
  const [before, after] = first!.toLowerCase().split('{prefix}') as [string, string];
  return catalog.tables
    .filter(({ name }) => name.toLowerCase().startsWith(before) && name.toLowerCase().endsWith(after))
    .map(({ name }) => name.slice(before.length, name.length - after.length));
}

/** The table as the server spells it; null: there is none. */
export function tableNamed(catalog: CompanyCatalog, name: string): string | null {
  if (catalog.tables.some((table) => table.name === name)) return name;
  const alike = catalog.tables.filter((table) => table.name.toLowerCase() === name.toLowerCase());
  return alike.length === 1 ? alike[0]!.name : null;
}
