import type { ClaimContext } from '../db/claim-context';
import type { Claimed } from '../db/claim-notices';
import { closeGate } from '../db/gate';
import type { Settlement } from '../db/settle-claim';
import type { NoticeSet } from '../email/compile-notice';
import type { Journal } from '../email/journal/open-journal';
import { needsSmtputf8 } from '../email/mail-address';
import { messageId } from '../email/message-id';
import { renderNotice } from '../email/render-notice';
import type { Sender } from '../email/smtp/open-sender';
import type { DotQuestion, Outcome, Outgoing, SessionTrouble } from '../email/smtp/outcome';
import { greetingName } from '../incident/greeting-name';
import { refusalKey } from '../incident/refusal-words';
import type { CustomerId, NoticeState } from '../incident/vocabulary';
import type { RelayBreaker } from './relay-breakers';
import type { RunContext } from './run-context';
import { settleSurely } from './settle-surely';
import { settlementOf } from './settlement-of';

export interface SendContext {
  context: ClaimContext;
  /** Where the claim's scan began. */
  after: CustomerId | null;
  run: RunContext;
  notices: NoticeSet;
  sender: Sender<CustomerId>;
  breaker: RelayBreaker;
  /** Asked before each final dot: lease, gate, and whether somebody told the slice to stop. */
  mayDot(): boolean;
  /** Null where this process keeps none: after a kill -9 the whole claim would be in doubt. */
  journal: Journal | null;
}

export interface SentClaim {
  settled: Partial<Record<NoticeState, number>>;
  /** A session was refused or lost and nothing went out: try again a little later. */
  relayInTrouble: boolean;
  /** The breaker closed the gate, for this reason. */
  tripped: string | null;
}

/** Renders and submits what was claimed, then settles it. The outcome is in the ledger before the breaker acts on it. */
export async function sendClaim(send: SendContext, claim: Claimed): Promise<SentClaim> {
  if (claim.claimId === null) return { settled: {}, relayInTrouble: false, tripped: null };
  const { context, run, sender, breaker } = send;
  const batch = claim.customers.map((customer) => outgoing(send, customer));
  const dots = journalDots(send, claim);
  const { outcomes, trouble } = await sender.send(batch, dots.mayDot, dots.answered);
  const verdict = breaker.judge(outcomes, distinct(trouble));
  const settlements: Settlement[] = claim.customers.map((customer, i) =>
    settlementOf(customer, excused(outcomes[i]!, verdict.nobodysFault), run.file.retry),
  );
  const settled = await settleSurely(
    {
      db: context.db,
      incident: context.incident,
      wave: context.wave,
      keyColumn: context.keyColumn,
      claimId: claim.claimId,
      claimToken: claim.claimToken,
    },
    settlements,
  );
  if (verdict.trip) await closeGate(context.db, context.incident, verdict.reason, 'the breaker');
  // Not the relay's fault: the slice fails with the disk's words, and another worker may take it.
  const unwritten = dots.unwritten();
  if (unwritten !== null) throw unwritten;
  return {
    settled,
    relayInTrouble: trouble.length > 0 && !settled.sent,
    tripped: verdict.trip ? verdict.reason : null,
  };
}

/** No dot goes out that is not in the journal first: neither where the claim is not, nor where the disk is full. */
function journalDots({ journal, context, mayDot, after }: SendContext, claim: Claimed) {
  if (journal === null) return { mayDot, answered: () => undefined, unwritten: () => null };
  const { claimId, claimToken: token, at, customers } = claim;
  const [first, last] = [customers[0]!.customerId, customers.at(-1)!.customerId];
  const { wave, lane } = context;
  const claimedAt = new Date().toISOString();
  const begin = () =>
    journal.claimed({ claimId: claimId!, token, claimedAt, wave, lane, after, at, first, last });
  let unwritten: unknown = null;
  const writes = (write: () => void) => {
    if (unwritten !== null) return false;
    try {
      write();
      return true;
    } catch (error) {
      unwritten = error;
      return false;
    }
  };
  writes(begin);
  return {
    mayDot: ({ message, session }: DotQuestion<CustomerId>) =>
      mayDot() && writes(() => journal.dot(claimId!, message.key!, `${lane}/${session}`)),
    answered: (message: Outgoing<CustomerId>, outcome: Outcome) =>
      journal.answered(claimId!, message.key!, outcome),
    /** Why the journal could not be written, if it could not: then no further dot went out. */
    unwritten: () => unwritten,
  };
}

// Eight sessions that a relay refuses at once while it restarts are one piece of news.
function distinct(trouble: SessionTrouble[]): SessionTrouble[] {
  const known = new Map(trouble.map((one) => [`${one.kind} ${one.at} ${one.code}`, one]));
  return [...known.values()];
}

// A quota or a block is told at one customer's RCPT after the other: they are not at fault and wait for better times (C06).
function excused(outcome: Outcome, nobodysFault: string | null): Outcome {
  if (nobodysFault === null || outcome.kind !== 'refused' || refusalKey(outcome) !== nobodysFault)
    return outcome;
  return { kind: 'released', phase: outcome.phase, trouble: null };
}

function outgoing(
  { context, run, notices }: SendContext,
  customer: Claimed['customers'][number],
): Outgoing<CustomerId> {
  const from = run.file.from.address;
  return {
    key: customer.customerId,
    from,
    address: customer.address,
    smtputf8: needsSmtputf8(customer.address),
    content: () => {
      const greeting = greetingName(customer.name);
      return renderNotice(notices.variantOf(customer, context.wave), {
        name: 'name' in greeting ? greeting.name : null,
        address: customer.address,
        messageId: messageId(
          run.row.message_key,
          {
            incident: run.file.id,
            wave: context.wave,
            customerId: customer.customerId,
            role: 'primary',
          },
          from.slice(from.lastIndexOf('@') + 1),
        ),
        date: Date.now(),
      });
    },
  };
}
