import type { LedgerDatabase } from '../books/open-database';
import { keepWatch, type Watch } from './keep-watch';

/** Of the gate: after a pause (also `pause --direct`, also the breaker of another worker) no dot goes out two seconds later. */
export function watchGate(db: LedgerDatabase, incident: number): Watch {
  return keepWatch(async () => {
    const row = await db
      .selectFrom('incidents')
      .select('gate')
      .where('incident', '=', incident)
      .executeTakeFirstOrThrow();
    return row.gate === 'open';
  });
}
