import { replyVerdict } from '../incident/smtp-outcome';
import type { Outcome, Outgoing } from './outcome';
import { type Reply, replyText } from './reply-parser';
import { queueIdIn } from './reply-text';
import { sendPhaseAt } from './step';
import { type Refusal, troubleFrom } from './trouble';

/** What a 2xx to the dot makes of its message. Apart from outcome.ts, which trouble.ts needs, and this needs both. */
export function acceptanceOf(reply: Reply): Extract<Outcome, { kind: 'accepted' }> {
  const text = replyText(reply);
  return { kind: 'accepted', phase: 'after-dot', code: reply.code, queueId: queueIdIn(text), text };
}

/** What a refusal makes of its message; null: this session has had its share, and the message goes on in another. */
export function refusedOutcomeOf(
  refusal: Refusal,
  { address, smtputf8 }: Outgoing,
  acceptedInSession: number,
): Extract<Outcome, { kind: 'refused' | 'released' }> | null {
  const verdict = replyVerdict({ ...refusal, acceptedInSession, smtputf8 });
  if (verdict === 'session-limit') return null;
  const { phase: at, code, enhanced, text } = refusal;
  const phase = sendPhaseAt(at);
  return verdict === 'failed' || verdict === 'deferred'
    ? { kind: 'refused', phase, verdict, at, code, enhanced, text }
    : { kind: 'released', phase, trouble: troubleFrom(refusal, address) };
}
