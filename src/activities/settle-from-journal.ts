import { openClaimsOf } from '../books/open-claims';
import type { Database } from '../books/open-database';
import { type Settlement, settleClaim } from '../books/settle-claim';
import type { KeyColumn } from '../company/key-column';
import type { NoticeState } from '../incident/vocabulary';
import { type DotFact, dotsOf } from '../journal/read-journal';

/**
 * Settles a worker's open claims by its journal: undotted is released, answered gets its answer, a dot without an answer is in
 * doubt. For a worker that claims no more. Safe to repeat and to race.
 * @returns null when it had no open claim.
 * @throws TornJournalError
 */
export async function settleFromJournal(
  { db }: Database,
  { number: incident, keyColumn }: { number: number; keyColumn: KeyColumn },
  journal: string,
  worker: string,
): Promise<Partial<Record<NoticeState, number>> | null> {
  const claims = await openClaimsOf(db, incident, worker, keyColumn);
  if (claims.length === 0) return null;
  const dots = dotsOf(
    journal,
    claims.map(({ claimId }) => claimId),
  );
  const settled: Partial<Record<NoticeState, number>> = {};
  for (const { claimId, token: claimToken, wave, customers } of claims) {
    const facts = dots.get(claimId)!;
    const context = { db, incident, wave, keyColumn, claimId, claimToken };
    const settlements = customers.map((customerId) => settlementOfFact(customerId, facts.get(customerId)));
    const states = Object.entries(await settleClaim(context, settlements)) as [NoticeState, number][];
    for (const [state, rows] of states) settled[state] = (settled[state] ?? 0) + rows;
  }
  return settled;
}

function settlementOfFact(customerId: string, fact: DotFact | undefined): Settlement {
  if (fact === undefined || fact === 'refused') return { customerId, state: 'released' };
  if (fact === 'unanswered') return { customerId, state: 'in_doubt' };
  return { customerId, state: 'sent', replyCode: fact.code, queueId: fact.queueId };
}
