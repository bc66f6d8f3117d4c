import type { Books } from '../books/books';
import type { LaneBooks } from '../books/claim';
import { findIncident, type IncidentRow, incidentOf, openBooks } from '../books/incident-row';
import { type ServerIdentity, serverIdentity } from '../books/ledger-identity';
import type { Database } from '../books/open-database';
import type { Incident } from '../incident/incident-schema';
import { compileNotices, type NoticeSet } from '../notice/compile-notice';
import { failure } from './failure';

/** What does not change while an incident runs, read once per worker. */
export interface RunContext {
  row: IncidentRow;
  file: Incident;
  books: Books;
  identity: ServerIdentity;
  acknowledged: LaneBooks['acknowledged'];
  /** Compiled when the first notice is due. */
  notices(): Promise<NoticeSet>;
}

export type RunContexts = (incidentId: string) => Promise<RunContext>;

export function runContexts(database: Database): RunContexts {
  const known = new Map<string, Promise<RunContext>>();
  return (incidentId) => {
    const begun = known.get(incidentId);
    if (begun) return begun;
    const read = readRun(database, incidentId);
    known.set(incidentId, read);
    read.catch(() => known.delete(incidentId));
    return read;
  };
}

async function readRun(database: Database, incidentId: string): Promise<RunContext> {
  const row = await findIncident(database.db, incidentId);
  if (!row) throw failure('UnknownIncident', incidentId);
  const file = incidentOf(row);
  let notices: Promise<NoticeSet> | undefined;
  return {
    row,
    file,
    books: await openBooks(database, row),
    identity: await serverIdentity(database.db),
    acknowledged: { last: null },
    notices: () => {
      notices ??= compileAsApproved(row, file);
      return notices;
    },
  };
}

// Templates travel with the program, texts with the incident: a worker of another version must not send what nobody approved.
async function compileAsApproved(row: IncidentRow, file: Incident): Promise<NoticeSet> {
  const notices = await compileNotices(file);
  if (notices.contentHash !== row.content_hash) {
    throw failure('OtherContent', notices.contentHash.slice(0, 12), row.content_hash.slice(0, 12));
  }
  return notices;
}
