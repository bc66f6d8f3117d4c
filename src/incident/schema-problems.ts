import type { z } from 'zod';
import { describeValue, type FilePath, type Finding, inQuotes } from './incident-problem';
import { nearestName } from './nearest-name';
import { keysOf, schemaAt, wantedAt } from './schema-shape';

type Schema = z.core.$ZodType;
type Source = (path: FilePath) => string | undefined;

/**
 * Everything that a schema finds wrong with a value, in words. A misspelt key is one finding, not an unknown key and a
 * missing one.
 * @param source what stands at a path in the file.
 */
export function schemaProblems(
  schema: Schema,
  value: unknown,
  issues: z.core.$ZodIssue[],
  source: Source,
): Finding[] {
  const everyIssue = [...issues, ...behindWrongKeys(schema, value, issues)];
  const unknown = everyIssue.flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => ({ path: issue.path as FilePath, key }))
      : [],
  );
  const misspelt = new Set<string>();
  const unknownFindings = unknown.map(({ path, key }): Finding => {
    const keys = keysOf(schemaAt(schema, path));
    const near = nearestName(
      key,
      keys.filter((known) => valueAt(value, [...path, known]) === undefined),
    );
    if (near !== null) misspelt.add([...path, near].join('.'));
    const wanted = near ?? `one of ${keys.join(', ')}, or nothing`;
    return { path: [...path, key], found: `the unknown key ${inQuotes(key)}`, wanted, atKey: true };
  });
  const otherFindings = everyIssue
    .filter((issue) => issue.code !== 'unrecognized_keys' && !misspelt.has(issue.path.join('.')))
    .map((issue) => findingOf(schema, value, issue, source));
  return [...unknownFindings, ...otherFindings];
}

/** Below a key that may not be there zod does not look. */
function behindWrongKeys(schema: Schema, value: unknown, issues: z.core.$ZodIssue[]): z.core.$ZodIssue[] {
  return issues
    .filter((issue) => issue.code === 'invalid_key')
    .flatMap(({ path }) => {
      const inner = schemaAt(schema, path as FilePath) as z.ZodType | undefined;
      const below = inner?.safeParse(valueAt(value, path as FilePath)).error?.issues ?? [];
      return below.map((issue) => ({ ...issue, path: [...path, ...issue.path] }));
    });
}

function findingOf(schema: Schema, value: unknown, issue: z.core.$ZodIssue, source: Source): Finding {
  const path = issue.path as FilePath;
  const given = valueAt(value, path);
  const at = schemaAt(schema, path);
  const wanted = issue.code === 'custom' ? issue.message : wantedAt(at);
  if (issue.code === 'invalid_key') return keyFinding(schema, path);
  if (given === undefined) return { path, found: 'nothing', wanted: `the key "${path.at(-1)}": ${wanted}` };
  if (issue.code === 'too_small' && Array.isArray(given))
    return { path, found: describeValue(given), wanted: 'at least one item, after a hyphen' };
  if (issue.code === 'too_big' && Array.isArray(given))
    return { path, found: `a list of ${given.length}`, wanted: `${issue.maximum} items at most` };
  if (issue.code === 'invalid_type' && issue.expected === 'string')
    return notText(path, given, wanted, source(path));
  return { path, found: describeValue(given), wanted };
}

function keyFinding(schema: Schema, path: FilePath): Finding {
  const key = String(path.at(-1));
  const record = schemaAt(schema, path.slice(0, -1)) as z.ZodRecord;
  const small = key.toLowerCase();
  const wanted = (record.keyType as z.ZodType).safeParse(small).success ? small : wantedAt(record.keyType);
  return { path, found: `the key ${inQuotes(key)}`, wanted, atKey: true };
}

/** YAML takes `true`, `0123` and `{name}, hello` for something else than text. */
function notText(path: FilePath, given: unknown, wanted: string, source = ''): Finding {
  if (typeof given === 'boolean' || typeof given === 'number') {
    const kind = typeof given === 'boolean' ? 'yes or no' : 'a number';
    return {
      path,
      found: `${source}, which YAML reads as ${kind}`,
      wanted: `it in quotes, "${source}" (${wanted})`,
    };
  }
  if (/^\{[^{}]*\}/.test(source))
    return { path, found: `${source}, which YAML reads as a section`, wanted: `it in quotes, "${source}"` };
  return { path, found: describeValue(given), wanted };
}

export function valueAt(value: unknown, path: FilePath): unknown {
  let at = value;
  for (const step of path) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, step)) return undefined;
    at = (at as Record<string | number, unknown>)[step];
  }
  return at;
}
