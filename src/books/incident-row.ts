import { sql } from 'kysely';
import { type Company, readCompany } from '../company/company';
import type { Incident } from '../incident/incident-schema';
import { appendAudit } from './audit-chain';
import { type BareBooks, type Books, type KeepHead, transaction } from './books';
import { markOf } from './judge-audit';
import { serverIdentity } from './ledger-identity';
import type { IncidentsTable } from './ledger-tables';
import type { Database, LedgerDatabase } from './open-database';
import { sqlTime } from './rows';

export type IncidentRow = IncidentsTable;

/** The row of the incident with this id, as its file names it; undefined when it was never started. */
export async function findIncident(db: LedgerDatabase, incidentId: string): Promise<IncidentRow | undefined> {
  const { rows } = await sql<IncidentRow>`SELECT * FROM incidents WHERE incident_id = ${incidentId}`.execute(
    db,
  );
  return rows[0];
}

/** Newest first. */
export async function listIncidents(db: LedgerDatabase): Promise<IncidentRow[]> {
  const { rows } = await sql<IncidentRow>`SELECT * FROM incidents ORDER BY incident DESC`.execute(db);
  return rows;
}

/** Asked each second by every worker: not the files. */
export async function listRuns(db: LedgerDatabase): Promise<{ incidentId: string; closed: boolean }[]> {
  const { rows } = await sql<Pick<IncidentRow, 'incident_id' | 'closed_at'>>`
    SELECT incident_id, closed_at FROM incidents`.execute(db);
  return rows.map(({ incident_id: incidentId, closed_at }) => ({ incidentId, closed: closed_at !== null }));
}

/** The file of an incident, or of one of its versions: the row of the incident has the newest. */
export function incidentOf(row: Pick<IncidentRow, 'file'>): Incident {
  return JSON.parse(row.file) as Incident;
}

export function bareBooks(
  { db, keepHead }: Pick<Database, 'db' | 'keepHead'>,
  { incident }: Pick<IncidentRow, 'incident'>,
): BareBooks {
  return { db, incident, keepHead };
}

/** @throws UnusableKeyError */
export async function openBooks(
  database: Pick<Database, 'db' | 'companySchema'>,
  row: IncidentRow,
): Promise<Books> {
  return {
    ...bareBooks(database, row),
    company: await companyOf(database, incidentOf(row)),
    messageKey: row.message_key,
  };
}

/** The company's tables as an incident's file maps them, with this ledger's own key. @throws UnusableKeyError */
export async function companyOf(
  { db, companySchema }: Pick<Database, 'db' | 'companySchema'>,
  file: Incident,
): Promise<Company> {
  const { rows } = await sql<{ fingerprintKey: Buffer }>`
    SELECT fingerprint_key AS fingerprintKey FROM ledger`.execute(db);
  return readCompany(db, companySchema, file, rows[0]!.fingerprintKey);
}

export interface NewIncident {
  incident: Incident;
  fileHash: string;
  contentHash: string;
  messageKey: Buffer;
  by: string;
  /** Login and host of whoever starts it. */
  login?: string;
}

/** Begins the books of an incident, gate open, and records who began it. Fails with 1062 when it has a row already. */
export async function insertIncident(
  db: LedgerDatabase,
  fresh: NewIncident,
  keepHead?: KeepHead,
): Promise<void> {
  const identity = await serverIdentity(db);
  const { incident: file, fileHash, contentHash, by, login } = fresh;
  await transaction({ db, incident: NOT_YET_NUMBERED, keepHead }, async (begun) => {
    const { insertId } = await sql`
      INSERT INTO incidents (incident_id, title, file_hash, file, content_hash, cutoff, phase, gate, gate_reason, gate_by,
        gate_since, fence, rate_per_second, message_key, server_identity, started_by, started_at)
      SELECT ${file.id}, ${file.title}, ${fileHash}, ${JSON.stringify(file)}, ${contentHash},
        ${sqlTime(Date.parse(file.cutoff))}, 'expire', 'open', '', ${by}, UTC_TIMESTAMP(6), 0, ${file.pace.perSecond},
        ${fresh.messageKey}, ${identity}, ${by}, UTC_TIMESTAMP(6)`.execute(begun.db);
    const books = { ...begun, incident: Number(insertId) };
    await sql`
      INSERT INTO file_versions (incident, version, file_hash, content_hash, file, proposed_by, proposed_at, since)
      SELECT incident, version, file_hash, content_hash, file, started_by, started_at, started_at
      FROM incidents WHERE incident = ${books.incident}`.execute(begun.db);
    const { rows } = await sql<Pick<IncidentRow, 'server_identity'>>`
      SELECT server_identity FROM incidents WHERE incident = ${books.incident}`.execute(begun.db);
    await appendAudit(books, {
      who: by,
      action: 'start',
      detail: {
        ...{ fileHash, contentHash, perSecond: file.pace.perSecond },
        ...{ messageKey: markOf(fresh.messageKey), server: markOf(rows[0]!.server_identity) },
        ...(login === undefined ? {} : { login }),
      },
    });
    await appendAudit(books, { who: by, action: 'phase', detail: { phase: 'expire' } });
  });
}

/** The server numbers it with its row. */
const NOT_YET_NUMBERED = Number.NaN;
