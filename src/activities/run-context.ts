import type { Books } from '../books/books';
import type { LaneBooks } from '../books/claim';
import { fileInEffect } from '../books/file-versions';
import { findIncident, type IncidentRow, incidentOf, openBooks } from '../books/incident-row';
import { type ServerIdentity, serverIdentity } from '../books/ledger-identity';
import type { Database } from '../books/open-database';
import type { Incident } from '../incident/incident-schema';
import { compileNotices, type NoticeSet } from '../notice/compile-notice';
import { failure } from './failure';

/** What does not change while an incident runs, but by an amendment of its file: read once per worker and version. */
export interface RunContext {
  row: IncidentRow;
  file: Incident;
  books: Books;
  identity: ServerIdentity;
  acknowledged: LaneBooks['acknowledged'];
  /** Compiled when the first notice is due. */
  notices(): Promise<NoticeSet>;
}

export interface RunContexts {
  (incidentId: string): Promise<RunContext>;
  /** As this worker read it last, for what must work where the database is away; undefined: never. */
  last?(incidentId: string): Promise<RunContext> | undefined;
}

/**
 * Asks each time which file is in effect, by one key: whoever begins something begins it with the newest words. What goes
 * on meanwhile is stopped by the claim and by the watch of the gate.
 */
export function runContexts(database: Database): RunContexts {
  const known = new Map<string, { inEffect: string | null; context: Promise<RunContext> }>();
  const contextOf = async (incidentId: string) => {
    const inEffect = await fileInEffect(database.db, incidentId);
    const before = known.get(incidentId);
    if (before?.inEffect === inEffect) return before.context;
    const acknowledged = (await before?.context.catch(() => null))?.acknowledged ?? { last: null };
    const context = readRun(database, incidentId, acknowledged);
    const read = { inEffect, context };
    known.set(incidentId, read);
    context.catch(() => {
      if (known.get(incidentId) === read) known.delete(incidentId);
    });
    return context;
  };
  return Object.assign(contextOf, { last: (incidentId: string) => known.get(incidentId)?.context });
}

/** @param acknowledged of this process, whatever version it sends. */
async function readRun(
  database: Database,
  incidentId: string,
  acknowledged: RunContext['acknowledged'],
): Promise<RunContext> {
  const row = await findIncident(database.db, incidentId);
  if (!row) throw failure('UnknownIncident', incidentId);
  const file = incidentOf(row);
  let notices: Promise<NoticeSet> | undefined;
  return {
    row,
    file,
    books: await openBooks(database, row),
    identity: await serverIdentity(database.db),
    acknowledged,
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
