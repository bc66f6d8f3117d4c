import { type IncidentRow, incidentOf } from '../books/incident-row';
import { fileHash as hashOf, incidentDifferences } from '../incident/file-hash';
import type { PreparedIncident } from './prepare-incident';

export interface Refusal {
  reason: string;
  /** What differs between the file that it was started with and this one, one value each. */
  differences: string[];
  todo: string;
}

/** Whether a run may go on from this row at all; null: with the right file. */
export function refuseClosed({ file }: { file: string }, row: IncidentRow): Refusal | null {
  if (row.closed_at === null) return null;
  return {
    reason: `The incident ${row.incident_id} is ${row.phase} since ${row.closed_at.slice(0, 19)} UTC, for good`,
    differences: [],
    todo: `Its books are kept: npm run cli -- report --incident ${row.incident_id}. For another incident write another id: in ${file}.`,
  };
}

/** Whether a run may go on from this row with this file; null: yes. */
export function compareWithRow(prepared: PreparedIncident, row: IncidentRow): Refusal | null {
  const { incident, fileHash, notices } = prepared;
  const closed = refuseClosed(prepared, row);
  if (closed !== null) return closed;
  if (row.file_hash !== fileHash) {
    return {
      reason: `The incident ${row.incident_id} was started on ${row.started_at.slice(0, 19)} UTC by ${row.started_by} with another file than ${prepared.file} is now`,
      differences: incidentDifferences(incidentOf(row), incident),
      todo: 'To go on, put the file back as it was. What must change now: the pace by set-rate. For new texts or another cutoff: cancel, then start under another id: (whom this one told is then told again).',
    };
  }
  // Read back before anything is done by it: a database may have kept other characters than it was given.
  if (hashOf(incidentOf(row)) !== fileHash) {
    return {
      reason: `The database does not give back the file of ${row.incident_id} as it was written`,
      differences: incidentDifferences(incidentOf(row), incident),
      todo: "Nothing was done. See the character sets of the ledger's schema (each of its tables must be utf8mb4), and whether a proxy stands between.",
    };
  }
  if (row.content_hash !== notices.contentHash) {
    return {
      reason: `The file is the same, but this version of the program writes its notices otherwise (${notices.contentHash.slice(0, 12)}) than the one that started ${row.incident_id} (${row.content_hash.slice(0, 12)})`,
      differences: [],
      todo: `Go on with the version that started it: customers get only what was approved.`,
    };
  }
  return null;
}
