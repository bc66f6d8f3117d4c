import { sql } from 'kysely';
import { inTransaction } from '../company/in-transaction';
import { type AuditEntry, appendAudit } from './append-audit';
import type { LedgerDatabase } from './open-database';
import { type ServerIdentity, serverIdentity } from './server-identity';

/** From now on the incident's books are those of this server, by an operator's decision, on the record (I6). */
export async function adoptServer(db: LedgerDatabase, incident: number, entry: AuditEntry): Promise<void> {
  const here = await serverIdentity(db);
  await inTransaction(db, async (trx) => {
    await sql`UPDATE incidents SET server_identity = ${here} WHERE incident = ${incident}`.execute(trx);
    await appendAudit(trx, incident, entry);
  });
}

/** Whether the incident's books lie on another server than the one it began on, or was last reconciled on. */
export async function isOtherServer(
  db: LedgerDatabase,
  incident: number,
  here: ServerIdentity,
): Promise<boolean> {
  const { rows } = await sql<{ other: number }>`
    SELECT server_identity <> ${here} AS other FROM incidents WHERE incident = ${incident}`.execute(db);
  return Number(rows[0]!.other) === 1;
}
