import type { SmtpPhase } from '../incident/smtp-outcome';
import type { Connection, ConnectionEnd } from './connection';
import type { SessionTrouble, TroubleKind } from './outcome';
import type { Reply } from './reply-parser';
import { ownTrouble, refusalOf } from './trouble';

/** A session could not be opened; `trouble` says at which step and in whose words. */
export class SessionRefused extends Error {
  constructor(readonly trouble: SessionTrouble) {
    super(trouble.text);
    this.name = 'SessionRefused';
  }
}

export type OpeningPhase = 'greeting' | 'ehlo' | 'starttls' | 'auth';

/** One command of the opening and its reply, whatever its code. Rejects with SessionRefused. */
export function command(
  connection: Connection,
  line: string,
  phase: OpeningPhase,
  milliseconds: number,
): Promise<Reply> {
  connection.write(`${line}\r\n`);
  return nextReply(connection, phase, milliseconds);
}

/** The next reply, alone: more after it was not asked for. Rejects with SessionRefused. */
export async function nextReply(
  connection: Connection,
  phase: OpeningPhase,
  milliseconds: number,
): Promise<Reply> {
  const reply = await connection.nextReply(milliseconds).catch((end: ConnectionEnd) => {
    throw openingTrouble(phase, end.text);
  });
  if (!reply.more) return reply;
  const surplus =
    phase === 'starttls'
      ? 'the relay sent more in clear after the 220 of STARTTLS: somebody may be injecting commands' // C01
      : `the relay sent more after its reply (${phase}), unasked`;
  throw openingTrouble(phase, surplus);
}

/** The relay said no. */
export function refusedAt(phase: OpeningPhase, reply: Reply): SessionRefused {
  const { code, enhanced, text } = refusalOf(phase, reply);
  return new SessionRefused({ kind: KINDS[phase], at: phase, code, enhanced, text });
}

/** We say no. */
export function openingTrouble(phase: OpeningPhase, text: string): SessionRefused {
  return new SessionRefused(ownTrouble(phase, text, KINDS[phase]));
}

const KINDS: Record<OpeningPhase & SmtpPhase, TroubleKind> = {
  greeting: 'greeting',
  ehlo: 'greeting',
  starttls: 'tls',
  auth: 'auth',
};
