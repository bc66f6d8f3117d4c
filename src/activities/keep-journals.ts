import { rmSync } from 'node:fs';
import type { Claimed, LaneBooks } from '../books/claim';
import { listIncidents } from '../books/incident-row';
import type { LedgerDatabase } from '../books/open-database';
import type { CustomerId } from '../incident/vocabulary';
import { incidentMark, journalsIn } from '../journal/journal-files';
import type { Journals } from '../journal/journals';
import type { Journal } from '../journal/open-journal';
import type { DotQuestion, Outcome, Outgoing } from '../smtp/outcome';
import { type TakeOverDependencies, takeOver } from './take-over';

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

const EVERY_MILLISECONDS = 2_000;
const REMOVE_EVERY_LOOKS = 30;

/** Every two seconds: was another worker of this machine killed? What it left is settled. Each minute: what may be removed? */
export function keepJournals(
  journals: Journals,
  dependencies: Omit<TakeOverDependencies, 'folder' | 'ownId' | 'known'>,
): { stop(): Promise<void> } {
  const known: TakeOverDependencies['known'] = new Map();
  const { folder, id: ownId } = journals;
  let looking: Promise<void> = Promise.resolve();
  let looks = 0;
  let busy = false;
  const look = () => {
    if (busy) return;
    busy = true;
    looking = takeOver({ ...dependencies, folder, ownId, known })
      .then(() =>
        looks++ % REMOVE_EVERY_LOOKS === 0 ? removeJournals(dependencies.database.db, journals) : undefined,
      )
      .catch(({ code, message }: NodeJS.ErrnoException) => {
        // The database may be away: the next look is soon.
        dependencies.log.warn(
          { code: code ?? message },
          'the journals of killed workers could not be settled yet',
        );
      })
      .finally(() => {
        busy = false;
      });
  };
  const timer = setInterval(look, EVERY_MILLISECONDS);
  look();
  return {
    stop: () => {
      clearInterval(timer);
      return looking;
    },
  };
}

/** What a killed worker left of an incident is taken over long before. */
const KEPT_MILLISECONDS = 10 * 60_000;

/** Journals are kept until their incident is over, for takeOver and reconcile; then they go. */
export async function removeJournals(db: LedgerDatabase, journals: Journals): Promise<void> {
  const files = journalsIn(journals.folder);
  if (files.length === 0) return;
  const over = new Set(
    (await listIncidents(db))
      .filter(
        ({ closed_at: at }) =>
          at !== null && Date.parse(`${at.replace(' ', 'T')}Z`) < Date.now() - KEPT_MILLISECONDS,
      )
      .map(({ message_key }) => incidentMark(message_key)),
  );
  for (const { path, mark } of files) {
    if (!over.has(mark)) continue;
    journals.forget(mark);
    rmSync(path, { force: true });
  }
}
