import type { RelayLogChecked } from '../incident/hold-reason';
import type { GateSeen } from '../incident/run-status';
import type { CustomerId, Disposition, KeyRange, NoticeState, Phase, Wave } from '../incident/vocabulary';

/**
 * What the workflow asks of the activities. Inputs and results are small, plain JSON, and hold no personal data:
 * keys, counts, codes, reasons. Activity names are these method names.
 */
export interface BreachActivities {
  /** What the incident's row says, so that every run adopts and never assumes. */
  adoptRun(input: IncidentRef): Promise<AdoptedRun>;
  /** Writes the phase and its audit entry; a repeated call changes nothing. Clears frontier and hold. */
  enterPhase(input: IncidentRef & { phase: Phase; by: string; reason?: string }): Promise<void>;
  /** The next ranges behind `after`, at most `count`, each about `size` keys; none: the end. Saves `frontier`. */
  planRanges(input: PlanInput): Promise<KeyRange[]>;
  expireSlice(input: SliceInput): Promise<SliceResult<ExpireCounts>>;
  verifyExpiry(input: IncidentRef): Promise<VerifyResult>;
  readGate(input: IncidentRef): Promise<GateView>;
  /** Unconditional; returns once no claim can commit. */
  closeGate(input: IncidentRef & { reason: string; by: string }): Promise<GateView>;
  /** Compare-and-set on `fence`; when somebody closed it again meanwhile it stays closed and `opened` is false. */
  openGate(input: IncidentRef & { fence: number; by: string }): Promise<GateView & { opened: boolean }>;
  setRate(input: IncidentRef & { perSecond: number; by: string }): Promise<void>;
  recordApproval(input: IncidentRef & { by: string; contentHash: string }): Promise<void>;
  /** Writes the reason why the run waits to the row, and an audit entry; null: it goes on, by the word of `by`. */
  recordHold(input: IncidentRef & { reason: string | null; by?: string }): Promise<void>;
  /** Mails the company's own mailboxes, unless the audit says that they have theirs. */
  mailCanaryMailboxes(input: IncidentRef): Promise<{ sent: number; refused: string[] }>;
  /** Whether the relay's log holds every message that is known to be sent, so that it could settle who is in doubt. */
  checkRelayLog(input: IncidentRef): Promise<RelayLogChecked>;
  /** The range of the first `customers` of the cohort; null when there is nobody. */
  canaryRange(input: IncidentRef & { customers: number }): Promise<KeyRange | null>;
  notifySlice(input: SliceInput & { wave: Wave; lanes: number }): Promise<SliceResult<NotifyCounts>>;
  /** Counts the ledger against the cohort, after calling claims whose lease is over what they are: in doubt. */
  surveyNotices(input: IncidentRef & { wave: Wave }): Promise<NoticeSurvey>;
  /** Refused, with what does not add up, or closed for good. */
  closeIncident(input: IncidentRef & { by: string }): Promise<CloseResult>;
}

export interface IncidentRef {
  incidentId: string;
  /** Of the ledger that the run belongs to: own-ledger-only.ts. */
  ledgerId: string;
}

export type { RelayLogChecked };

/** The gate as an activity found it. */
export type GateView = GateSeen;

export interface AdoptedRun {
  title: string;
  phase: Phase;
  gate: GateView;
  ratePerSecond: number;
  contentHash: string;
  approval: { by: string; at: string; contentHash: string } | null;
  holdReason: string | null;
  /** Go on planning behind this key. */
  frontier: CustomerId | null;
  /** Customers in the company's table (an estimate) while expiring, the cohort's exact size afterwards. */
  total: number;
  cohort: Record<Disposition, number>;
  notices: Partial<Record<NoticeState, number>>;
  /** Of the reminder wave; empty until it begins. */
  reminders: Partial<Record<NoticeState, number>>;
  /** Null: the file has none. `begun`: rows of it are in the books. */
  reminder: { afterDays: number; begun: boolean } | null;
  canary: { mailboxes: number; customers: number; afterwards: 'hold' | 'continue' };
  expireLanes: number;
  notifyLanes: number;
}

export interface PlanInput extends IncidentRef {
  of: 'customers' | 'cohort';
  after: CustomerId | null;
  size: number;
  count: number;
  /** Everything up to this key is done. */
  frontier: CustomerId | null;
}

/** What a lane does next. */
export interface SliceWork {
  lane: string;
  range: KeyRange;
  sliceSeconds: number;
}

export interface SliceInput extends IncidentRef, SliceWork {}

export interface SliceResult<Counts> {
  /** Work up to and including this key is committed; null: nothing of the range is. */
  at: CustomerId | null;
  /** The whole range is done. */
  done: boolean;
  counts: Counts;
  /** Why it stopped before the end of its slice, when the workflow must act on it. */
  stop: { kind: 'gate-closed' | 'lost-commits'; reason: string } | null;
}

/** Newly frozen by this slice. */
export type ExpireCounts = Record<Disposition, number> & { revoked: number };

/** Settled by this slice. */
export type NotifyCounts = Record<
  'sent' | 'skipped' | 'failed' | 'deferred' | 'in_doubt' | 'released',
  number
>;

export interface VerifyResult {
  clean: boolean;
  /** What is left alive, in the operator's words, each with its count and what to do. */
  findings: { what: string; count: number; todo: string }[];
}

export interface CloseResult {
  closed: boolean;
  /** What in the books does not add up, counted, in words. */
  problems: string[];
  /** What from before the cutoff is alive (again). */
  findings: VerifyResult['findings'];
}

export interface NoticeSurvey {
  cohort: number;
  notices: Partial<Record<NoticeState, number>>;
  /** Cohort customers without a row in the ledger. */
  missing: number;
  /** ISO 8601; when the earliest deferred notice is due. */
  nextRetryAt: string | null;
  /** Deferred notices that are due now. */
  due: number;
  /** ISO 8601; when the last notice was booked as sent. */
  lastSentAt: string | null;
}
