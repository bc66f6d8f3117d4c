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
