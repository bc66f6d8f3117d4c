import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import { type AnchoredHead, readAnchor } from '../books/anchor-head';
import { isHeadLost } from '../books/audit-chain';
import type { BareBooks } from '../books/books';
import { findLedger } from '../books/ledger-identity';
import type { Database } from '../books/open-database';
import { type AuditHead, readHead } from '../incident/audit-head';
import { workflowIdOf } from '../workflows/messages';
import { askTemporal } from './own-ledger';
import type { Addresses } from './parts/addresses';
import { ledgerInMemo } from './run-ledger';
import { ToldError } from './told-error';

/** Heads of audit chains that somebody outside the database holds. */
export interface Held {
  /** One of each run of the incident that Temporal still has; or why it was not asked. */
  temporal: { runId: string; head: AuditHead }[] | string;
  /** Files that AUDIT_ANCHOR wrote, or logs of workers. */
  anchors: AnchorFile[];
}

export interface AnchorFile {
  file: string;
  /** Of this ledger. */
  heads: AnchoredHead[];
  /** Lines in which a head was cut. */
  unreadable: number;
}

/** Read before the chain is: it holds at least what was held elsewhere by then. @throws ToldError for a file that cannot be read. */
export async function heldHeads(
  addresses: Addresses,
  { database, incidentId, files }: { database: Database; incidentId: string; files: string[] },
): Promise<Held> {
  const ledgerId = (await findLedger(database))!.id;
  const anchors: AnchorFile[] = [];
  for (const file of files) anchors.push(await anchorFile(file, ledgerId));
  return { anchors, temporal: await headsInTemporal(addresses, ledgerId, incidentId) };
}

async function anchorFile(file: string, ledgerId: string): Promise<AnchorFile> {
  try {
    if (!(await stat(file)).isFile()) throw new Error(`${file} is no ordinary file`);
    const lines = createInterface({ input: createReadStream(file), crlfDelay: Number.POSITIVE_INFINITY });
    const { heads, unreadable } = await readAnchor(lines);
    return { file, heads: heads.filter(({ ledger }) => ledger === ledgerId), unreadable };
  } catch (error) {
    throw new ToldError(
      `--anchor: ${(error as Error).message}. Name a file that AUDIT_ANCHOR wrote, or a worker's log.`,
      2,
    );
  }
}

/** What the last run of the incident knew of its chain, where that was of this ledger and the chain has lost it; null: it has not. */
export async function lostHeadOfLastRun(
  client: Client,
  { ledgerId, incidentId, books }: { ledgerId: string; incidentId: string; books: BareBooks },
): Promise<AuditHead | null> {
  try {
    const { memo } = await client.workflow.getHandle(workflowIdOf(incidentId)).describe();
    const head = ledgerInMemo(memo)?.id === ledgerId ? readHead(memo?.audit) : null;
    return head !== null && (await isHeadLost(books, head)) ? head : null;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return null;
    throw error;
  }
}

/**
 * Of every run of the incident that Temporal has, also of those that ended: a run that was terminated and started again over a chain
 * made anew holds the new head, the one before it the old.
 */
async function headsInTemporal(
  addresses: Addresses,
  ledgerId: string,
  incidentId: string,
): Promise<Held['temporal']> {
  const workflowId = workflowIdOf(incidentId);
  const asked = await askTemporal(addresses, async (client) => {
    const runs = new Map<string, Record<string, unknown> | undefined>();
    for await (const { runId, memo } of client.workflow.list({ query: `WorkflowId = '${workflowId}'` }))
      runs.set(runId, memo);
    if (runs.size > 0) {
      // The list may be some seconds old.
      const { runId, memo } = await client.workflow.getHandle(workflowId).describe();
      runs.set(runId, memo);
    }
    return [...runs].flatMap(([runId, memo]) => {
      const head = readHead(memo?.audit);
      return head !== null && ledgerInMemo(memo)?.id === ledgerId ? [{ runId, head }] : [];
    });
  });
  return typeof asked === 'string' ? asked : asked.answer;
}
