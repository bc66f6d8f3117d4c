import { sql } from 'kysely';
import { type Amendment, amendment, refusedWords } from '../incident/amendable';
import { cutText } from '../incident/cut-text';
import { appendAudit } from './audit-chain';
import { hasBegun } from './balance';
import { type BareBooks, transaction } from './books';
import { readProposal } from './file-versions';
import { openIn } from './gate';
import { type IncidentRow, incidentOf } from './incident-row';
import type { FileVersionsTable } from './ledger-tables';

export interface Amending {
  /** Number of the file_versions row that is to come into effect. */
  proposal: number;
  /** The version that the asker saw: nobody amends what they have not seen. */
  base: number;
  by: string;
  /** Login and host of whoever asked, as Temporal has it. */
  login: string | null;
  reason: string;
  /** What the worker has against it; null: nothing. */
  objection: string | null;
}

/** What an amendment closed the gate with: by it a repeated attempt knows its own closing. */
export function closingWords({ proposal, reason }: Pick<Amending, 'proposal' | 'reason'>): string {
  return cutText(`amending the file (proposal ${proposal}): ${reason}`, 500);
}

/**
 * Closes the gate for an amendment, so that what is on its way ends before other words count. One that is closed already stays as it is:
 * the breaker, a pause and law enforcement are not ours to end.
 * @returns the fence of this amendment's own closing, which amendFile undoes; null: somebody else keeps the gate closed, or it is done.
 */
export async function closeForAmendment(books: BareBooks, amending: Amending): Promise<number | null> {
  const reason = closingWords(amending);
  return transaction(books, async (decided) => {
    const row = await lockRow(decided);
    const proposal = await readProposal(decided, amending.proposal);
    if (row.gate === 'closed') return row.gate_reason === reason ? Number(row.fence) : null;
    const isDecided = proposal === undefined || proposal.version !== null || proposal.refused !== null;
    if (isDecided || row.closed_at !== null) return null;
    await sql`
      UPDATE incidents SET gate = 'closed', fence = fence + 1, gate_reason = ${reason},
        gate_by = ${cutText(amending.by, 200)}, gate_since = UTC_TIMESTAMP(6)
      WHERE incident = ${books.incident}`.execute(decided.db);
    await appendAudit(decided, { who: amending.by, action: 'gate-closed', detail: { reason } });
    return Number(row.fence) + 1;
  });
}

/**
 * Brings a proposed file into effect, or says in its row why not, and opens the gate that closeForAmendment closed for it: all in one
 * transaction, under the lock that each claim shares. Once this returns no claim of the older version can commit. A repeated call changes
 * nothing, nor does one that a reset has replayed: what came after it stands.
 * @returns why it was refused; null: it is, or was, in effect.
 */
export async function amendFile(books: BareBooks, amending: Amending): Promise<string | null> {
  return transaction(books, async (decided) => {
    const row = await lockRow(decided);
    const refused = await bringIntoEffect(decided, row, amending);
    await reopen(decided, row, amending);
    return refused;
  });
}

async function lockRow({ db, incident }: BareBooks): Promise<IncidentRow> {
  const { rows } = await sql<IncidentRow>`
    SELECT * FROM incidents WHERE incident = ${incident} FOR UPDATE`.execute(db);
  return rows[0]!;
}

async function bringIntoEffect(
  decided: BareBooks,
  row: IncidentRow,
  amending: Amending,
): Promise<string | null> {
  const proposal = await readProposal(decided, amending.proposal);
  if (proposal === undefined) return `the ledger holds no proposal ${amending.proposal} of this incident`;
  if (proposal.version !== null) return null;
  if (proposal.refused !== null) return proposal.refused;
  const judged = await judge(decided, row, proposal, amending);
  if (typeof judged === 'string') {
    await sql`
      UPDATE file_versions SET refused = ${cutText(judged, 1000)} WHERE id = ${proposal.id}`.execute(
      decided.db,
    );
    return judged;
  }
  await write(decided, row, { proposal, amending, changed: judged });
  return null;
}

/** Why it is refused, or what it changes. The last word: whoever asked may have looked at older books. */
async function judge(
  decided: BareBooks,
  row: IncidentRow,
  proposal: FileVersionsTable,
  { base, objection }: Amending,
): Promise<string | Amendment> {
  if (objection !== null) return objection;
  if (row.closed_at !== null) return `the incident is ${row.phase} for good`;
  if (row.version !== base)
    return `the file was amended meanwhile: version ${row.version} is in effect, and this was made over version ${base}. Look again at what differs`;
  const changed = amendment(fileOf(row), fileOf(proposal), {
    mailed: await mayBeOut(decided, row),
    reminderBegun: row.phase === 'remind' || (await hasBegun(decided, 'reminder')),
  });
  if (changed.refused.length > 0) return refusedWords(changed.refused).join(' ');
  if (changed.changes.length === 0) return 'nothing differs';
  return changed;
}

const MAILED: ReadonlySet<string> = new Set(['canary', 'notify', 'settle', 'remind', 'close']);

/** Whether a message may be out: the phase alone does not tell, since a run goes back to the expiry where something is alive again. */
export async function mayBeOut(books: BareBooks, { phase }: Pick<IncidentRow, 'phase'>): Promise<boolean> {
  return MAILED.has(phase) || (await hasBegun(books, 'notice'));
}

function fileOf(row: Pick<IncidentRow, 'file' | 'content_hash'>) {
  return { incident: incidentOf(row), contentHash: row.content_hash };
}

interface Written {
  proposal: FileVersionsTable;
  amending: Amending;
  changed: Amendment;
}

async function write(
  decided: BareBooks,
  row: IncidentRow,
  { proposal, amending, changed }: Written,
): Promise<void> {
  const { by, login, reason } = amending;
  const { incident, db } = decided;
  const version = row.version + 1;
  const file = incidentOf(proposal);
  // A rate that was set by hand stays, unless the file's own has changed.
  const newPace = file.pace.perSecond !== incidentOf(row).pace.perSecond;
  const perSecond = newPace ? file.pace.perSecond : row.rate_per_second;
  const approval = changed.needsApproval
    ? sql`, approved_by = NULL, approved_at = NULL, approved_hash = NULL`
    : sql``;
  await sql`
    UPDATE incidents SET version = ${version}, file = ${proposal.file}, file_hash = ${proposal.file_hash},
      content_hash = ${proposal.content_hash}, title = ${file.title}, rate_per_second = ${perSecond} ${approval}
    WHERE incident = ${incident}`.execute(db);
  await sql`
    UPDATE file_versions SET version = ${version}, since = UTC_TIMESTAMP(6) WHERE id = ${proposal.id}`.execute(
    db,
  );
  await appendAudit(decided, {
    who: by,
    action: AMENDED,
    detail: {
      version,
      ...{ fileHash: proposal.file_hash, contentHash: proposal.content_hash },
      was: { fileHash: row.file_hash, contentHash: row.content_hash },
      changed: changed.changes.slice(0, MOST_NAMED).map(({ field }) => field),
      ...(changed.changes.length > MOST_NAMED ? { more: changed.changes.length - MOST_NAMED } : {}),
      ...(newPace ? { perSecond } : {}),
      ...(changed.needsApproval ? { approvalVoid: true } : {}),
      ...(login === null ? {} : { login }),
      reason,
    },
  });
}

/** The audit's word for it. */
export const AMENDED = 'amended';
const MOST_NAMED = 50;

/** Only its own closing: a later one, by anybody, has another fence and other words. */
async function reopen(decided: BareBooks, row: IncidentRow, amending: Amending): Promise<void> {
  if (row.gate !== 'closed' || row.closed_at !== null || row.gate_reason !== closingWords(amending)) return;
  await openIn(decided, Number(row.fence), amending.by);
}
