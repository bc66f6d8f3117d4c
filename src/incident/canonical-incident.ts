import type { Incident } from './incident-schema';

/**
 * The incident as one line of JSON, keys in order: the same for every file that says the same, whatever its comments, quotes, line
 * ends or order, and with the defaults written out. Its SHA-256 is the file's hash.
 */
export function canonicalIncident(incident: Incident): string {
  return JSON.stringify(incident, (_, value) => (isSection(value) ? inOrder(value) : value));
}

function isSection(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function inOrder(section: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(section).sort(([a], [b]) => (a < b ? -1 : 1)));
}
