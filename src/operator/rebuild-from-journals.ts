import { randomUUID } from 'node:crypto';
import { factAbout, settleFromJournal } from '../activities/settlement';
import { type Booked, findCandidates } from '../books/candidates';
import { type RebuildBooks, type Rebuilt, type RebuiltCounts, rebuildClaim } from '../books/rebuild-claim';
import { keysFor } from '../books/stand-ins';
import { lostClaims, openClaimsOf } from '../books/unsettled-claims';
import type { CustomerId, NoticeState } from '../incident/vocabulary';
import { bootId, incidentMark, isOnLocalDisk, journalsIn } from '../journal/journal-files';
import type { JournalClaim } from '../journal/journal-line';
import { addFact, type DotFact, entriesBackward, readJournalHeader } from '../journal/read-journal';

/** The rows of the claims that the ledger has lost; `seen`: whose rows were gone. */
export async function rebuildLost(books: RebuildBooks, { whole }: JournalsFound) {
  const rebuilt: RebuiltCounts = { sent: 0, in_doubt: 0, released: 0 };
  const seen = new Set<CustomerId>();
  let lost = 0;
  const missingOf = new Map<string, JournalClaim[]>();
  for (const { path, claims } of whole) missingOf.set(path, await lostClaims(books.db, claims));
  const ends = [...missingOf.values()]
    .flat()
    .flatMap(({ after, at }) => (after === null ? [at] : [after, at]));
  const keys = await keysFor(books, ends);
  for (const { path, worker } of whole) {
    const missing = missingOf.get(path)!;
    const facts = factsOf(path, missing);
    lost += missing.length;
    for (const claim of missing) {
      const inWave = { ...books, wave: claim.wave };
      const counts = await rebuildClaim(inWave, asLost(claim, worker, keys), ({ customerId, state }) => {
        if (state === null && claim.wave === books.wave) seen.add(customerId);
        return rebuiltBy(factAbout(books, facts.get(claim.claimId)!, customerId), state === null);
      });
      for (const state of ['sent', 'in_doubt', 'released'] as const) rebuilt[state] += counts[state];
    }
  }
  return { rebuilt, lost, seen };
}

/** Claims that the ledger has, and whose settling it has lost. */
export async function settleOpen(books: RebuildBooks, journals: JournalsFound) {
  const settled: Partial<Record<NoticeState, number>> = {};
  let unsettled = 0;
  for (const { path, worker } of journals.whole) {
    const open = await openClaimsOf(books, worker);
    unsettled += open.reduce((sum, { customers }) => sum + customers.length, 0);
    if (!books.go) continue;
    const states = (await settleFromJournal(books, path, worker)) ?? {};
    for (const [state, count] of Object.entries(states) as [NoticeState, number][])
      settled[state] = (settled[state] ?? 0) + count;
  }
  return { unsettled, settled };
}

/** @param keys for which stands what the journal has. */
function asLost(
  { token, lane, claimedAt, after, at }: JournalClaim,
  worker: string,
  keys: ReadonlyMap<CustomerId, CustomerId>,
) {
  const span = { after: after === null ? null : keys.get(after)!, at: keys.get(at)! };
  return { token, lane, worker, claimedAt: claimedAt.slice(0, 23).replace('T', ' '), ...span };
}

/** @param rowIsGone a row that is there keeps its state unless the journal knows more. */
function rebuiltBy(fact: DotFact | undefined, rowIsGone: boolean): Rebuilt | undefined {
  if (fact === 'unanswered') return { state: 'in_doubt' };
  if (fact !== undefined && fact !== 'refused')
    return { state: 'sent', replyCode: fact.code, queueId: fact.queueId };
  return rowIsGone ? { state: 'released' } : undefined;
}

/** As the worker of claims that stand for what no journal knows. */
export const MADE_UP = 'reconcile';
const PIECE = 2_000;

export interface Rest {
  upTo: CustomerId;
  /** Whose rows are rebuilt. */
  seen: Set<CustomerId>;
  /** Whose row is gone may have been told. */
  inDoubt: boolean;
  /** A worker whose journal is not here may have told anybody: also whom the older copy has as free, or put off (I2). */
  isWorkerUnknown: boolean;
}

/**
 * The other rows that are gone. Customers who cannot be mailed were skipped, and will be again. Customers whom a worker may have told
 * whose journal is not here are in doubt; where every journal is here, they had no dot, and the run comes to them as to any other.
 */
export async function lookAtRest(
  books: RebuildBooks,
  { upTo, seen, inDoubt, isWorkerUnknown }: Rest,
): Promise<number> {
  let count = 0;
  let after: CustomerId | null = null;
  const rebuiltAs = (booked: Booked): Rebuilt | undefined => {
    if (seen.has(booked.customerId)) return undefined;
    const isFree = booked.state === 'released' || booked.state === 'deferred';
    if (booked.state !== null && !(isFree && isWorkerUnknown)) return undefined;
    if ('skip' in books.decide(booked, books.wave))
      return booked.state === null ? { state: 'released' } : undefined;
    return inDoubt ? { state: 'in_doubt' } : undefined;
  };
  for (;;) {
    const piece: Booked[] = await findCandidates(books, { after, upTo }, PIECE, 'unsettled');
    if (piece.length === 0) return count;
    const at = piece.at(-1)!.customerId;
    if (piece.some((booked) => rebuiltAs(booked) !== undefined)) {
      const claim = { token: randomUUID(), lane: MADE_UP, worker: MADE_UP, claimedAt: EARLIEST, after, at };
      count += (await rebuildClaim(books, claim, rebuiltAs)).in_doubt;
    }
    after = at;
  }
}

/** Nobody knows when they were claimed: before any expiry, so that rebuildClaim() takes the moment of each customer's. */
const EARLIEST = '2000-01-01 00:00:00';

/** A journal that can be believed. */
export interface WholeJournal {
  path: string;
  worker: string;
  /** The latest first. */
  claims: JournalClaim[];
}

export interface JournalsFound {
  whole: WholeJournal[];
  /** With what is wrong. */
  worthless: { path: string; why: string }[];
}

/**
 * The incident's journals.
 * @param own of this machine: one of an earlier boot is worth nothing.
 * @param copied from other machines, by an operator who says that they have not gone down since.
 */
export function journalsOf(messageKey: Buffer, own: string, copied: readonly string[]): JournalsFound {
  const mark = incidentMark(messageKey);
  const journals: JournalsFound = { whole: [], worthless: [] };
  for (const folder of [own, ...copied]) {
    for (const { path } of journalsIn(folder).filter((file) => file.mark === mark)) {
      try {
        const { worker, boot } = readJournalHeader(path);
        if (folder === own && (boot !== bootId() || !isOnLocalDisk(folder))) {
          journals.worthless.push({
            path,
            why: 'the machine was restarted since, or its disk is not local',
          });
          continue;
        }
        const claims: JournalClaim[] = [];
        for (const entry of entriesBackward(path)) if (entry.kind === 'claim') claims.push(entry);
        journals.whole.push({ path, worker, claims });
      } catch (error) {
        journals.worthless.push({ path, why: (error as Error).message });
      }
    }
  }
  return journals;
}

/** What the journal says of the customers of these claims. */
export function factsOf(
  path: string,
  claims: readonly JournalClaim[],
): Map<string, Map<CustomerId, DotFact>> {
  const facts = new Map(claims.map(({ claimId }) => [claimId, new Map<CustomerId, DotFact>()]));
  for (const entry of entriesBackward(path)) {
    if (entry.kind === 'dot' || entry.kind === 'taken' || entry.kind === 'refused')
      addFact(facts.get(entry.claimId), entry);
  }
  return facts;
}
