import { setTimeout as sleep } from 'node:timers/promises';
import { type Amending, amendFile, closeForAmendment } from '../books/amend-file';
import type { BareBooks } from '../books/books';
import { readProposal } from '../books/file-versions';
import { readGate } from '../books/gate';
import { incidentOf } from '../books/incident-row';
import { compileNotices } from '../notice/compile-notice';
import type { RunContext, RunContexts } from './run-context';
import { QUIET_AFTER_MILLISECONDS } from './watches';

/**
 * Amends the file of a run: closes the gate, waits until nothing of the older words goes out any more, and brings the new file into effect.
 * Each step finds what an attempt before it has done, so that a worker may die after any of them (C103).
 * @returns why it was refused; null: it is in effect.
 */
export function amendRun(runs: RunContexts) {
  return async (incidentId: string, asked: Omit<Amending, 'objection'>): Promise<string | null> => {
    const run = await runs(incidentId);
    const { books } = run;
    const amending = { ...asked, objection: await objectionTo(run, asked.proposal) };
    if ((await closeForAmendment(books, amending)) !== null) await untilQuiet(books);
    return amendFile(books, amending);
  };
}

/** No claim runs any more, or its dots are over by what each worker has last seen of the gate. */
async function untilQuiet(books: BareBooks): Promise<void> {
  const until = performance.now() + QUIET_AFTER_MILLISECONDS;
  while (performance.now() < until && (await readGate(books)).liveClaims > 0)
    await sleep(ASK_AGAIN_MILLISECONDS);
}

const ASK_AGAIN_MILLISECONDS = 100;

/**
 * Templates travel with the program: a hash that no worker could make would leave the run without words that it may send.
 * @throws OtherContent: this worker could not send the words of now either, so that a right one may have the amendment.
 */
async function objectionTo({ books, notices }: RunContext, id: number): Promise<string | null> {
  const proposal = await readProposal(books, id);
  if (proposal === undefined || proposal.version !== null) return null;
  const { contentHash } = await compileNotices(incidentOf(proposal));
  if (contentHash === proposal.content_hash) return null;
  await notices();
  return `the worker writes other notices from this file (${contentHash.slice(0, 12)}) than the program that proposed it (${proposal.content_hash.slice(0, 12)}): amend with the version of the workers`;
}
