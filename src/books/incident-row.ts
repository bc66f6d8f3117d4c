import { sql } from 'kysely';
import { type Company, readCompany } from '../company/company';
import { inTransaction } from '../company/in-transaction';
import type { Incident } from '../incident/incident-schema';
import type { Phase } from '../incident/vocabulary';
import { appendAudit } from './audit';
import { serverIdentity } from './ledger-identity';
import type { IncidentsTable } from './ledger-tables';
import type { Database, LedgerDatabase } from './open-database';

export type IncidentRow = {
  [Column in keyof IncidentsTable]: Column extends 'incident' ? number : IncidentsTable[Column];
} & {
  incident: number;
};

export interface NewIncident {
  incident: Incident;
  fileHash: string;
  contentHash: string;
  messageKey: Buffer;
  by: string;
}

/** The row of the incident with this id, as its file names it; undefined when it was never started. */
export async function findIncident(db: LedgerDatabase, incidentId: string): Promise<IncidentRow | undefined> {
  return (await db
    .selectFrom('incidents')
    .selectAll()
    .where('incident_id', '=', incidentId)
    .executeTakeFirst()) as IncidentRow | undefined;
}

/** Newest first. */
export async function listIncidents(db: LedgerDatabase): Promise<IncidentRow[]> {
  return (await db
    .selectFrom('incidents')
    .selectAll()
    .orderBy('incident', 'desc')
    .execute()) as IncidentRow[];
}

/** The file that the incident was started with. */
export function incidentOf(row: Pick<IncidentRow, 'file'>): Incident {
  return JSON.parse(row.file) as Incident;
}

/** Begins the books of an incident, gate open, and records who began it. Fails with 1062 when it has a row already. */
export async function insertIncident(db: LedgerDatabase, fresh: NewIncident): Promise<void> {
  const identity = await serverIdentity(db);
  const { incident, by } = fresh;
  await inTransaction(db, async (trx) => {
    const { insertId } = await sql`
      INSERT INTO incidents (incident_id, title, file_hash, file, content_hash, cutoff, phase, gate, gate_reason, gate_by,
        gate_since, fence, rate_per_second, message_key, server_identity, started_by, started_at)
      SELECT ${incident.id}, ${incident.title}, ${fresh.fileHash}, ${JSON.stringify(incident)}, ${fresh.contentHash},
        ${utcDateTime(incident.cutoff)}, 'expire', 'open', '', ${by}, UTC_TIMESTAMP(6), 0, ${incident.pace.perSecond},
        ${fresh.messageKey}, ${identity}, ${by}, UTC_TIMESTAMP(6)`.execute(trx);
    await appendAudit(trx, Number(insertId), {
      who: by,
      action: 'start',
      detail: {
        fileHash: fresh.fileHash,
        contentHash: fresh.contentHash,
        perSecond: incident.pace.perSecond,
      },
    });
    await appendAudit(trx, Number(insertId), { who: by, action: 'phase', detail: { phase: 'expire' } });
  });
}

/** Enters a phase: clears the frontier and the hold. A repeated call changes and records nothing. */
export async function enterPhase(
  db: LedgerDatabase,
  incident: number,
  phase: Phase,
  by: string,
  reason?: string,
): Promise<void> {
  await inTransaction(db, async (trx) => {
    const ends = phase === 'closed' || phase === 'cancelled';
    const { numAffectedRows } = await sql`
      UPDATE incidents SET phase = ${phase}, frontier = NULL, hold_reason = NULL,
        closed_at = ${ends ? sql`UTC_TIMESTAMP(6)` : sql`NULL`}
      WHERE incident = ${incident} AND phase NOT IN ('closed','cancelled') AND phase <> ${phase}`.execute(
      trx,
    );
    if (numAffectedRows !== 1n) return;
    await appendAudit(trx, incident, {
      who: by,
      action: 'phase',
      detail: reason ? { phase, reason } : { phase },
    });
  });
}

/** '2012-01-15T23:00:00Z' or with another offset, as a DATETIME in UTC. */
export function utcDateTime(instant: string): string {
  return new Date(instant).toISOString().slice(0, 23).replace('T', ' ');
}

/** The company's tables as an incident's file maps them, with this ledger's own key. @throws UnusableKeyError */
export async function companyOf({ db, companySchema }: Database, file: Incident): Promise<Company> {
  const { rows } = await sql<{ fingerprint_key: Buffer }>`SELECT fingerprint_key FROM ledger`.execute(db);
  return readCompany(db, companySchema, file, rows[0]!.fingerprint_key);
}

/** The incident is closed or cancelled: nothing can be decided any more. */
export class IncidentOverError extends Error {
  /** As a driver's error has one: what may be told without personal data. */
  readonly code = 'INCIDENT_OVER';
  constructor() {
    super('The incident is closed for good: nothing can be decided any more, and nothing was changed');
    this.name = 'IncidentOverError';
  }
}

/**
 * Locks the incident's row for a decision that changes notices, before the first of them: then either the incident's closing
 * waits and sees the decision, or the decision is refused.
 */
export async function lockOpenIncident(trx: LedgerDatabase, incident: number): Promise<void> {
  const { rows } = await sql<{ closed_at: string | null }>`
    SELECT closed_at FROM incidents WHERE incident = ${incident} FOR UPDATE`.execute(trx);
  if (rows[0]?.closed_at !== null) throw new IncidentOverError();
}
