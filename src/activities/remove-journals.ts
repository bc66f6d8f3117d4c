import { rmSync } from 'node:fs';
import { listIncidents } from '../books/incident-row';
import type { LedgerDatabase } from '../books/open-database';
import { incidentMark, journalsIn } from '../journal/journal-files';
import type { Journals } from '../journal/journals';

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
