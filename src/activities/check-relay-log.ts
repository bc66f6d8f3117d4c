import type { Database } from '../books/open-database';
import { EvidenceError } from '../evidence/log-file';
import type { IncidentRef, RelayLogChecked } from './contract';
import type { RunContexts } from './run-context';
import { disbeliefOf, searchRelayLog } from './search-relay-log';

/** A logger writes a moment after the relay has spoken: a log that lacks somebody is read once more. */
const AGAIN_AFTER_MS = 3_000;

/**
 * Whether the relay's log could settle who is in doubt, tried out on what is known to be sent (the canary). A log that cannot be
 * read is an answer too: the run does not depend on it.
 * @param files the relay's log, with its rotated ones; empty: nobody named it.
 */
export function checkRelayLog(database: Database, runs: RunContexts, files: string[]) {
  return async ({ incidentId }: IncidentRef): Promise<RelayLogChecked> => {
    if (files.length === 0) return { log: 'unnamed' };
    const { row } = await runs(incidentId);
    const look = async (): Promise<RelayLogChecked> => {
      try {
        const search = await searchRelayLog(database, row, {
          wave: 'notice',
          files,
          inDoubt: [],
          spans: null,
        });
        const why = disbeliefOf(search);
        return why === null ? { log: 'believable', known: search.known.size } : { log: 'doubtful', why };
      } catch (error) {
        if (!(error instanceof EvidenceError)) throw error;
        return { log: 'doubtful', why: error.message };
      }
    };
    const first = await look();
    if (first.log !== 'doubtful') return first;
    await new Promise((resolve) => setTimeout(resolve, AGAIN_AFTER_MS));
    return look();
  };
}
