import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import { AMENDED } from '../books/amend-file';
import { hasBegun } from '../books/balance';
import type { BareBooks } from '../books/books';
import { type Gate, readGate } from '../books/gate';
import { findIncident, type IncidentRow, incidentOf } from '../books/incident-row';
import { detailOf } from '../books/judge-audit';
import type { AuditTable } from '../books/ledger-tables';
import { readApprovers } from '../books/record-approval';
import { isoTime } from '../books/rows';
import { approvalsLeftWords } from '../incident/approval-rule';
import { mostSessions } from '../incident/relay';
import type { FileSeen, FileView, GateView, IncidentRef } from './contract';
import { failure } from './failure';
import type { RunContexts } from './run-context';

/** Four lanes are best for mailing (measured on two cores). */
const NOTIFY_LANES = 4;

/** What a run goes by of the file that its incident has now. */
export async function fileView(books: BareBooks, row: IncidentRow): Promise<FileView> {
  const file = incidentOf(row);
  const { mailboxes, customers, afterwards } = file.canary;
  const { approved_by: by, approved_at: at, approved_hash: approved } = row;
  return {
    title: row.title,
    ratePerSecond: row.rate_per_second,
    contentHash: row.content_hash,
    approval: by && at && approved ? { by, at: isoTime(at), contentHash: approved } : null,
    approvalMissing: approvalsLeftWords(await readApprovers(books, file.approval?.people ?? 1)),
    reminder: file.reminder && {
      afterDays: file.reminder.afterDays,
      begun: await hasBegun(books, 'reminder'),
    },
    canary: {
      ...{ mailboxes: mailboxes.length, customers, afterwards },
      mark: markOf([row.content_hash, mailboxes, customers]),
    },
    // Each has a session of its own.
    notifyLanes: Math.min(NOTIFY_LANES, mostSessions(file.relay)),
    version: row.version,
    calls: file.onHold !== undefined,
    amended: row.version === 1 ? null : await lastAmendment(books),
  };
}

/** The file and the gate, after an amendment or when the run has found that there was one. */
export function readFile(runs: RunContexts) {
  return async ({ incidentId }: IncidentRef): Promise<FileSeen> => {
    const { books } = await runs(incidentId);
    const row = await findIncident(books.db, incidentId);
    if (!row) throw failure('IncidentLost', incidentId);
    return { file: await fileView(books, row), gate: gateView(await readGate(books)) };
  };
}

export function gateView(gate: Gate): GateView {
  const { ratePerSecond: _, ...view } = gate;
  return view;
}

async function lastAmendment({ db, incident }: BareBooks): Promise<FileView['amended']> {
  const { rows } = await sql<Pick<AuditTable, 'at' | 'who' | 'detail'>>`
    SELECT at, who, detail FROM audit WHERE incident = ${incident} AND action = ${AMENDED}
    ORDER BY seq DESC LIMIT 1`.execute(db);
  const entry = rows[0];
  return entry
    ? { by: entry.who, at: isoTime(entry.at), reason: String(detailOf(entry).reason ?? '') }
    : null;
}

function markOf(values: unknown): string {
  return createHash('sha256').update(JSON.stringify(values)).digest('hex').slice(0, 16);
}
