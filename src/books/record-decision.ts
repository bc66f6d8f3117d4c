import { sql } from 'kysely';
import { inTransaction } from '../company/in-transaction';
import type { SqlKey } from '../company/key-column';
import { type AuditEntry, appendAudit } from './append-audit';
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
