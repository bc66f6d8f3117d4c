import type { ClaimContext } from '../books/claim-context';
import type { Claimed } from '../books/claim-notices';
import type { CustomerId } from '../incident/vocabulary';
import type { Journal } from '../journal/open-journal';
import type { DotQuestion, Outcome, Outgoing } from '../smtp/outcome';

export interface DotJournal {
  /** Null where this process keeps none. */
  journal: Journal | null;
  context: Pick<ClaimContext, 'wave' | 'lane'>;
  /** Where the claim's scan began. */
  after: CustomerId | null;
  mayDot(question: DotQuestion<CustomerId>): boolean;
}

/** No dot goes out that is not in the journal first: neither where the claim is not, nor where the disk is full. */
export function journalDots({ journal, context, mayDot, after }: DotJournal, claim: Claimed) {
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
    mayDot: (question: DotQuestion<CustomerId>) =>
      mayDot(question) &&
      writes(() => journal.dot(claimId!, question.message.key!, `${lane}/${question.session}`)),
    answered: (message: Outgoing<CustomerId>, outcome: Outcome) =>
      journal.answered(claimId!, message.key!, outcome),
    /** Why the journal could not be written, if it could not: then no further dot went out. */
    unwritten: () => unwritten,
  };
}
