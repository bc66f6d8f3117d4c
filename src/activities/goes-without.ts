import { createHmac } from 'node:crypto';
import type pino from 'pino';
import { readReceivers } from '../books/receivers';
import { readRelays } from '../books/relays';
import { BY_BREAKER, type GoesWithout } from '../incident/goes-without';
import type { Receiver } from '../incident/receiver';
import type { IncidentRef } from './contract';
import type { RunContexts } from './run-context';

/** More calls would be no news: ten within a minute close the gate. */
const MOST_TOLD = 20;

/**
 * What the breaker has put away by now, read after each activity: whichever worker did it, and wherever that one died, the next one to
 * answer tells the run. Never throws; null: it could not be read. A receiver is told by a mark that only this ledger can make (C93).
 */
export function goesWithout(runs: RunContexts, log: pino.Logger) {
  return async ({ incidentId }: IncidentRef): Promise<GoesWithout | null> => {
    try {
      const { books, row } = await runs(incidentId);
      const newestFirst = <Known extends { since: string }>(known: Known[]) =>
        known.sort((left, right) => (left.since < right.since ? 1 : -1)).slice(0, MOST_TOLD);
      const aside = (await readReceivers(books)).filter(({ state }) => state === 'aside');
      const out = (await readRelays(books)).filter(
        ({ state, putBy }) => state === 'out' && putBy === BY_BREAKER,
      );
      return {
        aside: aside.length,
        receivers: newestFirst(aside).map(({ receiver, since }) => ({
          mark: markOf(row.message_key, receiver),
          since,
        })),
        relays: newestFirst(out).map(({ relay, since, reason }) => ({ relay, since, reason })),
      };
    } catch (error) {
      const { code, errno, name: kind } = error as { code?: string; errno?: number; name?: string };
      log.warn({ code, errno, kind }, 'what the breaker has put away could not be read');
      return null;
    }
  };
}

function markOf(key: Buffer, receiver: Receiver): string {
  return createHmac('sha256', key).update(receiver).digest('hex').slice(0, 16);
}
