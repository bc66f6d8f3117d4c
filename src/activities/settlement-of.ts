import type { Candidate } from '../books/find-candidates';
import type { Settlement } from '../books/settle-claim';
import type { Incident } from '../incident/incident-schema';
import { nextRetry, spreadOf } from '../incident/retry-backoff';
import type { Outcome } from '../smtp/outcome';

/** What an outcome on the wire means for the ledger. Only a dot without a reply is in doubt. */
export function settlementOf(
  {
    customerId,
    attempts,
    deferredForSeconds,
  }: Pick<Candidate, 'customerId' | 'attempts' | 'deferredForSeconds'>,
  outcome: Outcome,
  retry: Incident['retry'],
): Settlement {
  switch (outcome.kind) {
    case 'accepted':
      return { customerId, state: 'sent', replyCode: outcome.code, queueId: outcome.queueId };
    case 'skipped':
      return { customerId, state: 'skipped', reason: outcome.reason };
    case 'released':
      return { customerId, state: 'released' };
    case 'unknown':
      return { customerId, state: 'in_doubt' };
    case 'refused': {
      const refusal = {
        customerId,
        replyCode: outcome.code,
        replyText: outcome.text,
        reason: `${outcome.at} ${outcome.enhanced ?? outcome.code}`,
      };
      if (outcome.verdict === 'failed') return { ...refusal, state: 'failed' };
      const attempt = attempts + 1;
      const next = nextRetry({ attempt, spread: spreadOf(customerId, attempt), deferredForSeconds }, retry);
      return 'giveUp' in next
        ? { ...refusal, state: 'failed' }
        : { ...refusal, state: 'deferred', retryAfterSeconds: next.afterSeconds };
    }
  }
}
