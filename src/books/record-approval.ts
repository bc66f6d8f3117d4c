import { sql } from 'kysely';
import { type Approvers, approvalsLeft, approvalsLeftWords, refuseApprover } from '../incident/approval-rule';
import { cutText } from '../incident/cut-text';
import { AMENDED } from './amend-file';
import { appendAudit } from './audit-chain';
import { type BareBooks, transaction } from './books';
import { detailOf } from './judge-audit';
import type { AuditTable } from './ledger-tables';

export interface Approving {
  /** The name, for the record. */
  by: string;
  contentHash: string;
  /** Of the incident's file that was read; left out: the first, as a run of an older version asks. */
  version?: number | undefined;
  /** Login and host that were found; null: none. Asked for where the file wants several people. */
  login?: string | null;
  people?: number;
}

/**
 * The approval that completes what the file asks for stands in the row; each is on record. A repeated call records nothing. One of
 * other texts than the row has now counts for nothing, nor does one of another version of the file: it comes late, after an amendment, or a
 * reset has replayed it.
 * @returns what is missing, in words; null: the texts are approved.
 */
export async function recordApproval(
  books: BareBooks,
  { by, contentHash, version = 1, login = null, people = 1 }: Approving,
): Promise<string | null> {
  return transaction(books, async (decided) => {
    const { rows } = await sql<{ approvedAt: string | null; here: string; inEffect: number }>`
      SELECT approved_at AS approvedAt, content_hash AS here, version AS inEffect FROM incidents
      WHERE incident = ${books.incident} FOR UPDATE`.execute(decided.db);
    const { approvedAt, here, inEffect } = rows[0]!;
    if (contentHash !== here) return otherTexts(contentHash, here);
    if (version !== inEffect) return otherVersion(version, inEffect);
    if (approvedAt !== null) return null;
    const { names, ...before } = await readApprovers(decided, people);
    const refused = refuseApprover(login, before);
    if (refused !== null) return refused;
    const standing = { ...before, approvers: [...before.approvers, login ?? by] };
    const missing = approvalsLeft(standing);
    if (missing === 0) {
      const together = cutText([...names, by].join(' and '), 200);
      await sql`
        UPDATE incidents SET approved_by = ${together}, approved_hash = ${contentHash}, approved_at = UTC_TIMESTAMP(6)
        WHERE incident = ${books.incident}`.execute(decided.db);
    }
    const more = people > 1 ? { login, missing } : {};
    await appendAudit(decided, { who: by, action: 'approve', detail: { contentHash, ...more } });
    return missing === 0 ? null : approvalsLeftWords(standing);
  });
}

function otherTexts(approved: string, here: string): string {
  return `An approval did not count: it names the texts ${approved.slice(0, 12)}, and the run would send ${here.slice(0, 12)}. Read these, and approve them: npm run cli -- approve.`;
}

function otherVersion(approved: number, inEffect: number): string {
  return `An approval did not count: it is of version ${approved} of the incident's file, and version ${inEffect} is in effect. Read what would be sent, and approve that: npm run cli -- approve.`;
}

/**
 * Who stands behind the texts so far, by the audit log; `names` as they are to stand in the row. What was approved before the texts were
 * amended was another thing.
 */
export async function readApprovers(
  { db, incident }: BareBooks,
  people: number,
): Promise<Approvers & { names: string[] }> {
  const { rows: entries } = await sql<Pick<AuditTable, 'who' | 'action' | 'detail'>>`
    SELECT who, action, detail FROM audit
    WHERE incident = ${incident} AND action IN ('start', 'approve', ${AMENDED}) ORDER BY seq`.execute(db);
  const loginOf = ({ detail }: Pick<AuditTable, 'detail'>) =>
    (JSON.parse(detail) as { login?: string | null }).login ?? null;
  const written = entries.findLastIndex((entry) => entry.action === 'start' || voidsApproval(entry));
  const start = entries[written];
  const approvals = entries.slice(written + 1).filter(({ action }) => action === 'approve');
  return {
    people,
    starter: start === undefined ? null : loginOf(start),
    amended: start?.action === AMENDED,
    approvers: approvals.map((entry) => loginOf(entry) ?? entry.who),
    names: approvals.map(({ who }) => who),
  };
}

function voidsApproval(entry: Pick<AuditTable, 'action' | 'detail'>): boolean {
  return entry.action === AMENDED && detailOf(entry).approvalVoid === true;
}
