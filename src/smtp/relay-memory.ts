import type { SessionTrouble } from './outcome';

/** What sessions met at a message, in this claim of it and in those before. */
export interface Suspicion {
  met: readonly SessionTrouble[];
  /** Acceptances when it was met first. */
  acceptedBefore: number;
}

/** What senders that come one after the other, or beside each other, know of one relay. */
export interface RelayMemory<Key> {
  /** Of what was given back: who claims it next begins with that, or each claim of it would stop the others anew. */
  remembered: Map<Key, Suspicion>;
  accepted: number;
}

export function relayMemory<Key>(): RelayMemory<Key> {
  return { remembered: new Map(), accepted: 0 };
}

/** Of more the oldest is forgotten, and found out again. */
const MOST_REMEMBERED = 1_000;

/** @param known null: it was not given back. */
export function remember<Key>({ remembered }: RelayMemory<Key>, key: Key, known: Suspicion | null): void {
  remembered.delete(key);
  if (known === null || known.met.length === 0) return;
  const { met, acceptedBefore } = known;
  remembered.set(key, { met, acceptedBefore });
  for (const oldest of remembered.keys()) {
    if (remembered.size <= MOST_REMEMBERED) break;
    remembered.delete(oldest);
  }
}
