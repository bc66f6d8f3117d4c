import { sql } from 'kysely';
import { inTransaction } from '../company/in-transaction';
import { appendAudit } from './append-audit';
import type { LedgerDatabase } from './open-database';

/** The number of the last decision in the audit log. */
export async function lastDecision(db: LedgerDatabase, incident: number): Promise<number> {
  const { rows } = await sql<{
    seq: number;
  }>`SELECT MAX(seq) AS seq FROM audit WHERE incident = ${incident}`.execute(db);
  return Number(rows[0]!.seq);
}

/**
 * Closes the incident for good, gate and all; a repeated call records nothing. The caller has checked the books.
 * @param checkedAt the last decision before that check. One that came since (`retry`, `settle --decide resend`) may have
 * reopened notices: then nothing is done.
 * @returns whether it is closed.
 */
export async function closeIncident(
  db: LedgerDatabase,
  incident: number,
  { by, facts, checkedAt }: { by: string; facts: Record<string, unknown>; checkedAt: number },
): Promise<boolean> {
  return inTransaction(db, async (trx) => {
    const { rows } = await sql<{ closed_at: string | null }>`
      SELECT closed_at FROM incidents WHERE incident = ${incident} FOR UPDATE`.execute(trx);
    if (rows[0]!.closed_at !== null) return true;
    // Whoever decides holds this row's lock from before the first notice is changed (lock-open-incident.ts).
    if ((await lastDecision(trx, incident)) !== checkedAt) return false;
    await sql`
      UPDATE incidents SET phase = 'closed', closed_at = UTC_TIMESTAMP(6), hold_reason = NULL, gate = 'closed',
        gate_reason = 'the incident is closed', gate_by = ${by.slice(0, 200)}, gate_since = UTC_TIMESTAMP(6), fence = fence + 1
      WHERE incident = ${incident}`.execute(trx);
    await appendAudit(trx, incident, { who: by, action: 'close', detail: facts });
    return true;
  });
}
