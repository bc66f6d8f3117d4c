import type { SendPhase } from './outcome';

/** What a reply answers while messages are sent. `lone-dot` ends a 354 that stands after a refused RCPT. */
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

/** How long we wait, in milliseconds, for the reply to each step. */
export interface SmtpTimeouts {
  connect: number;
  greeting: number;
  /** EHLO, STARTTLS with its handshake, AUTH, RSET. */
  command: number;
  mail: number;
  rcpt: number;
  data: number;
  /** Never shorter than 10 minutes: giving up sooner is how relays get the same message five times (C08). */
  dot: number;
  quit: number;
}

/** RFC 5321 4.5.3.2; connect and QUIT are ours, since nobody is in doubt while we connect or part. */
export const RFC_TIMEOUTS: SmtpTimeouts = {
  connect: 10_000,
  greeting: 300_000,
  command: 300_000,
  mail: 300_000,
  rcpt: 300_000,
  data: 120_000,
  dot: 600_000,
  quit: 2_000,
};
