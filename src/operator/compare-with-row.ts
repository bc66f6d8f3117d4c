import { type IncidentRow, incidentOf } from '../books/incident-row';
import { amendment } from '../incident/amendable';
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
    reason: `The incident ${row.incident_id} was ${row.phase} for good at ${row.closed_at.slice(0, 19)} UTC`,
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
    const amended = row.version === 1 ? '' : `, and its file was amended since (version ${row.version})`;
    return {
      reason: `The incident ${row.incident_id} was started at ${row.started_at.slice(0, 19)} UTC by ${row.started_by}${amended}, and ${prepared.file} differs from the file that it goes by`,
      differences: incidentDifferences(incidentOf(row), incident),
      todo: todoWith(prepared, row),
    };
  }
  // Read back before anything is done by it: a database may have kept other characters than it was given.
  if (hashOf(incidentOf(row)) !== fileHash) {
    return {
      reason: `The database does not give back the file of ${row.incident_id} as it was written`,
      differences: incidentDifferences(incidentOf(row), incident),
      todo: "Nothing was done. Check the character sets of the ledger's schema (each of its tables must be utf8mb4), and whether there is a proxy between.",
    };
  }
  if (row.content_hash !== notices.contentHash) {
    return {
      reason: `The file is the same, but this version of the program writes other notices (${notices.contentHash.slice(0, 12)}) than the version that started ${row.incident_id} (${row.content_hash.slice(0, 12)})`,
      differences: [],
      todo: 'Go on with the version that started the incident: customers get only what was approved.',
    };
  }
  return null;
}

/** Whatever can be amended never needs another incident, in which everybody would be told again. */
function todoWith({ file, incident, notices }: PreparedIncident, row: IncidentRow): string {
  const { refused } = amendment(
    { incident: incidentOf(row), contentHash: row.content_hash },
    { incident, contentHash: notices.contentHash },
    // The verb knows better, and says what else may not change.
    { mailed: false, reminderBegun: false },
  );
  const amend = `npm run cli -- amend ${file}`;
  if (refused.length === 0)
    return `To go on with this file: ${amend} (shows what changes, does nothing). To go on as it was, put the file back.`;
  const fields = refused.map(({ field }) => field.split('.')[0]!);
  return `Put ${[...new Set(fields)].join(' and ')} back as it was: a run never changes it (why: ${amend}). The rest can be amended by the same command.`;
}
