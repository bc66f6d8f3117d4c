import { createHash } from 'node:crypto';
import { describeValue } from './incident-problem';
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
  return differences(started, now, '');
}

function differences(was: unknown, is: unknown, path: string): string[] {
  if (isBranch(was) && isBranch(is) && Array.isArray(was) === Array.isArray(is)) {
    const keys = [...new Set([...Object.keys(was), ...Object.keys(is)])];
    return keys.flatMap((key) => differences(was[key], is[key], path === '' ? key : `${path}.${key}`));
  }
  if (was === is) return [];
  const [before, after] = [describeValue(was), describeValue(is)];
  if (before !== after) return [`${path}: was ${before}, is ${after}`];
  return [`${path}: was and is ${after}, but differs further on`];
}

function isBranch(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
