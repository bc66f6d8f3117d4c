import type { Incident } from './incident-schema';

/** What may not be kept for good once an incident is over. */
export const KEPT_KINDS = ['fingerprints', 'addresses', 'relayWords', 'journals'] as const;
export type Kept = (typeof KEPT_KINDS)[number];

export const KEPT_WORDS: Record<Kept, string> = {
  fingerprints: 'fingerprints of passwords that were expired',
  addresses: 'addresses that notices went to',
  relayWords: "the relay's words about whom it refused",
  journals: 'dot journals',
};

export interface Due {
  kind: Kept;
  /** By the file; null: it names no period, and this is kept for good. */
  afterDays: number | null;
  /** ISO 8601; null: for good, or the incident is not over. */
  dueAt: string | null;
}

export const DAY_MILLISECONDS = 86_400_000;

/** @param endedAt when the incident was closed or cancelled, ISO 8601; null: it goes on. */
export function dueDates({ retention }: Pick<Incident, 'retention'>, endedAt: string | null): Due[] {
  const days: Record<Kept, number | undefined> = {
    fingerprints: retention?.fingerprintsDays,
    addresses: retention?.addressesDays,
    relayWords: retention?.relayWordsDays,
    journals: retention?.journalsDays,
  };
  return KEPT_KINDS.map((kind) => {
    const afterDays = days[kind] ?? null;
    const dueAt =
      afterDays === null || endedAt === null ? null : Date.parse(endedAt) + afterDays * DAY_MILLISECONDS;
    return { kind, afterDays, dueAt: dueAt === null ? null : new Date(dueAt).toISOString() };
  });
}

/** What was purged, when and by whom. While it goes on, or after it was killed, `done` is false. */
export interface Purged {
  at: string;
  by: string;
  done: boolean;
}
export type PurgedKinds = Partial<Record<Kept, Purged>>;

/** Where the value would have been shown (I7). */
export function purgedWords({ at, by }: Purged): string {
  return `purged on ${at.slice(0, 10)} by ${by}`;
}

/** In a table: '' is what was purged. */
export function keptOrPurged(text: string | null, purged: Purged | undefined): string | null {
  return text === '' && purged ? purgedWords(purged) : text;
}
