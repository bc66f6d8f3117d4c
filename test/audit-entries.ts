import { sql } from 'kysely';
import type { AuditTable } from '../src/books/ledger-tables';
import type { LedgerDatabase } from '../src/books/open-database';

/** What the audit has, oldest first: all of it, or of one kind of decision, or of one incident. */
export async function auditEntries(
  db: LedgerDatabase,
  { action = null, incident = null }: { action?: string | null; incident?: number | null } = {},
): Promise<Pick<AuditTable, 'who' | 'action' | 'detail'>[]> {
  const { rows } = await sql<Pick<AuditTable, 'who' | 'action' | 'detail'>>`
    SELECT who, action, detail FROM audit
    WHERE (${action} IS NULL OR action = ${action}) AND (${incident} IS NULL OR incident = ${incident})
    ORDER BY incident, seq`.execute(db);
  return rows;
}
