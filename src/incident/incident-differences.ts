import { describeValue } from './incident-problem';
import type { Incident } from './incident-schema';

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
