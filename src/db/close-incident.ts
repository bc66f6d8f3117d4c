import { sql } from 'kysely';
import { appendAudit } from './append-audit';
import { inTransaction } from './in-transaction';
import type { LedgerDatabase } from './open-database';

/** Closes the incident for good, gate and all; a repeated call records nothing. The caller has checked the books. */
export async function closeIncident(
  db: LedgerDatabase,
  incident: number,
  by: string,
  facts: Record<string, unknown>,
): Promise<void> {
  await inTransaction(db, async (trx) => {
    const { numAffectedRows } = await sql`
      UPDATE incidents SET phase = 'closed', closed_at = UTC_TIMESTAMP(6), hold_reason = NULL, gate = 'closed',
        gate_reason = 'the incident is closed', gate_by = ${by.slice(0, 200)}, gate_since = UTC_TIMESTAMP(6), fence = fence + 1
      WHERE incident = ${incident} AND closed_at IS NULL`.execute(trx);
    if (numAffectedRows === 1n) await appendAudit(trx, incident, { who: by, action: 'close', detail: facts });
  });
}
