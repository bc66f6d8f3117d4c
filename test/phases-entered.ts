import type { LedgerDatabase } from '../src/books/open-database';
import { auditEntries } from './audit-entries';

/** The phases that the runs of an incident have entered, by its audit. */
export async function phasesEntered(db: LedgerDatabase): Promise<string[]> {
  return (await auditEntries(db, { action: 'phase' })).map(({ detail }) => JSON.parse(detail).phase);
}

/** However often it was begun anew. Closing has an entry of its own. */
export const EACH_PHASE_ONCE = ['expire', 'verify', 'approval', 'canary', 'notify', 'settle', 'close'];
