import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Incident } from '../../src/incident/incident-schema';
import { parseIncident } from '../../src/incident/parse-incident';
import { allParts, type SoundParts } from '../../src/incident/sound-parts';

/** The plain incident, with texts replaced. Each must be there exactly once. */
export function exampleWith(...changes: [from: string, to: string][]): string {
  return changes.reduce((text, [from, to]) => {
    const parts = text.split(from);
    if (parts.length !== 2)
      throw new Error(`the plain incident holds ${JSON.stringify(from)} ${parts.length - 1} times`);
    return parts.join(to);
  }, EXAMPLE);
}

/** Line and column, from 1, of the first place where `mark` stands. */
export function placeOf(text: string, mark: string): { line: number; column: number } {
  const at = text.indexOf(mark);
  if (at < 0) throw new Error(`no ${JSON.stringify(mark)} in the file`);
  const before = text.slice(0, at).split(/\r\n?|\n/);
  return { line: before.length, column: before.at(-1)!.length + 1 };
}

/** In one language, under no law in particular, with no reminder: what the example was before anybody added to it. */
export const EXAMPLE = readFileSync(join(__dirname, 'plain-incident.yaml'), 'utf8');

/** The example as it stands in the repository. */
export const WHOLE_EXAMPLE = readFileSync(
  join(__dirname, '../../examples/zappos-2012/incident.yaml'),
  'utf8',
);

/** The same, parsed. */
export function wholeIncident(): Incident {
  const parsed = parseIncident(WHOLE_EXAMPLE, { now: new Date() });
  if ('problems' in parsed) throw new Error(JSON.stringify(parsed.problems));
  return parsed.incident;
}

/** A file as plain data, with another value at that path; undefined: without it. */
export function withValue(whole: unknown, [step, ...rest]: (string | number)[], value: unknown): unknown {
  if (step === undefined) return value;
  const copy = (Array.isArray(whole) ? [...whole] : { ...(whole as object) }) as Record<
    string | number,
    unknown
  >;
  const inner = withValue(copy[step], rest, value);
  if (inner === undefined && !Array.isArray(copy)) delete copy[step];
  else copy[step] = inner;
  return copy;
}

let parsed: Incident | undefined;

/** The whole example as parsed once, changed; and its parts, but for some. */
export function changedExample(
  change: (incident: Incident) => void,
  without: (keyof SoundParts)[] = [],
): { incident: Incident; parts: SoundParts } {
  parsed ??= wholeIncident();
  const incident = structuredClone(parsed);
  change(incident);
  const parts = Object.entries(allParts(incident)).filter(
    ([key]) => !without.includes(key as keyof SoundParts),
  );
  return { incident, parts: Object.fromEntries(parts) };
}

/** Each problem's path, and whether it stands at the key. */
export function placesIn(problems: { path: readonly PropertyKey[]; atKey?: boolean }[]): string[] {
  return problems.map(({ path, atKey }) => `${atKey ? 'key ' : ''}${path.join('.')}`);
}
