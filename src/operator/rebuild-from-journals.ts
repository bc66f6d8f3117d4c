import { settleFromJournal } from '../activities/settle-from-journal';
import { lostClaims } from '../books/lost-claims';
import { openClaimsOf } from '../books/open-claims';
import type { Database } from '../books/open-database';
import { type RebuildContext, type Rebuilt, type RebuiltCounts, rebuildClaim } from '../books/rebuild-claim';
import type { CustomerId, NoticeState } from '../incident/vocabulary';
import type { JournalClaim } from '../journal/journal-line';
import type { DotFact } from '../journal/read-journal';
import { factsOf, type JournalsFound } from './journals-of';

/** The rows of the claims that the ledger has lost; `seen`: whose rows were gone. */
export async function rebuildLost(context: RebuildContext, { whole }: JournalsFound) {
  const rebuilt: RebuiltCounts = { sent: 0, in_doubt: 0, released: 0 };
  const seen = new Set<CustomerId>();
  let lost = 0;
  for (const { path, worker, claims } of whole) {
    const missing = await lostClaims(context.db, claims);
    const facts = factsOf(path, missing);
    lost += missing.length;
    for (const claim of missing) {
      const inWave = { ...context, wave: claim.wave };
      const counts = await rebuildClaim(inWave, asLost(claim, worker), ({ candidate, state }) => {
        if (state === null && claim.wave === context.wave) seen.add(candidate.customerId);
        return rebuiltBy(facts.get(claim.claimId)!.get(candidate.customerId), state === null);
      });
      for (const state of ['sent', 'in_doubt', 'released'] as const) rebuilt[state] += counts[state];
    }
  }
  return { rebuilt, lost, seen };
}

/** Claims that the ledger has, and whose settling it has lost. */
export async function settleOpen(
  database: Database,
  { incident, company: { keyColumn }, go }: RebuildContext,
  journals: JournalsFound,
) {
  const settled: Partial<Record<NoticeState, number>> = {};
  let unsettled = 0;
  for (const { path, worker } of journals.whole) {
    const open = await openClaimsOf(database.db, incident, worker, keyColumn);
    unsettled += open.reduce((sum, { customers }) => sum + customers.length, 0);
    if (!go) continue;
    const states = (await settleFromJournal(database, { number: incident, keyColumn }, path, worker)) ?? {};
    for (const [state, count] of Object.entries(states) as [NoticeState, number][])
      settled[state] = (settled[state] ?? 0) + count;
  }
  return { unsettled, settled };
}

function asLost({ token, lane, claimedAt, after, at }: JournalClaim, worker: string) {
  return { token, lane, worker, claimedAt: claimedAt.slice(0, 23).replace('T', ' '), after, at };
}

/** @param rowIsGone a row that is there keeps its state unless the journal knows more. */
function rebuiltBy(fact: DotFact | undefined, rowIsGone: boolean): Rebuilt | undefined {
  if (fact === 'unanswered') return { state: 'in_doubt' };
  if (fact !== undefined && fact !== 'refused')
    return { state: 'sent', replyCode: fact.code, queueId: fact.queueId };
  return rowIsGone ? { state: 'released' } : undefined;
}
