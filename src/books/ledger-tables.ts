import type { SqlKey } from '../company/key-column';
import type { Receiver, ReceiverState } from '../incident/receiver';
import type { RelayState } from '../incident/relay';
import type { HoldKind } from '../incident/run-status';
import type { Disposition, GateState, NoticeState, Phase, Wave } from '../incident/vocabulary';

/*
 * The rows of our own tables, as migrations/ makes them, in a schema of their own beside the company's.
 * Times are UTC strings ('2026-11-25 02:06:31.123456'), BIGINTs are digits in strings, binary is Buffer.
 * `customer_id` has the type and collation of the company's key: write and read it through KeyColumn only.
 */

/** Exactly one row: what this ledger is, made once with its tables. */
export interface LedgerTable {
  only_row: 1;
  /** A UUID: the task queue carries it, so that only workers of this ledger take its work. */
  id: string;
  made_at: string;
  /** Key of the fingerprints in `cohort`. Never shown, in no log, in no answer. */
  fingerprint_key: Buffer;
}

export interface IncidentsTable {
  /** Our number, in every other table. */
  incident: number;
  /** The id of the incident file. */
  incident_id: string;
  title: string;
  /** SHA-256 of the file's parsed content, hex. */
  file_hash: string;
  /** The parsed file as JSON (no secret is in it). */
  file: string;
  /** SHA-256 over every variant's hash, hex: what `approve` names. */
  content_hash: string;
  cutoff: string;
  phase: Phase;
  /** Planning goes on after this key; a hint for speed, never for completeness. */
  frontier: SqlKey | null;
  gate: GateState;
  gate_reason: string;
  gate_by: string;
  gate_since: string;
  /** Counts closings: an opening is a compare-and-set on the fence that it undoes. */
  fence: number;
  rate_per_second: number;
  approved_by: string | null;
  approved_at: string | null;
  approved_hash: string | null;
  /** What `resume` means where the run holds for an operator, and the words: both or neither. */
  hold_kind: HoldKind | null;
  hold_reason: string | null;
  /** Law enforcement's delay, all or none: then the gate is closed, and the last fence that was nobody's pause. */
  delay_by: string | null;
  delay_reason: string | null;
  delay_since: string | null;
  delay_fence: number | null;
  /** Key of the Message-ID MAC. */
  message_key: Buffer;
  server_identity: string;
  started_by: string;
  started_at: string;
  closed_at: string | null;
  /** Of the file: 1 as it was started, one more with each amendment. `file`, its hash and that of the texts are this one's. */
  version: number;
}

/** Every version of an incident's file, and what was only proposed. */
export interface FileVersionsTable {
  id: number;
  incident: number;
  /** Null, like `since`: it is not in effect and never was. */
  version: number | null;
  file_hash: string;
  content_hash: string;
  file: string;
  proposed_by: string;
  proposed_at: string;
  since: string | null;
  /** Why the run did not take it. */
  refused: string | null;
}

export interface CohortTable {
  incident: number;
  customer_id: SqlKey;
  password: Disposition;
  /** The expiry of the chunk that froze this customer, also for those whose password needed none. */
  expired_at: string;
  /** 16 octets for each value that was retired, keyed SHA-256 cut, concatenated; empty: none. */
  fingerprints: Buffer;
  /**
   * A value appeared within seconds of the expiry: maybe the old password, written anew by a login that had read it before
   * (counted and named, not believed).
   */
  reappeared_at: string | null;
}

/** One row per range whose expiry was committed; a repeat adds another. */
export interface ExpiredRangesTable {
  id: string;
  incident: number;
  /** Null: from the first key on. */
  after_key: SqlKey | null;
  up_to_key: SqlKey;
  expired_at: string;
  /** When it was looked at for passwords that came back (watch-reappearance.ts); null: not yet. */
  looked_at: string | null;
}

/** One row per lane: only the attempt whose token stands here may expire or claim. And one per session at the relay: session-slots.ts. */
export interface LanesTable {
  incident: number;
  lane: string;
  token: string;
  next_send_at: string;
}

export interface ClaimsTable {
  claim_id: string;
  incident: number;
  wave: Wave;
  lane: string;
  worker: string;
  /** The claim's own secret: a commit whose acknowledgement was lost is looked for by it. */
  token: string;
  claimed_at: string;
  lease_until: string;
  first_customer: SqlKey;
  last_customer: SqlKey;
  /** 0: open. 1: every row of the claim has its outcome. 2: abandoned, its rows were called in doubt (unsettled-claims.ts). */
  settled: number;
  /** Of the file: its words are what the claim's customers got. Null: nobody knows, since the claim was rebuilt. */
  version: number | null;
  /** By which its customers are told. Null: nobody knows, since the claim was rebuilt, or an older version made it. */
  relay: string | null;
}

/** One row per session that a worker opened with the relay to tell customers by, written before anything was sent by it. */
export interface RelaySessionsTable {
  session: string;
  incident: number;
  worker: string;
  lane: string;
  /** A worker's lane has so many at a time, from 0; a later row under a number comes after the session before has ended. */
  slot: number;
  connecting_at: string;
  opened_at: string;
  /** Null: an older version opened it. */
  relay: string | null;
}

export interface NoticesTable {
  incident: number;
  wave: Wave;
  customer_id: SqlKey;
  address_role: 'primary';
  state: NoticeState;
  claim_id: string | null;
  address: string | null;
  attempt: number;
  reply_code: number | null;
  /** The relay's words, cleaned and cut; kept for refusals only. */
  reply_text: string | null;
  queue_id: string | null;
  /** First 8 bytes of the variant's hash. */
  content_hash: Buffer | null;
  reason: string | null;
  claimed_at: string | null;
  settled_at: string | null;
  first_deferred_at: string | null;
  retry_at: string | null;
  /** Number in the audit of the last decision to send it again. */
  decision: number | null;
  /** Of a deferred one: it waits for this receiver, whose row says when it is due. */
  receiver: Receiver | null;
}

/** One row for each receiver that was ever put aside or paused (receivers.ts). */
export interface ReceiversTable {
  incident: number;
  receiver: Receiver;
  state: ReceiverState;
  fence: number;
  since: string;
  put_by: string;
  reason: string;
  reply_code: number | null;
  /** Refused since it was put aside. */
  tries: number;
  /** Of one that is aside. */
  next_try_at: string | null;
}

/** One row for each relay by which workers of the incident send, or did (relays.ts). */
export interface RelaysTable {
  incident: number;
  /** Its name in SMTP_URL. */
  relay: string;
  /** From 1 on: its sessions are counted by it. */
  number: number;
  /** host:port */
  address: string;
  state: RelayState;
  /** Counts its changes. */
  fence: number;
  since: string;
  put_by: string;
  reason: string;
  /** Of what it said to those for whom the breaker left it out: the beginning of a hash. Null: that was no reply to a message. */
  words: Buffer | null;
}

/** One row for each end of a range that Temporal was told by its MAC (stand-ins.ts). */
export interface StandInsTable {
  incident: number;
  mac: Buffer;
  /** The key as TypeScript sees it: CustomerId. */
  customer: string;
}

export interface AuditTable {
  incident: number;
  seq: number;
  at: string;
  who: string;
  action: string;
  /** JSON; no personal data. */
  detail: string;
  prev_hash: Buffer;
  hash: Buffer;
}
