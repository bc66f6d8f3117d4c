import { createHash } from 'node:crypto';
import { describeValue, inQuotes } from './incident-problem';
import type { Incident } from './incident-schema';

/**
 * The incident as one line of JSON, keys in order: the same for every file that says the same, whatever its comments, quotes, line
 * ends or order, and with the defaults written out. Its SHA-256 is the file's hash.
 */
export function canonicalIncident(incident: Incident): string {
  return JSON.stringify(incident, (_, value) => (isSection(value) ? withSortedKeys(value) : value));
}

function isSection(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function withSortedKeys(section: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(section).sort(([left], [right]) => (left < right ? -1 : 1)));
}

/** SHA-256 over what the file says, hex: stands on the incident's row, so that a changed file is known. */
export function fileHash(incident: Incident): string {
  return createHash('sha256').update(canonicalIncident(incident)).digest('hex');
}

/**
 * What differs between the incident that was started and the file as it is now, one line a value:
 * `texts.en.subject: was "Notice", is "Notice of Data Breach"`. Empty: they say the same.
 */
export function incidentDifferences(started: Incident, now: Incident): string[] {
  return changedValues(started, now).map(changeWords);
}

/** A value that two files have differently; undefined: one of them lacks it. */
export interface ChangedValue {
  /** Such as `texts.en.subject`. */
  field: string;
  was: unknown;
  is: unknown;
}

/** In the order of the file. */
export function changedValues(started: Incident, now: Incident): ChangedValue[] {
  return differences(started, now, '');
}

function differences(was: unknown, is: unknown, field: string): ChangedValue[] {
  if (isBranch(was) && isBranch(is) && Array.isArray(was) === Array.isArray(is)) {
    const keys = [...new Set([...Object.keys(was), ...Object.keys(is)])];
    return keys.flatMap((key) => differences(was[key], is[key], field === '' ? key : `${field}.${key}`));
  }
  if (was === is) return [];
  return [/^onHold\b/.test(field) ? { field, was: hidden(was), is: hidden(is) } : { field, was, is }];
}

/** A webhook's address, or a program's arguments, may be a secret. */
function hidden(value: unknown): unknown {
  return value === undefined ? undefined : '(not shown)';
}

/** A change on one line. */
export function changeWords({ field, was, is }: ChangedValue): string {
  if (typeof was === 'string' && typeof is === 'string' && Math.max(was.length, is.length) > WHOLE) {
    const [before, after] = whereTheyDiffer(was, is);
    return `${field}: was ${before}, is ${after}`;
  }
  return `${field}: was ${describeValue(was)}, is ${describeValue(is)}`;
}

/** Longer texts are not shown whole, twice: nobody would find the one word that differs. */
const WHOLE = 60;
const AROUND = 25;
const MOST_SHOWN = 400;

function whereTheyDiffer(was: string, is: string): [string, string] {
  let head = 0;
  while (head < was.length && was[head] === is[head]) head++;
  const most = Math.min(was.length, is.length) - head;
  let tail = 0;
  while (tail < most && was.at(-1 - tail) === is.at(-1 - tail)) tail++;
  const from = head <= AROUND ? 0 : head - AROUND;
  const part = (text: string) => {
    const to = Math.min(text.length, text.length - tail + AROUND);
    const shown = `${from > 0 ? '...' : ''}${text.slice(from, to)}${to < text.length ? '...' : ''}`;
    return inQuotes(shown, MOST_SHOWN);
  };
  return [part(was), part(is)];
}

function isBranch(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
