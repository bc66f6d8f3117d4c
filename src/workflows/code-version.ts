/**
 * What this workflow code does otherwise than older code, by the names of `patched`, oldest first: a run whose history names one that a worker
 * does not know fails there again and again. Each change adds its name here at the end, also where it only adds to what a run carries
 * into the next one, which older code would read wrongly.
 */
export const CHANGES = [
  'canary-log-check',
  'audit-head',
  'foreign-signal',
  'memo-words',
  'recount',
  'refused-resume',
  'stopped-slices-tell',
  'unseen-resume',
  'doubt-since',
  'code-in-memo',
] as const;

/** Number of this workflow code: one of a higher number can go on with its runs, one of a lower number cannot. */
export const CODE: number = CHANGES.length;

/** Where the memo has the number of the newest code that has had the run. */
export const CODE_IN_MEMO = 'code';

/** Null: the memo names none, so code of any number may have the run. */
export function codeInMemo(memo: Record<string, unknown> | undefined): number | null {
  const code = memo?.[CODE_IN_MEMO];
  return typeof code === 'number' ? code : null;
}

/** Why this code cannot go on with a run; null: it can. @param whose code this is. */
export function olderThan(code: number | null, whose: 'worker' | 'program' = 'worker'): string | null {
  if (code === null || code <= CODE) return null;
  return `newer workflow code (${code}) has had this run, and this ${whose}'s is older (${CODE})`;
}
