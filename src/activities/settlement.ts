import { randomUUID } from 'node:crypto';
import type { Books } from '../books/books';
import type { Candidate } from '../books/candidates';
import { type ClaimResult, claimNotices, type LaneBooks } from '../books/claim';
import { type ClaimRef, type Settlement, settleClaim } from '../books/settle-claim';
import { standInOf } from '../books/stand-ins';
import { openClaimsOf, releaseUnacknowledged } from '../books/unsettled-claims';
import { CommitUnknownError } from '../company/in-transaction';
import type { Incident } from '../incident/incident-schema';
import { isAboutCustomer } from '../incident/refusal-words';
import { nextRetry, spreadOf } from '../incident/retry-backoff';
import { type CustomerId, type KeyRange, type NoticeState, SET_ASIDE_ALONE } from '../incident/vocabulary';
import { type DotFact, dotsOf } from '../journal/read-journal';
import type { Outcome } from '../smtp/outcome';
import { neverSettles, toFailure } from './failure';

type Refused = Omit<Extract<Settlement, { state: 'failed' }>, 'state'>;

/**
 * What an outcome on the wire means for the ledger. Only a dot without a reply is in doubt. What refuses for good and does not say that it is
 * about the customer may be the first of many that a receiver refuses for the sender's sake (C98): it is asked a second time before it
 * has failed, when the receiver may long have been put aside.
 */
export function settlementOf(
  {
    customerId,
    deferredForSeconds,
    refusedBefore,
  }: Pick<Candidate, 'customerId' | 'deferredForSeconds' | 'refusedBefore'>,
  outcome: Outcome,
  retry: Incident['retry'],
): Settlement {
  const later = (refusal: Refused, forHours = retry.forHours): Settlement => {
    const spread = spreadOf(customerId, deferredForSeconds);
    const next = nextRetry({ spread, deferredForSeconds }, { ...retry, forHours });
    return 'giveUp' in next
      ? { ...refusal, state: 'failed' }
      : { ...refusal, state: 'deferred', retryAfterSeconds: next.afterSeconds };
  };
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
      const isFinal = outcome.verdict === 'failed' && (refusedBefore || isAboutCustomer(outcome));
      return isFinal ? { ...refusal, state: 'failed' } : later(refusal);
    }
    case 'set-aside': {
      const { at, code, enhanced, text, alone, known } = outcome;
      const what = enhanced ?? code ?? 'session lost';
      const refusal = { customerId, replyCode: code, replyText: text };
      const reason = `${alone || known ? SET_ASIDE_ALONE : ''}${at} ${what}`;
      // Where it took nobody it may have been the relay, whose bad days must not use up the time that is theirs.
      return later({ ...refusal, reason }, alone ? retry.forHours : 2 * retry.forHours);
    }
  }
}

/** As long as a reply to a dot may take: a database that restarts is back long before. */
const PATIENCE_MILLISECONDS = 10 * 60_000;
const FIRST_PAUSE_MILLISECONDS = 200;
const LONGEST_PAUSE_MILLISECONDS = 5_000;

/**
 * What the relay has said is known nowhere but here until it is in the ledger, and what is not in the ledger is in doubt. So a
 * database that is away, or a COMMIT whose acknowledgement was lost, is tried again for minutes; settling twice changes nothing.
 */
export function settleSurely(
  books: Books,
  claim: ClaimRef,
  settlements: Settlement[],
  retrying: Retrying,
): Promise<Partial<Record<NoticeState, number>>> {
  return surely(() => settleClaim(books, claim, settlements), retrying);
}

/** Told why it is tried again, so that nobody sees a lane do nothing for minutes; null: it was done. */
export type Retrying = (why: string | null) => void;

/**
 * Claims, and where the COMMIT was not acknowledged, gives back what it may have claimed: nobody else knows that no dot of it can have
 * gone out, and a server that dies with a COMMIT is away for longer than a moment (C101). Then throws.
 */
export async function claimSurely(
  books: LaneBooks,
  range: KeyRange,
  retrying: Retrying,
): Promise<ClaimResult> {
  const token = randomUUID();
  try {
    return await claimNotices(books, range, token);
  } catch (error) {
    if (error instanceof CommitUnknownError)
      await surely(() => releaseUnacknowledged(books, token), retrying);
    throw error;
  }
}

/** @param settle what changes nothing when it is done twice. */
async function surely<T>(settle: () => Promise<T>, retrying: Retrying): Promise<T> {
  const giveUpAt = performance.now() + PATIENCE_MILLISECONDS;
  for (let pause = FIRST_PAUSE_MILLISECONDS; ; pause = Math.min(2 * pause, LONGEST_PAUSE_MILLISECONDS)) {
    try {
      const settled = await settle();
      retrying(null);
      return settled;
    } catch (error) {
      if (neverSettles(error) || performance.now() > giveUpAt) throw error;
      retrying(toFailure(error).message);
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }
}

/**
 * Settles a worker's open claims by its journal: undotted is released, answered gets its answer, a dot without an answer is in
 * doubt. The worker must no longer claim. Safe to repeat and to race.
 * @returns null when it had no open claim.
 * @throws TornJournalError
 */
export async function settleFromJournal(
  books: Books,
  journal: string,
  worker: string,
): Promise<Partial<Record<NoticeState, number>> | null> {
  const claims = await openClaimsOf(books, worker);
  if (claims.length === 0) return null;
  const dots = dotsOf(
    journal,
    claims.map(({ claimId }) => claimId),
  );
  const settled: Partial<Record<NoticeState, number>> = {};
  for (const claim of claims) {
    const facts = dots.get(claim.claimId)!;
    const settlements = claim.customers.map((customerId) =>
      settlementOfFact(customerId, factAbout(books, facts, customerId)),
    );
    const states = Object.entries(await settleClaim(books, claim, settlements)) as [NoticeState, number][];
    for (const [state, rows] of states) settled[state] = (settled[state] ?? 0) + rows;
  }
  return settled;
}

/** What a journal says of a customer. One of an older version has the key itself. */
export function factAbout(
  books: Books,
  facts: ReadonlyMap<CustomerId, DotFact>,
  customerId: CustomerId,
): DotFact | undefined {
  return facts.get(standInOf(books, customerId)) ?? facts.get(customerId);
}

function settlementOfFact(customerId: string, fact: DotFact | undefined): Settlement {
  if (fact === undefined || fact === 'refused') return { customerId, state: 'released' };
  if (fact === 'unanswered') return { customerId, state: 'in_doubt' };
  return { customerId, state: 'sent', replyCode: fact.code, queueId: fact.queueId };
}
