/** Where in the conversation a reply stands. `dot` is the reply to the message itself. */
export type SmtpPhase = 'greeting' | 'ehlo' | 'starttls' | 'auth' | 'mail' | 'rcpt' | 'data' | 'dot';

/**
 * Whose matter a reply is. `sent`, `failed`, `deferred`: this customer's. `session-refused`: nobody's fault, the
 * relay refuses us. `session-limit`: this session has had its share, so the same customer at once on a new one (C05).
 */
export type SmtpVerdict = 'sent' | 'failed' | 'deferred' | 'session-refused' | 'session-limit';

export interface SmtpReplyFacts {
  phase: SmtpPhase;
  code: number;
  /** Such as `5.1.1` (RFC 3463); null where the relay gives none. */
  enhanced: string | null;
  /** Read only where code and enhanced code leave it open that a limit of this session is meant. */
  text: string;
  /** Messages that this session has accepted: without one, a limit of the session is a refusal. */
  acceptedInSession: number;
  /** The MAIL command asked for SMTPUTF8, so that its refusal can be this address's. */
  smtputf8?: boolean;
}

/** Judges one reply (RFC 5321 4.2, RFC 3463). Pure. */
export function replyVerdict(facts: SmtpReplyFacts): SmtpVerdict {
  const { phase, code } = facts;
  if (phase === 'dot' && code >= 200 && code < 300) return 'sent';
  if (code < 400 || code > 599) return 'session-refused';
  if (BEFORE_ANY_MESSAGE.has(phase)) return 'session-refused';
  if (meansSessionLimit(facts)) return facts.acceptedInSession > 0 ? 'session-limit' : 'session-refused';
  if (code === 421 || SESSION_CODES.has(code) || isRelayMatter(facts.enhanced)) return 'session-refused';
  if (phase === 'mail') return refusesOnlySmtputf8(facts) ? 'failed' : 'session-refused';
  // RFC 5321 4.5.3.1.10: a 552 without more to RCPT is to be read as a 452.
  if (phase === 'rcpt' && code === 552 && facts.enhanced === null) return 'deferred';
  return code < 500 ? 'deferred' : 'failed';
}

const BEFORE_ANY_MESSAGE: ReadonlySet<SmtpPhase> = new Set(['greeting', 'ehlo', 'starttls', 'auth']);

/** Not implemented, bad sequence, and everything about TLS or authentication (RFC 4954 section 6). */
const SESSION_CODES: ReadonlySet<number> = new Set([454, 502, 503, 530, 534, 535, 538]);

/** x.7.2 list refused, x.7.17 and x.7.18 mailbox or domain changed hands (RFC 7293): policy, but about the recipient. */
const RECIPIENT_POLICY: ReadonlySet<string> = new Set(['7.2', '7.17', '7.18']);
/**
 * Our own sender address refused, which Postfix says at RCPT (smtpd_delay_reject); relay's disk full, relay takes no mail, congestion
 * and daily quota (C06).
 */
const RELAY_TROUBLE: ReadonlySet<string> = new Set(['1.7', '1.8', '3.1', '3.2', '4.5']);

function isRelayMatter(enhanced: string | null): boolean {
  if (enhanced === null) return false;
  const detail = enhanced.slice(2);
  if (RECIPIENT_POLICY.has(detail)) return false;
  return detail.startsWith('7.') || RELAY_TROUBLE.has(detail);
}

/**
 * `452 4.4.5`, `452 4.5.3` after others, 421 before the dot, or the words where there is no enhanced code (C05).
 * A 421 to the dot is not one: that customer is claimed again later, never sent twice in one breath.
 */
function meansSessionLimit({ phase, code, enhanced, text, acceptedInSession }: SmtpReplyFacts): boolean {
  if (code >= 500) return false;
  if (code === 421) return phase !== 'dot';
  if (enhanced === '4.4.5') return true;
  if (enhanced === '4.5.3') return acceptedInSession > 0;
  return (enhanced === null || enhanced === '4.5.0') && LIMIT_WORDS.test(text);
}
const LIMIT_WORDS =
  /too many (messages|mails|transactions)|messages? (limit|count)|per (session|connection)/i;

function refusesOnlySmtputf8({ code, enhanced, smtputf8 }: SmtpReplyFacts): boolean {
  if (!smtputf8 || code < 500) return false;
  return code === 553 || code === 555 || (enhanced?.endsWith('.6.7') ?? false);
}
