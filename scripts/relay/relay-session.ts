import type { SecureContext } from 'node:tls';
import type { RelayCounts } from './counts';
import type { Mailbox } from './mailbox';
import type { RelayOptions } from './relay-options';
import type { RelayPhase, Rule } from './rules';

/** The one relay that all sessions share. */
export interface Relay {
  options: RelayOptions;
  rules: Rule[];
  mailbox: Mailbox;
  counts: RelayCounts;
  secure: SecureContext | null;
  /** Runs it once everything accepted in this turn is in the log. */
  later(run: () => void): void;
}

/** Where one conversation stands. */
export interface Session {
  relay: Relay;
  helo: string;
  /** The keywords that its last EHLO was told. */
  offers: ReadonlySet<string>;
  secured: boolean;
  authenticated: boolean;
  envelope: Envelope | null;
  /** Messages accepted. */
  accepted: number;
  /** In the middle of AUTH: what the next line is for. */
  sasl: ((line: string) => Outcome) | null;
}

export interface Envelope {
  from: string;
  /** As between the angle brackets of RCPT TO. */
  to: string[];
  /** 8-bit octets were announced: BODY=8BITMIME or SMTPUTF8. */
  eightBit: boolean;
  smtputf8: boolean;
  /** With its first recipient, as Postfix. */
  queueId: string | null;
}

/** A reply, without its last line end, and what comes behind it. */
export interface Outcome {
  say: string;
  next?: 'content' | 'tls' | 'close';
}

/** What a command comes to; a rule may come between. */
export interface Answer {
  /** Null: no rule can change it. */
  at: RelayPhase | null;
  /** For the rule's `match`. */
  addresses: string[];
  /** Takes effect, and says what the reply is. */
  usual(): Outcome;
  /** It shall not take effect: a rule says this reply, or nothing. */
  refused?(reply: string): void;
  /** And the transaction goes on as if nothing had been said. */
  keepTransaction?(): void;
}
