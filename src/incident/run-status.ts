import type { AskedThrough } from './asked-by';
import type { AuditSeen } from './audit-head';
import type { CallSeen } from './call';
import type { GoesWithout } from './goes-without';
import type { Delay } from './law-delay';
import type { ReceiverSeen } from './receiver';
import type { CustomerId, Disposition, GateState, NoticeState, Phase } from './vocabulary';

/** Why a run waits, as one word: the search attribute BreachHold. */
export type WaitKind = HoldKind | 'paused' | 'law-enforcement' | 'approval' | 'deferred' | 'receiver-paused';

/** A hold is the workflow's own decision to wait for an operator; a pause (a closed gate) is somebody else's. */
export const HOLD_KINDS = [
  'verify-findings',
  'canary-done',
  'canary-refused',
  'in-doubt',
  'no-progress',
  'rows-missing',
  'reminder',
  'lost-commits',
  'close-refused',
  'slice-stopped',
  'activity-failed',
  'gate-not-closed',
  'cancel-asked',
  'cancellation-requested',
] as const;
export type HoldKind = (typeof HOLD_KINDS)[number];

export interface Hold {
  kind: HoldKind;
  /** In the operator's words, with what to do. */
  reason: string;
  /** ISO 8601. */
  since: string;
}

/** The gate as the workflow last saw it. */
export interface GateSeen {
  gate: GateState;
  reason: string;
  by: string;
  /** ISO 8601. */
  since: string;
  fence: number;
  liveClaims: number;
  /** ISO 8601; mail is certainly quiet from then on. */
  quietBy: string | null;
  /** Not told by a worker of an older version. */
  delay?: Delay | null;
  /** Of the incident's file. Likewise. */
  version?: number;
}

/** The books, as counted by the slices and corrected by each survey. */
export interface RunCounts {
  cohort: Record<Disposition, number>;
  revoked: number;
  notices: Partial<Record<NoticeState, number>>;
  /** Of the reminder wave; empty until it begins. */
  reminders: Partial<Record<NoticeState, number>>;
}

export interface Approval {
  by: string;
  /** ISO 8601. */
  at: string;
  contentHash: string;
}

/** What an operator asked for and the run has not acted on yet; the last one wins. */
export interface Asked {
  kind: 'pause' | 'resume' | 'cancel' | 'end' | 'cancellation';
  by: string;
  reason: string;
  /** ISO 8601. */
  at: string;
  /** Of the closing that a resume undoes, when the asker saw one. */
  fence?: number;
  /** A reset may have given it to this run once more. */
  replayed?: boolean;
  /** A run of an older version did not note it. */
  through?: AskedThrough;
}

/** What was asked, and did nothing. Who asked in the Web UI got no answer: the run's page says it (I7). */
export interface RefusedWord {
  word: 'resume' | 'set-rate';
  by: string;
  /** ISO 8601. */
  at: string;
  why: string;
}

/** What the query `status` answers: small, plain JSON, no personal data. */
export interface RunStatus {
  incidentId: string;
  title: string;
  phase: Phase;
  /** Of this phase: customers done, and to do in all (an estimate while expiring). */
  done: number;
  total: number;
  counts: RunCounts;
  /** Set by the operator: messages a second at most. */
  ratePerSecond: number;
  /** Customers a second, seen over the last half minute. */
  rateNow: number;
  /** Seconds until this phase is done at this rate; null: not known. */
  etaSeconds: number | null;
  /** Null until the run has read it. */
  gate: GateSeen | null;
  hold: Hold | null;
  /** Why nothing moves, and since when; null: it moves. */
  waitingFor: { kind: WaitKind; what: string; since: string } | null;
  /** Signals that the run has taken in and not acted on yet. */
  pending: Asked['kind'] | null;
  /** Null: the last word was obeyed. Not told by a run of an older version. */
  refused?: RefusedWord | null;
  /** How calling somebody went the last time; null: nobody was called. Likewise. */
  call?: CallSeen | null;
  approval: Approval | null;
  /** The end of the audit chain as the run knows it; null: not read yet. */
  audit: AuditSeen | null;
  /** What `approve` must name. */
  contentHash: string | null;
  /** ISO 8601; since when the lanes, which are at work, have brought nobody further; null: they are not. Likewise. */
  stillSince?: string | null;
  /** How long the last slice took that brought somebody further; null: none has. Likewise. */
  stepMilliseconds?: number | null;
  nextRetryAt: string | null;
  /** Receivers that customers wait for, by the last count. Not told by a run of an older version. */
  receivers?: ReceiverSeen[];
  /** What the breaker has put away, as an activity found it last; null: none has told. Likewise. */
  without?: GoesWithout | null;
  /** From when on the reminder may go out, while the run holds for it; else null. */
  reminderDueAt: string | null;
  /** Ranges up to this key have been given to lanes, or soon will be; null: none. */
  plannedUpTo: CustomerId | null;
  laneCount: number;
  runId: string;
  /** ISO 8601; of the first run of this workflow. */
  startedAt: string;
  /** ISO 8601; when this was true. */
  asOf: string;
}

/** Slices come back every eight seconds, with what they did: lanes that bring nothing for so long do not run (I7). */
const STILL_MILLISECONDS = 60_000;
/** A slice waits for the answer to its dot: where each takes a minute, a minute without one is no news. */
const STEPS = 3;
/** RFC 5321 4.5.3.2.6: no answer takes longer. */
const LONGEST_MILLISECONDS = 600_000;

/**
 * Since when nothing moves although the lanes are at work, by the run's own pace; null: it moves, or waits for something that is said
 * elsewhere.
 */
export function standsStill(
  { stillSince, stepMilliseconds }: Pick<RunStatus, 'stillSince' | 'stepMilliseconds'>,
  now: number,
): string | null {
  const usual = Math.min(STEPS * (stepMilliseconds ?? 0), LONGEST_MILLISECONDS);
  const allowed = Math.max(STILL_MILLISECONDS, usual);
  return stillSince && now - Date.parse(stillSince) >= allowed ? stillSince : null;
}

/** Notices in doubt of the wave that is under way. */
export function inDoubt({ phase, counts }: Pick<RunStatus, 'phase' | 'counts'>): number {
  return (phase === 'remind' ? counts.reminders : counts.notices).in_doubt ?? 0;
}

/** What runs are listed and searched by in the Web UI. Set only where the server knows them all. */
export const SEARCH_KEYS = {
  incident: { name: 'BreachIncident', type: 'KEYWORD' },
  phase: { name: 'BreachPhase', type: 'KEYWORD' },
  hold: { name: 'BreachHold', type: 'KEYWORD' },
  percent: { name: 'BreachPercent', type: 'INT' },
} as const;
