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
  /** What rules hold back until it is released. */
  held: (() => void)[];
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

/** A reply, without its last line end, and what comes after it. */
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

export function newSession(relay: Relay): Session {
  return {
    relay,
    helo: '',
    offers: new Set(),
    secured: relay.options.tls === 'implicit',
    authenticated: false,
    envelope: null,
    accepted: 0,
    sasl: null,
  };
}

/** The biggest message that it takes, announced by SIZE. */
export const MOST_OCTETS = 20_480_000;

/** The EHLO keywords with their parameters, as they hold now: before and after TLS they differ. */
export function capabilities({ relay: { options }, secured }: Session): string[] {
  const all = ['PIPELINING', `SIZE ${MOST_OCTETS}`];
  if (options.tls === 'starttls' && !secured) all.push('STARTTLS');
  // As Postfix with smtpd_tls_auth_only: no password is taken in clear where TLS is a must.
  if (options.user !== null && (secured || !options.requireTls)) all.push('AUTH PLAIN LOGIN');
  all.push('ENHANCEDSTATUSCODES', '8BITMIME', 'SMTPUTF8');
  return all.filter((capability) => !options.without.includes(capability.split(' ')[0]!));
}

/** The keywords in an EHLO reply as it went out, a rule's words included: what the client may use from here on. */
export function keywordsIn(reply: string): Set<string> {
  const lines = reply.split('\r\n').slice(1);
  return new Set(lines.map((line) => line.slice(4).split(' ')[0]!.toUpperCase()));
}
