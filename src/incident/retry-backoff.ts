/** A deferred notice is tried again at least so often, however many times it was deferred. */
const LONGEST_SECONDS = 3_600;
/** Up to so much of the wait is added, so that what was deferred in one second does not come back in one second. */
const SPREAD_SHARE = 0.2;

export interface Deferral {
  /** From 0 to 1, the same whenever it is asked: see spreadOf. */
  spread: number;
  /** All its waits since the relay first put it off. Not the time in which it was due and nobody asked: a pause, a relay that was down. */
  deferredForSeconds: number;
}

/**
 * When a deferred notice is tried again: after `firstAfterSeconds`, then twice as long each time, an hour at most, and up to a
 * fifth more by `spread`. How often it was put off follows from how long it has waited: claims that were given back count for nothing.
 * The last attempt falls on the end of `forHours`; deferred then, the notice has failed for good.
 */
export function nextRetry(
  { spread, deferredForSeconds }: Deferral,
  retry: { firstAfterSeconds: number; forHours: number },
): { afterSeconds: number } | { giveUp: true } {
  // A database's clock that was set back makes it negative.
  const waited = Math.max(0, deferredForSeconds);
  const leftSeconds = Math.ceil(retry.forHours * 3_600 - waited);
  if (leftSeconds <= 0) return { giveUp: true };
  const longest = Math.max(LONGEST_SECONDS, retry.firstAfterSeconds);
  const timesBefore = Math.floor(Math.log2(waited / retry.firstAfterSeconds + 1));
  const doubled = retry.firstAfterSeconds * 2 ** timesBefore;
  const wait = Math.round(Math.min(longest, doubled) * (1 + SPREAD_SHARE * spread));
  return { afterSeconds: Math.min(wait, leftSeconds) };
}

/** A number from 0 (inclusive) to 1 (exclusive) that looks like chance and is always the same for this customer and turn. */
export function spreadOf(customerId: string, turn: number): number {
  // FNV-1a, then two rounds that mix the high bits: neighbouring ids differ in their last digit only.
  let hash = 0x811c9dc5;
  for (const unit of `${turn}/${customerId}`) {
    hash = Math.imul(hash ^ unit.codePointAt(0)!, 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}
