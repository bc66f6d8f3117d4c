import { findLedger } from '../books/ledger-identity';
import type { Database } from '../books/open-database';
import type { BreachActivities, IncidentRef } from './contract';
import { failure } from './failure';

/**
 * Every activity asks first whether the run's ledger is the one that this worker's database holds, at this moment: it may have been
 * dropped and made anew. The task queue keeps other ledgers' work away; should it come all the same, nothing is done. Retryable: a
 * worker of the right ledger may take the next attempt; without one the run holds, with these words.
 */
export function ownLedgerOnly(activities: BreachActivities, database: Database): BreachActivities {
  const entries = Object.entries(activities).map(([name, activity]) => [
    name,
    async (input: IncidentRef) => {
      const found = await findLedger(database);
      if (found?.id !== input.ledgerId) throw otherLedger(input, found?.id ?? null, database);
      return activity(input as never);
    },
  ]);
  return Object.fromEntries(entries) as BreachActivities;
}

function otherLedger({ ledgerId }: IncidentRef, found: string | null, { address }: Database): Error {
  const here = found === null ? 'holds no ledger' : `holds the ledger ${found}`;
  return failure('OtherLedger', ledgerId, address, here);
}
