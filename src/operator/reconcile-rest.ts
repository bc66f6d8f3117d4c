import { randomUUID } from 'node:crypto';
import { type Found, findCandidates } from '../books/find-candidates';
import { type RebuildContext, type Rebuilt, rebuildClaim } from '../books/rebuild-claim';
import type { CustomerId } from '../incident/vocabulary';

/** As the worker of claims that stand for what no journal knows. */
export const MADE_UP = 'reconcile';
const PIECE = 2_000;

export interface Rest {
  upTo: CustomerId;
  /** Whose rows are rebuilt. */
  seen: Set<CustomerId>;
  /** Somebody whose journal is not here may have told them. */
  inDoubt: boolean;
}

/**
 * The other rows that are gone. Who cannot be mailed was skipped, and will be again. Whom somebody without a journal may have told
 * is in doubt; where every journal is here, they had no dot, and are as untouched as those that the run has not come to.
 */
export async function lookAtRest(context: RebuildContext, { upTo, seen, inDoubt }: Rest): Promise<number> {
  let count = 0;
  let after: CustomerId | null = null;
  const rebuiltAs = ({ candidate, state }: Found): Rebuilt | undefined => {
    if (state !== null || seen.has(candidate.customerId)) return undefined;
    if ('skip' in context.decide(candidate, context.wave)) return { state: 'released' };
    return inDoubt ? { state: 'in_doubt' } : undefined;
  };
  for (;;) {
    const piece: Found[] = await findCandidates(context.db, context, { after, upTo }, PIECE, 'unsettled');
    if (piece.length === 0) return count;
    const at = piece.at(-1)!.candidate.customerId;
    if (piece.some((row) => rebuiltAs(row) !== undefined)) {
      const claim = { token: randomUUID(), lane: MADE_UP, worker: MADE_UP, claimedAt: EARLIEST, after, at };
      count += (await rebuildClaim(context, claim, rebuiltAs)).in_doubt;
    }
    after = at;
  }
}

/** When they were claimed nobody knows: since their expiry. */
const EARLIEST = '2000-01-01 00:00:00';
