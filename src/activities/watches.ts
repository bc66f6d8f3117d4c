import type { ClaimContext, Claimed } from '../books/claim';
import { hasAnyChosen } from '../books/cohort';
import type { LedgerDatabase } from '../books/open-database';
import type { CustomerId } from '../incident/vocabulary';
import type { Outcome, Outgoing } from '../smtp/outcome';

/**
 * A claim's lease as the worker sees it, counted from before the claim was asked for, so that it always ends earlier here than
 * in the database. Both clocks must agree: a suspended machine stops the monotonic one, an operator sets the other (I2).
 */
export interface Lease {
  good(): boolean;
}

export function startLease(seconds: number): Lease {
  const monotonicEnd = performance.now() + seconds * 1000;
  const wallStart = Date.now();
  const wallEnd = wallStart + seconds * 1000;
  return {
    good: () => {
      const wall = Date.now();
      return performance.now() < monotonicEnd && wall < wallEnd && wall >= wallStart - 1_000;
    },
  };
}

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

/** Of the gate: after a pause (also `pause --direct`, also the breaker of another worker) no dot goes out two seconds later. */
export function watchGate(db: LedgerDatabase, incident: number): Watch {
  return keepWatch(async () => {
    const row = await db
      .selectFrom('incidents')
      .select('gate')
      .where('incident', '=', incident)
      .executeTakeFirstOrThrow();
    return row.gate === 'open';
  });
}

export interface ChoiceWatch extends Watch {
  answered(message: Outgoing<CustomerId>, outcome: Outcome): void;
}

/**
 * Of the passwords that a claim of reminders goes by, since with a slow relay its last dot goes out long after they were read. Does
 * not hold once somebody whom the relay has not answered has chosen one: the rest is then claimed anew. One statement each 0.4 s;
 * a claim that is sent sooner costs none.
 */
export function watchChoices(context: ClaimContext, { customers }: Claimed): ChoiceWatch {
  const waiting = new Set(customers.map(({ customerId }) => customerId));
  const watch = keepWatch(
    async () => waiting.size === 0 || !(await hasAnyChosen(context.db, context, [...waiting])),
  );
  return {
    ...watch,
    answered({ key }, { kind }) {
      if (kind !== 'released') waiting.delete(key!);
    },
  };
}
