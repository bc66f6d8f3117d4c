import type { Claimed, LaneBooks } from '../books/claim';
import type { CustomerId } from '../incident/vocabulary';
import type { Journal } from '../journal/open-journal';
import type { DotQuestion, Outcome, Outgoing } from '../smtp/outcome';

export interface JournaledDots {
  /** Writes the dot down; why it could not, if it could not. */
  objection(question: DotQuestion<CustomerId>): string | null;
  answered(message: Outgoing<CustomerId>, outcome: Outcome): void;
  /** The error for which the journal could not be written: from then on no further dot went out. */
  unwritten(): unknown;
}

/**
 * No dot goes out that is not in the journal first: neither where the claim is not, nor where the disk is full.
 * @param journal null where this process keeps none. @param after where the claim's scan began.
 */
export function journalDots(
  journal: Journal | null,
  { wave, lane }: Pick<LaneBooks, 'wave' | 'lane'>,
  { claimId, token, at, customers }: Claimed,
  after: CustomerId | null,
): JournaledDots {
  if (journal === null) return { objection: () => null, answered: () => undefined, unwritten: () => null };
  const [first, last] = [customers[0]!.customerId, customers.at(-1)!.customerId];
  const claimedAt = new Date().toISOString();
  const begin = () =>
    journal.claimed({ claimId: claimId!, token, claimedAt, wave, lane, after, at, first, last });
  let unwritten: unknown = null;
  const written = (write: () => void) => {
    if (unwritten !== null) return;
    try {
      write();
    } catch (error) {
      unwritten = error;
    }
  };
  written(begin);
  return {
    objection({ message, session }) {
      written(() => journal.dot(claimId!, message.key!, `${lane}/${session}`));
      return unwritten === null ? null : 'the dot journal cannot be written';
    },
    answered: (message, outcome) => journal.answered(claimId!, message.key!, outcome),
    unwritten: () => unwritten,
  };
}
