import { sql } from 'kysely';
import { inTransaction } from '../company/in-transaction';
import type { SqlKey } from '../company/key-column';
import { type AuditEntry, appendAudit } from './audit';
import type { LedgerDatabase } from './open-database';

/** The new rate holds from the next claim on. A repeated call records nothing. */
export async function setRate(
  db: LedgerDatabase,
  incident: number,
  perSecond: number,
  by: string,
): Promise<void> {
  await inTransaction(db, async (trx) => {
    const { numAffectedRows } = await sql`
      UPDATE incidents SET rate_per_second = ${perSecond}
      WHERE incident = ${incident} AND rate_per_second <> ${perSecond}`.execute(trx);
    if (numAffectedRows === 1n)
      await appendAudit(trx, incident, { who: by, action: 'rate', detail: { perSecond } });
  });
}

/** The first approval stands; a repeated call records nothing. */
export async function recordApproval(
  db: LedgerDatabase,
  incident: number,
  by: string,
  contentHash: string,
): Promise<void> {
  await inTransaction(db, async (trx) => {
    const { numAffectedRows } = await sql`
      UPDATE incidents SET approved_by = ${by.slice(0, 200)}, approved_hash = ${contentHash}, approved_at = UTC_TIMESTAMP(6)
      WHERE incident = ${incident} AND approved_at IS NULL`.execute(trx);
    if (numAffectedRows === 1n)
      await appendAudit(trx, incident, { who: by, action: 'approve', detail: { contentHash } });
  });
}

/** Why the run waits, on the row until somebody resumes it (null, by their word). A repeated call records nothing. */
export async function recordHold(
  db: LedgerDatabase,
  incident: number,
  reason: string | null,
  by = 'the workflow',
): Promise<void> {
  const words = reason?.slice(0, 1000) ?? null;
  await inTransaction(db, async (trx) => {
    const { numAffectedRows } = await sql`
      UPDATE incidents SET hold_reason = ${words}
      WHERE incident = ${incident} AND NOT (hold_reason <=> ${words})`.execute(trx);
    if (numAffectedRows !== 1n) return;
    const entry =
      words === null ? { action: 'resume', detail: {} } : { action: 'hold', detail: { reason: words } };
    await appendAudit(trx, incident, { who: by, ...entry });
  });
}

/** Planning may begin behind this key after a loss of Temporal: a hint, moved without a record. */
export async function saveFrontier(db: LedgerDatabase, incident: number, frontier: SqlKey): Promise<void> {
  await sql`UPDATE incidents SET frontier = ${frontier} WHERE incident = ${incident}`.execute(db);
}

/** Appends the entry unless one of this action is there already; true when it was appended now. */
export async function recordOnce(db: LedgerDatabase, incident: number, entry: AuditEntry): Promise<boolean> {
  return inTransaction(db, async (trx) => {
    const known = await sql`
      SELECT incident FROM incidents i WHERE i.incident = ${incident}
        AND EXISTS (SELECT 1 FROM audit a WHERE a.incident = i.incident AND a.action = ${entry.action}) FOR UPDATE`.execute(
      trx,
    );
    if (known.rows.length > 0) return false;
    await appendAudit(trx, incident, entry);
    return true;
  });
}

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
    // Whoever decides holds this row's lock from before the first notice is changed (incident-row.ts).
    if ((await lastDecision(trx, incident)) !== checkedAt) return false;
    await sql`
      UPDATE incidents SET phase = 'closed', closed_at = UTC_TIMESTAMP(6), hold_reason = NULL, gate = 'closed',
        gate_reason = 'the incident is closed', gate_by = ${by.slice(0, 200)}, gate_since = UTC_TIMESTAMP(6), fence = fence + 1
      WHERE incident = ${incident}`.execute(trx);
    await appendAudit(trx, incident, { who: by, action: 'close', detail: facts });
    return true;
  });
}
