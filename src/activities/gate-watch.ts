import type { LedgerDatabase } from '../db/open-database';

/** How often the gate is read between claims, and how old an answer may be for a dot to go out. */
const POLL_MILLISECONDS = 400;
const STALE_MILLISECONDS = 1_500;

export interface GateWatch {
  /** True while the gate was seen open a moment ago. A database that does not answer counts as a closed gate. */
  open(): boolean;
  stop(): void;
}

/**
 * Keeps an eye on the gate while messages of a claim go out, so that after a pause (also `pause --direct`, also the breaker of
 * another worker) no dot goes out later than two seconds after.
 */
export function watchGate(db: LedgerDatabase, incident: number): GateWatch {
  let seenOpenAt = performance.now();
  let closed = false;
  let reading = false;
  const read = async () => {
    if (reading) return;
    reading = true;
    const askedAt = performance.now();
    try {
      const row = await db
        .selectFrom('incidents')
        .select('gate')
        .where('incident', '=', incident)
        .executeTakeFirstOrThrow();
      closed = row.gate === 'closed';
      if (!closed) seenOpenAt = askedAt;
    } catch {
      // Not swallowed: an answer that does not come makes the last one stale, and stale is closed.
    } finally {
      reading = false;
    }
  };
  const timer = setInterval(read, POLL_MILLISECONDS);
  return {
    open: () => !closed && performance.now() - seenOpenAt < STALE_MILLISECONDS,
    stop: () => clearInterval(timer),
  };
}
