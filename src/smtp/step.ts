import type { SendPhase } from './outcome';
import type { SmtpTimeouts } from './timeouts';

/** What a reply answers while messages are sent. `lone-dot` ends a 354 that stands behind a refused RCPT. */
export type Step = 'rset' | 'mail' | 'rcpt' | 'data' | 'dot' | 'lone-dot';
type MessagePhase = 'mail' | 'rcpt' | 'data' | 'dot';

/** Which replies can answer a step at all; any other means that we no longer know what answers what. */
export function isPossible(step: Step, code: number): boolean {
  if (code >= 400) return step !== 'rset' || code === 421;
  return step === 'data' ? code === 354 : code >= 200 && code < 300;
}

/** In milliseconds (RFC 5321 4.5.3.2). */
export function timeoutOf(step: Step, timeouts: SmtpTimeouts): number {
  if (step === 'lone-dot') return timeouts.dot;
  return step === 'rset' ? timeouts.command : timeouts[step];
}

/** The step in the words of the rules (smtp-outcome.ts). */
export function phaseAt(step: Step): MessagePhase {
  if (step === 'rset') return 'mail';
  return step === 'lone-dot' ? 'data' : step;
}

export function sendPhaseAt(phase: MessagePhase): SendPhase {
  return phase === 'dot' ? 'after-dot' : 'before-dot';
}
