import type { SmtpPhase } from '../incident/smtp-outcome';

/** One message on its way to the relay, with its one recipient. */
export interface Outgoing<Key = unknown> {
  /** The caller's own, such as the claim's row; never looked into. */
  key?: Key;
  /** As it stands between the angle brackets of RCPT TO. */
  address: string;
  /** As it stands between the angle brackets of MAIL FROM; '' is the null sender. */
  from: string;
  /**
   * The whole message with CRLF line ends, dots not doubled. A function is called shortly before its envelope is
   * written; its Buffer must not change until the outcome is known.
   */
  content: Buffer | (() => Buffer);
  /** The address or a header needs SMTPUTF8 (RFC 6531); skipped where the relay does not offer it (C14). */
  smtputf8: boolean;
  /** It was set aside before, while the relay took others: it goes last, alone, and what happens to it is no news of the relay. */
  setAsideBefore?: boolean;
}

/** `after-dot` begins when the write that holds the final dot is attempted, not when it has succeeded. */
export type SendPhase = 'before-dot' | 'after-dot';

/** What became of one message. Only `unknown` is in doubt: everything else is certain. */
export type Outcome =
  | { kind: 'accepted'; phase: 'after-dot'; code: number; queueId: string | null; text: string }
  | RefusedOutcome
  | { kind: 'skipped'; phase: 'before-dot'; reason: SkipReason }
  | SetAsideOutcome
  /** Not sent, certainly: it may be claimed again. `trouble` says why, where the relay refused us. */
  | { kind: 'released'; phase: SendPhase; trouble: SessionTrouble | null }
  /** The dot was attempted and no reply to it was understood: the relay may own the message (RFC 1047). */
  | { kind: 'unknown'; phase: 'after-dot'; trouble: SessionTrouble };

export interface RefusedOutcome {
  kind: 'refused';
  phase: SendPhase;
  verdict: 'failed' | 'deferred';
  at: 'mail' | 'rcpt' | 'data' | 'dot';
  code: number;
  enhanced: string | null;
  /** The relay's words, cleaned and cut (reply-text.ts). They may name the customer: for this row of the ledger alone (C93). */
  text: string;
}

/**
 * Not sent, certainly. At this message one session after the other was lost, or the relay refused us: it is set aside, so that it does not
 * stop the others (C95).
 */
export interface SetAsideOutcome {
  kind: 'set-aside';
  phase: SendPhase;
  at: RefusedOutcome['at'];
  /** Of the last reply to it; null: none was read. */
  code: number | null;
  enhanced: string | null;
  /** As of SessionTrouble. */
  text: string;
  /** The relay has taken others since the first time: it is this message. Else it may be the relay. */
  alone: boolean;
  /** As it was before (setAsideBefore). */
  known: boolean;
}

export type SkipReason =
  | 'smtputf8-not-offered'
  | 'address-not-sendable'
  | 'content-has-bare-line-end'
  | 'cannot-be-rendered';

export type TroubleKind =
  | 'connect'
  | 'tls'
  | 'auth'
  | 'greeting'
  | 'mail-from'
  | '421'
  | 'policy'
  | 'lost'
  | 'limit';

/** Trouble with a session, which is no customer's: the breaker counts it. */
export interface SessionTrouble {
  kind: TroubleKind;
  /** Where the conversation stood; null while connecting. */
  at: SmtpPhase | null;
  /** Of the reply; null where no reply was read. */
  code: number | null;
  enhanced: string | null;
  /** With a code: the relay's words, cleaned and cut, which may name a customer (C93). Without: our own. */
  text: string;
}

/** What the caller is asked just before a final dot. */
export interface DotQuestion<Key = unknown> {
  message: Outgoing<Key>;
  /** Which of the sender's sessions, from 0. Stays the same when the session is opened anew. */
  session: number;
  /** The very octets that are about to be written. */
  content: Buffer;
}

/** Why a final dot may not be written. */
export interface DotObjection {
  /** The check that says no, in one word. */
  check: string;
  reason: string;
}

export interface SendResult {
  /** In the order of the batch. */
  outcomes: Outcome[];
  /** For which the rest of the batch was released; null: none. */
  objection: DotObjection | null;
  /** What went wrong with sessions meanwhile, which is no customer's fault. */
  trouble: SessionTrouble[];
}
