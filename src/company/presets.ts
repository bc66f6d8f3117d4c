import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { type DatabaseMapping, databaseSchema } from '../incident/database-schema';
import { formatProblems } from '../incident/incident-problem';
import { readYaml } from '../incident/incident-yaml';
import { schemaProblems, valueAt } from '../incident/schema-problems';
import { isOpen } from './draft';

/**
 * A shipped mapping of a known system, a plain file in presets/. `{prefix}` stands in names of tables, in conditions and in the SELECT
 * for what that installation puts before its tables' names (WordPress: wp_), and is filled in where the system is recognized.
 */
const name = z.string().min(1).max(64);
const words = z.string().trim().min(1).max(600);

export const presetSchema = z.strictObject({
  system: z.strictObject({
    /** As people say it, such as WordPress with WooCommerce. */
    name: words,
    /** Those whose tables these are, such as "6.0 to 6.6". */
    versions: words,
  }),
  /** All of these must be there. They must tell the system from others; not every table that it has. */
  recognizedBy: z.strictObject({
    tables: z.array(name).min(1).max(30),
    /** By table. */
    columns: z.record(name, z.array(name).min(1).max(30)).default({}),
  }),
  /** What only the company can answer. */
  asks: z
    .array(
      z.strictObject({
        /** What it concerns in `database`, such as customers.createdAt.zone, retire.0.usable or stated. */
        path: z.string().regex(/^[A-Za-z]+(\.([A-Za-z]+|\d+))*$/),
        question: words,
        /** What to look at, and what to write into the file then. */
        todo: words,
      }),
    )
    .max(30)
    .default([]),
  /**
   * The `database:` section. A value that must be answered before anything may run is the text ???, or begins with it; it needs an
   * entry of `asks` with its path.
   */
  database: z.record(z.string(), z.unknown()),
});

export type Preset = z.infer<typeof presetSchema> & {
  /** Of its file, without ending, such as wordpress. */
  id: string;
};

/** Of the shipped ones. */
export const presetFolder = join(__dirname, '..', '..', 'presets');

/** The shipped mappings, by id. @throws Error that names file, line and path of what is wrong in one. */
export function loadPresets(folder = presetFolder): Preset[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.yaml'))
    .sort()
    .map((file) => parsePreset(file.slice(0, -'.yaml'.length), readFileSync(join(folder, file), 'utf8')));
}

/** @throws Error that names line and path of everything that is wrong. */
export function parsePreset(id: string, text: string): Preset {
  const yaml = readYaml(text);
  if (yaml.problems.length > 0) throw new Error(formatProblems(`${id}.yaml`, yaml.problems));
  const parsed = presetSchema.safeParse(yaml.value);
  const problems = parsed.success
    ? mappingProblems({ id, ...parsed.data }, yaml.source)
    : schemaProblems(presetSchema, yaml.value, parsed.error.issues, yaml.source);
  if (problems.length > 0) throw new Error(formatProblems(`${id}.yaml`, problems.map(yaml.place)));
  return { id, ...parsed.data! };
}

/** Its section with the prefix in place, and with values for what only the company can answer, by path. */
export function presetSection(
  preset: Preset,
  prefix: string,
  answers: Record<string, unknown> = {},
): unknown {
  return filled(preset.database, '');

  function filled(value: unknown, path: string): unknown {
    if (Object.hasOwn(answers, path)) return answers[path];
    const below = (step: string | number) => (path === '' ? `${step}` : `${path}.${step}`);
    if (typeof value === 'string') return value.replaceAll('{prefix}', () => prefix);
    if (Array.isArray(value)) return value.map((item, i) => filled(item, below(i)));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, filled(item, below(key))]));
  }
}

/** As a run uses it. @throws ZodError where something is not answered. */
export function presetMapping(
  preset: Preset,
  prefix: string,
  answers: Record<string, unknown> = {},
): DatabaseMapping {
  return databaseSchema.parse(presetSection(preset, prefix, answers));
}

function mappingProblems(preset: Preset, source: (path: (string | number)[]) => string | undefined) {
  const section = presetSection(preset, 'wp_');
  const { error } = databaseSchema.safeParse(section);
  const asked = new Set(preset.asks.map(({ path }) => path));
  const open = openPaths(section);
  const wrong = schemaProblems(databaseSchema, section, error?.issues ?? [], (path) =>
    source(['database', ...path]),
  ).filter(({ path }) => !isOpen(valueAt(section, path)));
  return [
    ...wrong,
    ...open
      .filter((path) => !asked.has(path.join('.')))
      .map((path) => ({
        path,
        found: 'an open value',
        wanted: `an entry of asks with path ${path.join('.')}`,
      })),
  ].map((finding) => ({ ...finding, path: ['database', ...finding.path] }));
}

function openPaths(value: unknown, path: (string | number)[] = []): (string | number)[][] {
  if (isOpen(value)) return [path];
  if (Array.isArray(value)) return value.flatMap((item, i) => openPaths(item, [...path, i]));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => openPaths(item, [...path, key]));
}
