import { hasNotice } from '../books/notices';
import { lostClaims } from '../books/unsettled-claims';
import type { KeyRange, Wave } from '../incident/vocabulary';
import { incidentMark, journalsIn } from '../journal/journal-files';
import type { JournalClaim } from '../journal/journal-line';
import type { Journals } from '../journal/journals';
import { entriesBackward, TornJournalError } from '../journal/read-journal';
import type { RunContext } from './run-context';

/**
 * Whether the ledger still has what it had acknowledged (I2): the row where an earlier slice of this range came to, and the last
 * claim of every process of this machine, living or dead. What this process claims itself is asked for in each claim.
 */
export async function isNothingLost(
  run: RunContext,
  journals: Journals | null,
  { range, wave }: { range: KeyRange; wave: Wave },
): Promise<boolean> {
  const { books } = run;
  if (range.begun && range.after !== null) {
    if (!(await hasNotice(books, wave, range.after))) return false;
  }
  if (journals === null || run.acknowledged.last !== null) return true;
  const last = journalsIn(journals.folder)
    .filter(({ mark }) => mark === incidentMark(run.row.message_key))
    .flatMap(({ path }) => lastClaimIn(path) ?? []);
  return (await lostClaims(books.db, last)).length === 0;
}

function lastClaimIn(path: string): JournalClaim | null {
  try {
    for (const entry of entriesBackward(path)) if (entry.kind === 'claim') return entry;
  } catch (error) {
    if (!(error instanceof TornJournalError)) throw error;
  }
  return null;
}
