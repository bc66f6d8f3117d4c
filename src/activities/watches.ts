import { sql } from 'kysely';
import type { BareBooks, Books } from '../books/books';
import type { ClaimedCustomer } from '../books/claim';
import { hasAnyChosen } from '../books/cohort';
import { readReceivers } from '../books/receivers';
import { type KnownRelay, readRelays } from '../books/relays';
import type { Receiver, ReceiverState } from '../incident/receiver';
import type { RelayState } from '../incident/relay';
import type { CustomerId, GateState } from '../incident/vocabulary';
import type { Outcome, Outgoing } from '../smtp/outcome';

/**
 * A claim's lease as the worker sees it, counted from before the claim was asked for, so that it always ends earlier here than
 * in the database. Both clocks must agree: a suspended machine stops the monotonic one, an operator sets the other (I2).
 */
export interface Lease {
  /** Why no dot of the claim may go out any more; null: it is good. */
  objection(): string | null;
}

export function startLease(seconds: number): Lease {
  const monotonicEnd = performance.now() + seconds * 1000;
  const wallStart = Date.now();
  const wallEnd = wallStart + seconds * 1000;
  return {
    objection: () => {
      const wall = Date.now();
      if (performance.now() >= monotonicEnd || wall >= wallEnd) return "the claim's lease is over";
      return wall < wallStart - 1_000 ? 'the clock of this machine was set back' : null;
    },
  };
}

/** How often the database is asked, and how old an answer may be for a dot to go out. */
const POLL_MILLISECONDS = 400;
const STALE_MILLISECONDS = 1_500;

export interface Watch {
  /** Why no dot may go out; null while the database allowed it a moment ago. A database that does not answer counts as a no. */
  objection(): string | null;
  stop(): void;
}

/**
 * Keeps an eye on something in the database while messages go out. It counts as seen now.
 * @param ask null, or what is in the way.
 */
export function keepWatch(ask: () => Promise<string | null>): Watch {
  let seenAt = performance.now();
  let objection: string | null = null;
  let asking = false;
  const look = async () => {
    if (asking) return;
    asking = true;
    const askedAt = performance.now();
    try {
      objection = await ask();
      if (objection === null) seenAt = askedAt;
    } catch {
      // Not swallowed: an answer that does not come makes the last one stale, and stale is a no.
    } finally {
      asking = false;
    }
  };
  const timer = setInterval(look, POLL_MILLISECONDS);
  return {
    objection: () => {
      if (objection !== null) return objection;
      return performance.now() - seenAt < STALE_MILLISECONDS ? null : 'the database has not answered lately';
    },
    stop: () => clearInterval(timer),
  };
}

/**
 * Of the gate: after a pause (also `pause --direct`, also the breaker of another worker) no dot goes out two seconds later. Nor does one of
 * an older version of the file, whose gate may be open again.
 * @param version of the file, as the messages are made from it.
 */
export function watchGate({ db, incident }: BareBooks, version: number): Watch {
  return keepWatch(async () => {
    const { rows } = await sql<{ gate: GateState; version: number }>`
      SELECT gate, version FROM incidents WHERE incident = ${incident}`.execute(db);
    if (rows[0]?.gate !== 'open') return 'the gate is closed';
    return rows[0].version === version ? null : 'the file was amended';
  });
}

/** After a gate was closed no dot of a claim from before goes out any more. */
export const QUIET_AFTER_MILLISECONDS = STALE_MILLISECONDS + POLL_MILLISECONDS;

export interface ReceiverWatch extends Watch {
  /** As the database had it a moment ago. */
  stateOf(receiver: Receiver): ReceiverState;
}

/** Of the receivers: what another lane or worker puts aside, and what somebody pauses, is known here within half a second. */
export function watchReceivers(books: BareBooks): ReceiverWatch {
  let states = new Map<Receiver, ReceiverState>();
  const watch = keepWatch(async () => {
    states = new Map((await readReceivers(books)).map(({ receiver, state }) => [receiver, state]));
    return null;
  });
  return { ...watch, stateOf: (receiver) => states.get(receiver) ?? 'open' };
}

export interface RelayWatch extends Watch {
  /** As the database had it a moment ago; one that it lacks counts as out. */
  stateOf(relay: string): RelayState;
}

/** Of the relays: one that another lane or worker leaves out, or somebody does, is known here within half a second. */
export function watchRelays(books: BareBooks, known: readonly KnownRelay[]): RelayWatch {
  const statesOf = (relays: readonly KnownRelay[]) =>
    new Map(relays.map(({ relay, state }) => [relay, state]));
  let states = statesOf(known);
  const watch = keepWatch(async () => {
    states = statesOf(await readRelays(books));
    return null;
  });
  return { ...watch, stateOf: (relay) => states.get(relay) ?? 'out' };
}

export interface ChoiceWatch extends Watch {
  answered(message: Outgoing<CustomerId>, outcome: Outcome): void;
}

/**
 * Of the passwords that a claim of reminders goes by, since with a slow relay its last dot goes out long after they were read. It
 * objects once somebody whom the relay has not answered has chosen one: the rest is then claimed anew. One statement each 0.4 s;
 * a claim that is sent sooner costs none.
 */
export function watchChoices(books: Books, customers: ClaimedCustomer[]): ChoiceWatch {
  const waiting = new Set(customers.map(({ customerId }) => customerId));
  const watch = keepWatch(async () =>
    waiting.size > 0 && (await hasAnyChosen(books, [...waiting]))
      ? 'a customer of the claim has chosen a new password meanwhile'
      : null,
  );
  return {
    ...watch,
    answered({ key }, { kind }) {
      if (kind !== 'released') waiting.delete(key!);
    },
  };
}
