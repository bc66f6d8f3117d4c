import type pino from 'pino';
import { listIncidents } from '../books/incident-row';
import type { Database } from '../books/open-database';
import { bootId, incidentMark, isOnLocalDisk, type JournalFile, journalsIn } from '../journal/journal-files';
import type { JournalHeader } from '../journal/journal-line';
import { isOwnerGone, removeSocket } from '../journal/owner-socket';
import { readJournalHeader, TornJournalError } from '../journal/read-journal';
import type { RunContexts } from './run-context';
import { settleFromJournal } from './settlement';

interface KnownOrphan {
  /** By performance.now(). */
  since: number;
  torn: boolean;
}

/** The COMMIT of a killed process may still be on its way to the ledger: its claims are looked for a while longer. */
const LOOK_FOR_MILLISECONDS = 120_000;

export interface TakeOverDependencies {
  database: Database;
  runs: RunContexts;
  folder: string;
  /** This process, which is not gone. */
  ownId: string;
  /** What this process knows of those that were killed, by their id. */
  known: Map<string, KnownOrphan>;
  log: pino.Logger;
}

/**
 * Settles what processes that were killed on this machine left behind: what they had not dotted is released, what was answered
 * gets its answer, a dot without an answer is in doubt, at most one per SMTP session. Safe beside others that do the same.
 */
export async function takeOver(dependencies: TakeOverDependencies): Promise<void> {
  const { database, folder, ownId, known } = dependencies;
  const orphans = await orphansIn(folder, ownId);
  if (orphans.length === 0) return;
  const incidents = new Map(
    (await listIncidents(database.db)).map((row) => [incidentMark(row.message_key), row.incident_id]),
  );
  for (const { id, files, header } of orphans) {
    // One whose incident these books do not know is another database's, and so is its process.
    if (files.some(({ mark }) => !incidents.has(mark))) continue;
    const orphan = known.get(id) ?? { since: performance.now(), torn: false };
    known.set(id, orphan);
    for (const { path, mark } of files) {
      if (!orphan.torn)
        await settleOrphan(dependencies, { orphan, path, header, incidentId: incidents.get(mark)! });
    }
    if (orphan.torn || performance.now() - orphan.since > LOOK_FOR_MILLISECONDS) removeSocket(header.socket);
  }
}

async function settleOrphan(
  { runs, log }: TakeOverDependencies,
  left: { orphan: KnownOrphan; path: string; header: JournalHeader; incidentId: string },
): Promise<void> {
  const { worker } = left.header;
  const { books } = await runs(left.incidentId);
  try {
    const settled = await settleFromJournal(books, left.path, worker);
    if (settled) log.warn({ worker, ...settled }, 'took over from a worker that was killed');
  } catch (error) {
    if (!(error instanceof TornJournalError)) throw error;
    left.orphan.torn = true;
    log.error({ journal: left.path }, 'a dot journal is torn: what its worker had claimed will be in doubt');
  }
}

interface Orphan {
  id: string;
  files: JournalFile[];
  header: JournalHeader;
}

/** The journals of processes that are certainly gone and that can be believed, by process. */
async function orphansIn(folder: string, ownId: string): Promise<Orphan[]> {
  const byProcess = new Map<string, JournalFile[]>();
  for (const file of journalsIn(folder)) {
    if (file.id !== ownId) byProcess.set(file.id, [...(byProcess.get(file.id) ?? []), file]);
  }
  const orphans: Orphan[] = [];
  for (const [id, files] of byProcess) {
    const header = headerOf(files[0]!.path);
    if (header === null || header.boot !== bootId() || !isOnLocalDisk(folder)) continue;
    if (await isOwnerGone(header.socket)) orphans.push({ id, files, header });
  }
  return orphans;
}

function headerOf(path: string): JournalHeader | null {
  try {
    return readJournalHeader(path);
  } catch {
    return null; // being begun, removed meanwhile, or torn: worth nothing
  }
}
