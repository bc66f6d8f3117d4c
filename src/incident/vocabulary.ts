/** The words that code, tables, command line and documents share. One word per thing, everywhere. */

export const PHASES = [
  'expire',
  'verify',
  'approval',
  'canary',
  'notify',
  'settle',
  'remind',
  'close',
  'closed',
  'cancelled',
] as const;
/** Where a run is. `closed` and `cancelled` are for good: no run of this incident starts again. */
export type Phase = (typeof PHASES)[number];

export const NOTICE_STATES = [
  'sending',
  'released',
  'sent',
  'deferred',
  'failed',
  'in_doubt',
  'skipped',
  'left',
] as const;
/** The state of one notice in the ledger. Terminal: sent, failed, skipped, left. */
export type NoticeState = (typeof NOTICE_STATES)[number];

/** So begins the reason of whoever was set aside (smtp/outcome.ts) while the relay took others: the next attempt goes apart from these. */
export const SET_ASIDE_ALONE = 'alone at ';

/** So stands in the books why somebody waits for a receiver. */
export const RECEIVER_REASONS = {
  aside: 'receiver aside',
  paused: 'receiver paused',
} as const;

export const WAVES = ['notice', 'reminder'] as const;
export type Wave = (typeof WAVES)[number];

/** What became of a cohort customer's password when the cohort was frozen. */
export const DISPOSITIONS = ['expired', 'changed_since', 'none'] as const;
export type Disposition = (typeof DISPOSITIONS)[number];

/** The laws whose notice differs from the one that everybody else gets. `default` is that one. */
export const JURISDICTIONS = ['default', 'california', 'massachusetts', 'gdpr'] as const;
export type Jurisdiction = (typeof JURISDICTIONS)[number];
export type Law = Exclude<Jurisdiction, 'default'>;
export const LAWS = ['california', 'massachusetts', 'gdpr'] as const satisfies readonly Law[];

export type GateState = 'open' | 'closed';

/**
 * A customer's key as TypeScript sees it: opaque, never computed with, never ordered here (only SQL orders keys).
 * Integers as decimal digits, text as it is, binary as lower-case hex.
 */
export type CustomerId = string;

/** Part of the cohort's key space: after `after` (exclusive; null = from the first) up to `upTo` (inclusive). */
export interface KeyRange {
  after: CustomerId | null;
  upTo: CustomerId;
  /** Work has come to `after`, so that its row must be there. */
  begun?: boolean;
}
