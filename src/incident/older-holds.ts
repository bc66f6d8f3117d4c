import type { Hold, HoldKind } from './run-status';

/**
 * How the reason of a hold began before its kind was told beside it (migration 0002). Frozen: histories of runs, and workers of that
 * time, have nothing else.
 */
const OPENINGS: [string, HoldKind][] = [
  ['Not everything has died:', 'verify-findings'],
  ['Canary done:', 'canary-done'],
  ['The relay refused canary mailboxes:', 'canary-refused'],
  ['In doubt:', 'in-doubt'],
  ['A whole pass changed nothing:', 'no-progress'],
  ['Rows are missing:', 'rows-missing'],
  ['Before the reminder:', 'reminder'],
  ['Not the database that this began on:', 'lost-commits'],
  ['The books do not add up:', 'close-refused'],
  ['Stopped:', 'slice-stopped'],
  ['Failed after repeated attempts:', 'activity-failed'],
  ['PAUSE IS NOT CERTAIN:', 'gate-not-closed'],
  ['Cancel was asked:', 'cancel-asked'],
  ['Cancellation was requested:', 'cancellation-requested'],
];

/** The hold of a run of an older version, which tells its reason alone. */
export function holdOfBefore(reason: string | null): Pick<Hold, 'kind' | 'reason'> | null {
  if (reason === null) return null;
  const known = OPENINGS.find(([opening]) => reason.startsWith(opening));
  return { kind: known?.[1] ?? 'slice-stopped', reason };
}
