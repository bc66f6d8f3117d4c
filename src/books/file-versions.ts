import { sql } from 'kysely';
import type { Incident } from '../incident/incident-schema';
import type { BareBooks } from './books';
import { isOlderLedger } from './ledger-identity';
import type { FileVersionsTable } from './ledger-tables';
import type { LedgerDatabase } from './open-database';

/** A file that is to take the place of the one that a run has. */
export interface Proposal {
  incident: Incident;
  fileHash: string;
  contentHash: string;
  by: string;
}

/**
 * Writes down what a run is to be amended to: it goes to the run by the number alone, since no text belongs into Temporal. Nothing is in
 * effect by it, and it stays for good, whatever becomes of it.
 */
export async function proposeFile(books: BareBooks, proposal: Proposal): Promise<number> {
  const { incident: file, fileHash, contentHash, by } = proposal;
  const { insertId } = await sql`
    INSERT INTO file_versions (incident, file_hash, content_hash, file, proposed_by, proposed_at)
    VALUES (${books.incident}, ${fileHash}, ${contentHash}, ${JSON.stringify(file)}, ${by}, UTC_TIMESTAMP(6))`.execute(
    books.db,
  );
  return Number(insertId);
}

/** Undefined: this incident has none of that number. */
export async function readProposal(
  { db, incident }: BareBooks,
  id: number,
): Promise<FileVersionsTable | undefined> {
  const { rows } = await sql<FileVersionsTable>`
    SELECT * FROM file_versions WHERE incident = ${incident} AND id = ${id}`.execute(db);
  return rows[0];
}

/** A version that is or was in effect. */
export type FileVersion = FileVersionsTable & { version: number; since: string };

/** In their order; the last one is in effect. */
export async function listVersions({ db, incident }: BareBooks): Promise<FileVersion[]> {
  const { rows } = await sql<FileVersion>`
    SELECT * FROM file_versions WHERE incident = ${incident} AND version IS NOT NULL ORDER BY version`.execute(
    db,
  );
  return rows;
}

/** Which one is in effect. In a ledger of an older version, where `pause --direct` must work, too, it is the first. */
export async function readVersion({ db, incident }: BareBooks): Promise<number> {
  const { rows } = await sql<{ version: number }>`
    SELECT version FROM incidents WHERE incident = ${incident}`
    .execute(db)
    .catch((error) => {
      if (isOlderLedger(error)) return { rows: [] };
      throw error;
    });
  return rows[0]?.version ?? 1;
}

/**
 * Which file is in effect, of the incident with this id, by a unique key; null: there is none. Its number alone does not tell: an older copy of the
 * ledger, amended anew, has another file under the same one.
 */
export async function fileInEffect(db: LedgerDatabase, incidentId: string): Promise<string | null> {
  const { rows } = await sql<{ version: number; hash: string }>`
    SELECT version, file_hash AS hash FROM incidents WHERE incident_id = ${incidentId}`.execute(db);
  const [row] = rows;
  return row === undefined ? null : `${row.version} ${row.hash}`;
}

/** How many messages the relay took in the words of each version. Null: of a claim that was rebuilt. */
export async function countByVersion({
  db,
  incident,
}: BareBooks): Promise<{ version: number | null; sent: number }[]> {
  const { rows } = await sql<{ version: number | null; sent: string }>`
    SELECT c.version, COUNT(*) AS sent FROM notices n LEFT JOIN claims c ON c.claim_id = n.claim_id
    WHERE n.incident = ${incident} AND n.state = 'sent' GROUP BY c.version ORDER BY c.version`.execute(db);
  return rows.map(({ version, sent }) => ({ version, sent: Number(sent) }));
}
