import { rmSync } from 'node:fs';
import { type IncidentRow, incidentOf, listIncidents } from '../books/incident-row';
import type { LedgerDatabase } from '../books/open-database';
import { isoTime } from '../books/rows';
import { dueDates } from '../incident/retention';
import { incidentMark, journalsIn } from '../journal/journal-files';
import type { Journals } from '../journal/journals';
import { type TakeOverDependencies, takeOver } from './take-over';

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
      .catch(({ code, name }: NodeJS.ErrnoException) => {
        // The database may be away: the next look is soon.
        dependencies.log.warn(
          { code: code ?? name },
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

/** Journals are kept until their incident is over, for takeOver and reconcile, and as long after as its file says; then they go. */
export async function removeJournals(db: LedgerDatabase, journals: Journals): Promise<void> {
  const files = journalsIn(journals.folder);
  if (files.length === 0) return;
  const over = new Set(
    (await listIncidents(db))
      .filter((row) => neededUntil(row) < Date.now())
      .map(({ message_key }) => incidentMark(message_key)),
  );
  for (const { path, mark } of files) {
    if (!over.has(mark)) continue;
    journals.forget(mark);
    rmSync(path, { force: true });
  }
}

/** Milliseconds since 1970. */
function neededUntil(row: IncidentRow): number {
  if (row.closed_at === null) return Number.POSITIVE_INFINITY;
  const endedAt = isoTime(row.closed_at);
  const { dueAt } = dueDates(incidentOf(row), endedAt).find(({ kind }) => kind === 'journals')!;
  return Math.max(Date.parse(endedAt) + KEPT_MILLISECONDS, dueAt === null ? 0 : Date.parse(dueAt));
}
