import { workflowInfo } from '@temporalio/workflow';
import type { AdoptedRun } from '../activities/contract';
import type { AskedThrough } from '../incident/asked-by';
import { type AuditHead, type AuditSeen, changedWords } from '../incident/audit-head';
import type { CallSeen } from '../incident/call';
import type { GoesWithout } from '../incident/goes-without';
import type { SliceSeen } from '../incident/pacer';
import type { RangePlan } from '../incident/range-plan';
import type { ReceiverSeen } from '../incident/receiver';
import type { ReminderWord } from '../incident/reminder';
import type {
  Approval,
  Asked,
  GateSeen,
  Hold,
  HoldKind,
  RefusedWord,
  RunCounts,
  WaitKind,
} from '../incident/run-status';
import type { Phase } from '../incident/vocabulary';
import { olderThan } from './code-version';
import type { AmendRequest, ApproveRequest, SetRateRequest } from './messages';

export interface BreachResponseInput {
  incidentId: string;
  /** The ledger that the run belongs to: a worker of another one does nothing for it. */
  ledgerId: string;
  /** Its activities wait in a queue of the run's own, so that a worker may be left out of this run alone; not so in one of an older version. */
  ownQueue?: boolean;
  /** False where the server refused our search attributes: setting an unknown one would fail every workflow task. */
  searchAttributes?: boolean;
  /** Tests: continue as new after so many events, instead of when the server suggests it. */
  continueAsNewAfterEvents?: number;
  /** A head of the audit chain that a run before this one knew, and that the ledger does not hold any more. */
  lostHead?: AuditHead;
  /** Of the run that this one continues. */
  carried?: RunState;
}

export interface Foreign extends Required<Through> {
  signal: string;
}

interface Through {
  through?: AskedThrough;
}

/** All that a run knows; small, plain JSON, and goes whole into continue-as-new. The incident's row wins over it. */
export interface RunState {
  incidentId: string;
  /** ISO 8601. */
  startedAt: string;
  phase: Phase;
  phaseSince: string;
  /** What the row said last; null before the first reading. */
  row: Omit<
    AdoptedRun,
    'gate' | 'approval' | 'approvalMissing' | 'hold' | 'holdReason' | 'cohort' | 'notices' | 'reminders'
  > | null;
  gate: GateSeen | null;
  approval: Approval | null;
  /** Who must approve besides, in words. */
  approvalMissing?: string | null;
  ratePerSecond: number;
  total: number;
  counts: RunCounts;
  hold: Hold | null;
  /** The hold that `resume` ended in this phase: what goes on from here depends on it. */
  resumedFrom: HoldKind | null;
  plan: RangePlan | null;
  seen: SliceSeen[];
  /** ISO 8601; when a slice last got on, or the lanes began. */
  movedAt?: string;
  /** How long that slice took. */
  stepMilliseconds?: number;
  nextRetryAt: string | null;
  /** ISO 8601; since when the run knows of somebody in doubt; null: nobody is. Each doubt anew is one more to call for. */
  doubtSince?: string | null;
  /** That customers wait for, by the last survey. */
  receivers?: ReceiverSeen[];
  /** What the breaker has put away; left out: no activity has told it yet. */
  without?: GoesWithout;
  /** Taken in by the handlers, acted on by the loop. */
  asked: Asked | null;
  /** `version`: of the file, as the run knew it when it heard this. */
  askedRate: (SetRateRequest & Through & { version?: number }) | null;
  askedApproval: (ApproveRequest & Through) | null;
  askedAmend?: (AmendRequest & Through) | null;
  /** The mark of the words and mailboxes that the canary was done with. */
  canaryMark?: string | null;
  /** About the reminder: taken in by the handler; what the loop has taken over; and from when on it may go out. */
  askedReminder?: ReminderWord | null;
  reminderWord?: ReminderWord | null;
  reminderDueAt?: string | null;
  /** Signals that this program does not know, to be put on record. */
  foreign?: Foreign[];
  /** Somebody changed the gate in the database itself: it is read again. */
  askedLook?: boolean;
  /** A slice came back long after it was told to stop: the books are counted again. */
  askedCount?: boolean;
  /** The last resume that was refused, until another word is obeyed. */
  refused?: RefusedWord | null;
  /** Ids of the calls that were made (call.ts), and how the last one went. */
  called?: string[];
  lastCall?: CallSeen | null;
  /** Cancelled for good, by whom. */
  ending: Asked | null;
  /** Where the audit chain stands; null: no activity has told it yet. */
  audit?: AuditSeen | null;
  /** What the search attributes and the memo say. */
  shown: { phase: Phase; wait: WaitKind | null; percent: number; what?: string } | null;
  auditShown?: AuditSeen | null;
  withoutShown?: string;
  /** Number of the workflow code that has written it (code-version.ts), as the memo says it too; not carried by an older version. */
  code?: number;
}

/** One run of the workflow: its state, and what dies with it. */
export interface Run {
  readonly incidentId: string;
  readonly input: BreachResponseInput;
  readonly state: RunState;
  /** Tells the running slices to stop; null when none runs. */
  stopLanes: (() => void) | null;
  /** Events in the history when the row had been read: continue-as-new counts from here, so that every run gets on. */
  eventsAtStart: number;
  /** Counts what was acted on: a reading that began before may be stale. */
  obeyed: number;
  /** The gate is just being closed by this run. */
  closing: boolean;
  /** Calls under way, and their end. */
  calls: number;
  calling: Promise<unknown>;
  /** Continue as new as soon as it goes on: the server takes only one cancellation request a run. */
  renew: boolean;
}

export function newRun(input: BreachResponseInput): Run {
  return {
    incidentId: input.incidentId,
    input,
    state: input.carried ? upgraded(input.carried) : freshState(input),
    stopLanes: null,
    eventsAtStart: 0,
    obeyed: 0,
    closing: false,
    calls: 0,
    calling: Promise.resolve(),
    renew: false,
  };
}

/** Fills in what a worker of an older version did not carry, and what must not be carried. */
function upgraded(carried: RunState): RunState {
  const older = olderThan(carried.code ?? null);
  if (older !== null) throw new Error(older);
  carried.counts.reminders ??= {};
  // One that older code has continued begins with the memo of the first one's start (seen with server 1.32): what it said since is said again.
  carried.auditShown = null;
  if (carried.code === undefined) carried.withoutShown = NOTHING;
  return carried;
}

/** As the memo says it. */
export const NOTHING = 'nothing';

/** By the workflow's clock, ISO 8601. */
export function nowIso(): string {
  return new Date().toISOString();
}

function freshState({ incidentId, lostHead }: BreachResponseInput): RunState {
  return {
    incidentId,
    startedAt: workflowInfo().startTime.toISOString(),
    phase: 'expire',
    phaseSince: nowIso(),
    row: null,
    gate: null,
    approval: null,
    ratePerSecond: 0,
    total: 0,
    counts: {
      cohort: { expired: 0, changed_since: 0, none: 0 },
      revoked: 0,
      notices: {},
      reminders: {},
    },
    hold: null,
    resumedFrom: null,
    plan: null,
    seen: [],
    nextRetryAt: null,
    asked: null,
    askedRate: null,
    askedApproval: null,
    ending: null,
    shown: null,
    ...(lostHead === undefined ? {} : { audit: { ...lostHead, problem: changedWords(lostHead) } }),
  };
}
