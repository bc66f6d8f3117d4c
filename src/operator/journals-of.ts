import type { CustomerId } from '../incident/vocabulary';
import { bootId, incidentMark, isOnLocalDisk, journalsIn } from '../journal/journal-files';
import type { JournalClaim } from '../journal/journal-line';
import { addFact, type DotFact, entriesBackward, readJournalHeader } from '../journal/read-journal';

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
  const found: JournalsFound = { whole: [], worthless: [] };
  for (const folder of [own, ...copied]) {
    for (const { path } of journalsIn(folder).filter((file) => file.mark === mark)) {
      try {
        const { worker, boot } = readJournalHeader(path);
        if (folder === own && (boot !== bootId() || !isOnLocalDisk(folder))) {
          found.worthless.push({
            path,
            why: 'the machine has been started anew since, or its disk is not a local one',
          });
          continue;
        }
        const claims: JournalClaim[] = [];
        for (const entry of entriesBackward(path)) if (entry.kind === 'claim') claims.push(entry);
        found.whole.push({ path, worker, claims });
      } catch (error) {
        found.worthless.push({ path, why: (error as Error).message });
      }
    }
  }
  return found;
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
