import type { AskedThrough } from '../incident/asked-by';
import type { AuditHead, AuditSeen } from '../incident/audit-head';
import type { Call } from '../incident/call';
import type { GoesWithout } from '../incident/goes-without';
import type { RelayLogChecked } from '../incident/hold-reason';
import type { ReceiverSeen } from '../incident/receiver';
import type { GateSeen, Hold, RefusedWord } from '../incident/run-status';
import type { CustomerId, Disposition, KeyRange, NoticeState, Phase, Wave } from '../incident/vocabulary';

// What the activities of create-activities.ts take and return: small, plain JSON without personal data: counts, codes, reasons in our words,
// and keys, or what stands for them (range-ends.ts).

/** Part of every input: the incident, and the ledger that the run belongs to (declare-activity.ts). */
export interface IncidentRef {
  incidentId: string;
  ledgerId: string;
  /** Of the audit chain, as the run knows it: the activity looks whether the chain holds it still (audit-heads.ts). */
  auditHead?: AuditHead;
}

/**
 * Beside each result that is no list: where the audit chain stands now, and what the run goes without. The workflow takes it off
 * (activities-of-run.ts). A worker of an older version does not tell it.
 */
export interface TellsBeside {
  audit?: AuditSeen;
  without?: GoesWithout;
}

export type { RelayLogChecked };

/** The gate as an activity found it. */
export type GateView = GateSeen;

/** What a run goes by of its file, and what an amendment may change of it. */
export interface FileView {
  title: string;
  ratePerSecond: number;
  contentHash: string;
  approval: { by: string; at: string; contentHash: string } | null;
  /** Where the file asks for several people: who is missing, in words. */
  approvalMissing?: string | null;
  /** Null: the file has none. `begun`: rows of it are in the books. */
  reminder: { afterDays: number; begun: boolean } | null;
  canary: {
    mailboxes: number;
    customers: number;
    afterwards: 'hold' | 'continue';
    /** Of the words, mailboxes and customers: with another one the canary is done anew. Not told by a worker of an older version. */
    mark?: string;
  };
  notifyLanes: number;
  /** Of the file. Likewise. */
  version?: number;
  /** Somebody is to be called when the run waits. Likewise. */
  calls?: boolean;
  /** Who made this version of it, and why; null: it is the first one. Likewise. */
  amended?: { by: string; at: string; reason: string } | null;
}

export interface AdoptedRun extends FileView {
  phase: Phase;
  gate: GateView;
  /** A worker of an older version tells `holdReason` instead. */
  hold?: Pick<Hold, 'kind' | 'reason'> | null;
  holdReason?: string | null;
  /** Go on planning after this key. */
  frontier: CustomerId | null;
  /** Customers in the company's table (an estimate) while expiring, the cohort's exact size afterwards. */
  total: number;
  cohort: Record<Disposition, number>;
  notices: Partial<Record<NoticeState, number>>;
  /** Of the reminder wave; empty until it begins. */
  reminders: Partial<Record<NoticeState, number>>;
  expireLanes: number;
}

/** The file as it is now, and the gate. */
export interface FileSeen {
  file: FileView;
  gate: GateView;
}

/** Numbers only: the file itself is in the ledger. */
export type AmendInput = IncidentRef & DecidedBy & { proposal: number; base: number; reason: string };

/** Who decided: the name typed, and where it came through Temporal, by which message: the record has who sent that beside the name. */
export interface DecidedBy {
  by: string;
  through?: AskedThrough;
}

export type EnterPhaseInput = IncidentRef & DecidedBy & { phase: Phase; reason?: string };

export type PlanInput = IncidentRef & {
  of: 'customers' | 'cohort';
  after: CustomerId | null;
  size: number;
  count: number;
  /** Everything up to this key is done. */
  frontier: CustomerId | null;
};

export type CloseGateInput = IncidentRef & DecidedBy & { reason: string };

export type OpenGateInput = IncidentRef & DecidedBy & { fence: number };

/** `version`: of the file that the run went by when it heard it. Not given by a run of an older version. */
export type SetRateInput = IncidentRef & DecidedBy & { perSecond: number; version?: number };

/** `version`: not given by a run of an older version. */
export type RecordApprovalInput = IncidentRef & DecidedBy & { contentHash: string; version?: number };

export type RecordHoldInput = IncidentRef & {
  /** Not given by a run of an older version. */
  hold?: Pick<Hold, 'kind' | 'reason'> | null;
  /** For workers of an older version. */
  reason: string | null;
} & Partial<DecidedBy>;

export type RecordForeignInput = IncidentRef & Required<DecidedBy> & { signal: string };

/** `fence`: of the closing that a resume was about. `word`: not given by a run of an older version, which refuses none but a resume. */
export type RecordRefusedInput = IncidentRef &
  Required<DecidedBy> & { why: string; fence?: number; word?: RefusedWord['word'] };

export type CallInput = IncidentRef & Call;

export type CanaryRangeInput = IncidentRef & { customers: number };

/** A run of an older version does not say for how long. */
export type MailMailboxesInput = IncidentRef & Partial<Pick<SliceWork, 'sliceSeconds'>>;

export interface MailboxesMailed {
  sent: number;
  refused: string[];
  /** Others are left for the next slice. Not told by a worker of an older version: none are. */
  more?: boolean;
  /** The gate is closed: others are left until it is open. Likewise. */
  gateClosed?: boolean;
  /** Likewise: the database has lost decisions, in words; not told by a worker of an older version. */
  lost?: string;
}

/** What a lane does next. */
export interface SliceWork {
  lane: string;
  range: KeyRange;
  sliceSeconds: number;
}

export type SliceInput = IncidentRef & SliceWork;

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

export type SurveyInput = IncidentRef & { wave: Wave };

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
  /** Receivers that customers wait for; named where that names nobody. Not told by a worker of an older version. */
  receivers?: ReceiverSeen[];
}
