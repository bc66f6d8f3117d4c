import type { Claimed, LaneBooks } from '../books/claim';
import { standInOf } from '../books/stand-ins';
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
  books: LaneBooks,
  { claimId, token, at, customers }: Claimed,
  after: CustomerId | null,
): JournaledDots {
  if (journal === null) return { objection: () => null, answered: () => undefined, unwritten: () => null };
  const { wave, lane } = books;
  const named = (customerId: CustomerId) => standInOf(books, customerId);
  const claimedAt = new Date().toISOString();
  const begin = () =>
    journal.claimed({
      claimId: claimId!,
      token,
      claimedAt,
      wave,
      lane,
      after: after === null ? null : named(after),
      at: named(at),
      first: named(customers[0]!.customerId),
      last: named(customers.at(-1)!.customerId),
    });
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
      written(() => journal.dot(claimId!, named(message.key!), `${lane}/${session}`));
      return unwritten === null ? null : 'the dot journal cannot be written';
    },
    answered: (message, outcome) => journal.answered(claimId!, named(message.key!), outcome),
    unwritten: () => unwritten,
  };
}
