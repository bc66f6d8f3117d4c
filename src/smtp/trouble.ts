import type { SmtpPhase } from '../incident/smtp-outcome';
import type { SessionTrouble, TroubleKind } from './outcome';
import { enhancedCode, type Reply, replyText } from './reply-parser';
import { cleanReplyText } from './reply-text';

/** A reply of 4xx or 5xx and where it stood. */
export interface Refusal<Phase extends SmtpPhase = 'mail' | 'rcpt' | 'data' | 'dot'> {
  phase: Phase;
  code: number;
  enhanced: string | null;
  text: string;
}

export function refusalOf<Phase extends SmtpPhase>(phase: Phase, reply: Reply): Refusal<Phase> {
  return { phase, code: reply.code, enhanced: enhancedCode(reply), text: replyText(reply) };
}

/**
 * A refusal that is nobody's fault, as trouble. Its text may come before people who must not see addresses, so the
 * recipient's is taken out.
 */
export function troubleFrom(
  { phase, code, enhanced, text }: Refusal<SmtpPhase>,
  address: string,
): SessionTrouble {
  return {
    kind: kindOf(phase, code, enhanced),
    at: phase,
    code,
    enhanced,
    text: withoutAddress(text, address),
  };
}

/** Trouble that the relay said nothing about. */
export function ownTrouble(at: SmtpPhase | null, text: string, kind: TroubleKind = 'lost'): SessionTrouble {
  return { kind, at, code: null, enhanced: null, text: cleanReplyText(text) };
}

function kindOf(phase: SmtpPhase, code: number, enhanced: string | null): TroubleKind {
  if (code === 421) return '421';
  if (enhanced === '4.4.5') return 'limit';
  // At one recipient it is Postfix's 554 under soft_bounce, or `Relay access denied`: that one's, or everybody's and then a run.
  if (phase === 'rcpt' && enhanced?.startsWith('4.7.')) return 'policy';
  if (code === 454 || code === 530 || (code >= 534 && code <= 538)) return 'auth';
  if (phase === 'mail') return 'mail-from';
  if (code === 502 || code === 503) return 'lost';
  return enhanced === null ? 'limit' : 'policy';
}

function withoutAddress(text: string, address: string): string {
  if (address === '') return text;
  const letters = address.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
  // Not by toLowerCase: a text may be longer in it (U+0130), and its places are then others.
  return text.replace(new RegExp(letters, 'giu'), '[recipient]');
}
