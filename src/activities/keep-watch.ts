/** How often the database is asked, and how old an answer may be for a dot to go out. */
const POLL_MILLISECONDS = 400;
const STALE_MILLISECONDS = 1_500;

export interface Watch {
  /** True while `ask` was answered with yes a moment ago. A database that does not answer is a no. */
  holds(): boolean;
  stop(): void;
}

/** Keeps an eye on something in the database while messages go out. It counts as seen now. */
export function keepWatch(ask: () => Promise<boolean>): Watch {
  let seenAt = performance.now();
  let refused = false;
  let asking = false;
  const look = async () => {
    if (asking) return;
    asking = true;
    const askedAt = performance.now();
    try {
      refused = !(await ask());
      if (!refused) seenAt = askedAt;
    } catch {
      // Not swallowed: an answer that does not come makes the last one stale, and stale is a no.
    } finally {
      asking = false;
    }
  };
  const timer = setInterval(look, POLL_MILLISECONDS);
  return {
    holds: () => !refused && performance.now() - seenAt < STALE_MILLISECONDS,
    stop: () => clearInterval(timer),
  };
}
