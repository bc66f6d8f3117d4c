import type pino from 'pino';
import type { Anchor } from '../books/anchor-head';
import { isHeadLost, readHead } from '../books/audit-chain';
import type { BareBooks, KeepHead, NewHead } from '../books/books';
import { type AuditHead, type AuditSeen, changedWords } from '../incident/audit-head';
import { lostDecisions } from '../incident/hold-reason';
import type { IncidentRef } from './contract';
import type { RunContexts } from './run-context';

/** What a run is told of its audit chain at the end of each activity. Never throws; null: it could not be read. */
export interface AuditHeads {
  tell(input: IncidentRef): Promise<AuditSeen | null>;
}

/**
 * Takes the heads of the audit chains out of the database (I6): into this worker's log and the company's anchor at each decision, and,
 * through the workflow, into Temporal. What an operator decided past Temporal (`pause --direct`, `settle`, `retry`) follows at the next
 * activity. A head that the chain does not hold any more is not replaced by a newer one: it is the proof that the chain was changed.
 */
export function auditHeads(anchor: Anchor | null, log: pino.Logger) {
  /** The newest that this process has kept, by incident. */
  const kept = new Map<string, NewHead>();
  let problem: string | null = null;
  const keepHead: KeepHead = async (head) => {
    log.info(head, 'audit head');
    if (head.incident !== null) kept.set(head.incident, head);
    problem = (await anchor?.(head)) ?? null;
    if (problem !== null) log.error({ incident: head.incident, seq: head.seq }, problem);
  };
  const tell =
    (runs: RunContexts): AuditHeads['tell'] =>
    async ({ incidentId, auditHead }) => {
      try {
        const { books } = await runs(incidentId);
        const own = kept.get(incidentId);
        const known = [auditHead, own].filter((head): head is AuditHead => head !== undefined);
        for (const head of known) {
          if (!(await isHeadLost(books, head))) continue;
          log.error({ incident: incidentId, seq: head.seq, hash: head.hash }, changedWords(head));
          return { ...plain(head), problem: changedWords(head) };
        }
        const head = await readHead(books);
        if (head === null) return null;
        if (head.seq > (own?.seq ?? 0)) await keepHead(head);
        return { ...plain(head), problem };
      } catch (error) {
        const { code, errno, name: kind } = error as { code?: string; errno?: number; name?: string };
        log.warn({ code, errno, kind }, "the audit's head could not be read");
        return null;
      }
    };
  return { keepHead, tell };
}

/**
 * Before anybody is told: whether the chain has lost what Temporal knows of it. A copy that lagged, or a restored one, may lack a hold of law
 * enforcement or a pause, and its open gate says nothing of that. @returns what a run that holds for it says; null: nothing is lost.
 */
export async function lostRecord(
  books: BareBooks,
  { auditHead: head }: Pick<IncidentRef, 'auditHead'>,
): Promise<string | null> {
  if (head === undefined || !(await isHeadLost(books, head))) return null;
  return lostDecisions(head.seq, (await readHead(books))?.seq ?? 0);
}

function plain({ seq, hash }: AuditHead): AuditHead {
  return { seq, hash };
}
