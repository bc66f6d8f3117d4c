import type { Incident } from './incident-schema';

/** `out`: it is left out, by the breaker or by somebody; the others take its customers. */
export type RelayState = 'in' | 'out';

/** How one of the relays is used. */
export interface RelayUse {
  /** Its share of the claims, beside that of the others. */
  weight: number;
  /** At once, over the lanes and all workers. */
  sessions: number;
}

/** A relay as a worker has it, or the books. */
export interface NamedRelay {
  /** host:port where nobody gave it another (relay-list.ts). */
  name: string;
  /** host:port */
  address: string;
}

/**
 * How a run calls a relay of a worker. Without a name of its own it is one that the run has by a name; and one that has got a name is
 * that which had none: `was`, whose name is to be taken over. So a name that comes or goes makes no second relay of one, with slots and a
 * weight of its own, and the last one left out in the end. Two names for one address that are given together stay two.
 */
export function calledInRun(
  { name, address }: NamedRelay,
  own: readonly NamedRelay[],
  known: readonly NamedRelay[],
): { name: string; was: string | null } {
  const asItIs = { name, was: null };
  const isAlone = own.filter((relay) => relay.address === address).length === 1;
  if (!isAlone || known.some((relay) => relay.name === name)) return asItIs;
  const there = known.filter((relay) => relay.address === address);
  if (name !== address)
    return there.some((relay) => relay.name === address) ? { name, was: address } : asItIs;
  return there.length === 1 ? { name: there[0]!.name, was: null } : asItIs;
}

type RelayOfFile = Pick<Incident['relay'], 'sessions' | 'relays'>;

/** @param name as SMTP_URL has it (relay-list.ts). */
export function relayUse({ sessions, relays = {} }: RelayOfFile, name: string): RelayUse {
  const own = Object.hasOwn(relays, name) ? relays[name]! : {};
  return { weight: own.weight ?? 1, sessions: own.sessions ?? sessions };
}

/** Of that relay which may have most. */
export function mostSessions({ sessions, relays = {} }: RelayOfFile): number {
  return Math.max(sessions, ...Object.values(relays).map((relay) => relay.sessions ?? sessions));
}

/** What the file says of relays that SMTP_URL does not have: a weight of a relay that is spelt otherwise would hold for none. */
export function lackingRelays({ relays = {} }: RelayOfFile, names: readonly string[]): string[] {
  return Object.keys(relays).filter((name) => !names.includes(name));
}

/** One of them, each as often as its weight says. @param at from 0 to less than 1, at random. @returns null: there is none. */
export function chooseRelay<R extends { weight: number }>(relays: readonly R[], at: number): R | null {
  const whole = relays.reduce((sum, { weight }) => sum + weight, 0);
  let left = at * whole;
  return (
    relays.find(({ weight }) => {
      left -= weight;
      return left < 0;
    }) ?? null
  );
}
