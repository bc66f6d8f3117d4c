import { statSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import { decideNotice } from '../activities/decide-notice';
import { keyFor } from '../activities/range-ends';
import { RECONCILE } from '../books/audit-chain';
import { currentWave } from '../books/balance';
import type { BareBooks } from '../books/books';
import { cohortEnd } from '../books/cohort';
import { closeGate, readGate } from '../books/gate';
import { type IncidentRow, incidentOf, openBooks } from '../books/incident-row';
import { adoptServer, findLedger, isOtherServer, serverIdentity } from '../books/ledger-identity';
import type { Database } from '../books/open-database';
import type { RebuildBooks, RebuiltCounts } from '../books/rebuild-claim';
import { claimWorkers } from '../books/unsettled-claims';
import { inWords } from '../incident/hold-reason';
import { remindAfterSeconds } from '../incident/reminder';
import type { CustomerId, NoticeState, Phase } from '../incident/vocabulary';
import { compileNotices } from '../notice/compile-notice';
import {
  type Chosen,
  type IncidentOptions,
  onIncident,
  withByOption,
  withIncidentOption,
} from './incident-command';
import { findLostRecord, type LostRecord, lostRecordLines } from './lost-record';
import { withClient } from './parts';
import { journalFolder } from './parts/this-machine';
import {
  type JournalsFound,
  journalsOf,
  lookAtRest,
  MADE_UP,
  rebuildLost,
  settleOpen,
} from './rebuild-from-journals';
import { listWorkers } from './start-run';
import { status } from './status';
import { ToldError } from './told-error';
import { decidedBy } from './who-types';
import { clock, counted, json, printable } from './words';

interface ReconcileOptions extends IncidentOptions {
  journals?: string[];
  anchor?: string[];
  go?: boolean;
}

export function describeReconcile(command: Command): void {
  withByOption(withIncidentOption(command))
    .description(
      'After a failover or a restored copy: brings the books to what the dot journals know. Without --go it changes nothing.',
    )
    .option(
      '--journals <folder...>',
      'copies of .local/journal from other machines that have not gone down since',
    )
    .option(
      '--anchor <file...>',
      "what AUDIT_ANCHOR wrote: names the decisions that the audit log has lost; a worker's log will do, too",
    )
    .option('--go', 'close the gate, rebuild what was lost and take this server as the right one')
    .option('--json', 'the facts as JSON')
    .action((options: ReconcileOptions) => {
      const missing = (options.journals ?? []).find(
        (folder) => !statSync(folder, { throwIfNoEntry: false })?.isDirectory(),
      );
      if (missing !== undefined)
        command.error(
          `error: --journals ${missing}: no such folder; name a copy of another machine's .local/journal`,
          {
            exitCode: 2,
          },
        );
      return onIncident(['database', 'temporal'], options, (chosen) => reconcileIt(chosen, options));
    });
}

async function reconcileIt(chosen: Chosen, options: ReconcileOptions): Promise<void> {
  const { addresses, database, row } = chosen;
  const { incident_id: incidentId } = row;
  if (row.closed_at !== null)
    throw new ToldError(
      `The incident ${incidentId} is ${row.phase} for good: its books do not change any more.`,
    );
  const by = decidedBy(options.by);
  const go = options.go === true;
  const { pollers, plannedUpTo } = await withClient(addresses, async (client) => ({
    pollers: await listWorkers(client, (await findLedger(database))!.id),
    plannedUpTo: (await status(client, { incidentId })).status?.plannedUpTo ?? null,
  }));
  const lostRecord = await findLostRecord(chosen, options.anchor ?? []);
  if (go) await quiet(chosen, by);
  const reconciliation = await reconcile(database, {
    row,
    journalFolder: journalFolder(),
    copied: options.journals ?? [],
    pollers,
    plannedUpTo,
    lostRecord,
    by,
    go,
  });
  console.log(options.json ? json(reconciliation) : text(reconciliation, incidentId));
}

const PATIENCE_MILLISECONDS = 10_000;

/** Closes the gate and waits until no claim runs: what is sent now must not be taken for lost. */
async function quiet({ books }: Chosen, by: string): Promise<void> {
  let gate = await readGate(books);
  if (gate.gate === 'open') gate = await closeGate(books, 'paused: reconciling the books', by);
  const until = Date.now() + PATIENCE_MILLISECONDS;
  while (gate.liveClaims > 0 && Date.now() < until) {
    await sleep(200);
    gate = await readGate(books);
  }
  if (gate.liveClaims > 0)
    throw new ToldError(
      `NOT RECONCILED. The gate is closed, and ${counted(gate.liveClaims, 'claim')} may still be on the wire, until ${clock(gate.quietBy!)} at the latest: run reconcile again after that.`,
    );
}

function text(facts: Reconciliation, incidentId: string): string {
  const { rebuilt, journals, unknownWorkers, neitherKnows, done } = facts;
  const inDoubt = rebuilt.in_doubt + neitherKnows + (facts.settled.in_doubt ?? 0);
  const clean =
    !facts.otherServer &&
    facts.lostClaims + facts.unsettled + neitherKnows === 0 &&
    facts.lostRecord.heads.length === 0;
  return [
    done ? `RECONCILED ${incidentId}.` : `What reconcile finds for ${incidentId}:`,
    `  Server     ${facts.otherServer ? 'not the one that this incident was on' : 'the one that this incident is on'}`,
    `  Journals   ${counted(journals.read, 'dot journal')} read`,
    ...journals.worthless.map(({ path, why }) => `             worthless: ${path} (${printable(why)})`),
    `  Lost       ${counted(facts.lostClaims, 'claim')} that the journals know and the books do not: ${inWords(rebuilt) || 'no rows'}`,
    `  Unsettled  ${counted(facts.unsettled, 'customer')} whose answer only a journal has${done && facts.unsettled > 0 ? `: ${inWords(facts.settled)}` : ''}`,
    ...(unknownWorkers.length === 0
      ? []
      : [
          `  No journal of ${unknownWorkers.map((name) => printable(name, 100)).join(', ')}: what they did last is not known here.`,
          '             Copy .local/journal of their machine here, and add --journals FOLDER.',
        ]),
    `  Unknown    ${counted(neitherKnows, 'customer has', 'customers have')} lost their row and no journal knows of them: in doubt`,
    ...lostRecordLines(facts.lostRecord, incidentId),
    ...(done
      ? [
          'The gate is closed, and this server now counts as the right one.',
          ...(inDoubt > 0 ? [`  Those in doubt  npm run cli -- settle --incident ${incidentId}`] : []),
          `  To go on        npm run cli -- resume --incident ${incidentId}`,
        ]
      : [
          clean
            ? 'Nothing is lost: there is nothing to reconcile.'
            : 'Nothing is changed yet: add --go to rebuild the books.',
        ]),
  ].join('\n');
}

export interface ReconcileRequest {
  row: IncidentRow;
  /** Of this machine's workers. */
  journalFolder: string;
  /** Journals copied from other machines. */
  copied: readonly string[];
  /** Processes that ask Temporal for work now or did a moment ago. */
  pollers: readonly string[];
  /** Up to where the run has given work away, as it says itself (stand-ins.ts); null: not known. */
  plannedUpTo: CustomerId | null;
  /** What the audit log has lost. */
  lostRecord: LostRecord;
  by: string;
  go: boolean;
}

/** What was found, and with `go` done. */
export interface Reconciliation {
  done: boolean;
  otherServer: boolean;
  journals: { read: number; worthless: JournalsFound['worthless'] };
  /** Claims that the journals know and the ledger does not. */
  lostClaims: number;
  /** Rows that they had. */
  rebuilt: RebuiltCounts;
  /** Customers of claims that the ledger has, whose outcome only a journal has. */
  unsettled: number;
  settled: Partial<Record<NoticeState, number>>;
  /** Workers without a journal here: what they did lately only they know. */
  unknownWorkers: string[];
  /** Rows that are gone and that no journal knows of: in doubt. */
  neitherKnows: number;
  lostRecord: LostRecord;
}

/**
 * Brings the ledger of a server that has lost commits to what this machine's journals know (I2): who was told is `sent` again, a
 * dot without an answer is in doubt, what had no dot is free, and what neither knows is in doubt. The gate must be closed.
 */
export async function reconcile(database: Database, request: ReconcileRequest): Promise<Reconciliation> {
  const { row, go, by } = request;
  const books = await rebuildBooks(database, row, go);
  const journals = journalsOf(row.message_key, request.journalFolder, request.copied);
  const otherServer = await isOtherServer(books, await serverIdentity(books.db));

  const { rebuilt, lost, seen } = await rebuildLost(books, journals);
  const { unsettled, settled } = await settleOpen(books, journals);
  const unknownWorkers = await workersWithoutJournal(books, request, journals);
  const isWorkerUnknown = unknownWorkers.length > 0;
  const inDoubt = isPassOver(row) || isWorkerUnknown;
  const upTo = await workedUpTo(books, request, inDoubt);
  const neitherKnows = upTo === null ? 0 : await lookAtRest(books, { upTo, seen, inDoubt, isWorkerUnknown });
  const reconciliation: Reconciliation = {
    done: go,
    otherServer,
    journals: { read: journals.whole.length, worthless: journals.worthless },
    lostClaims: lost,
    rebuilt,
    unsettled,
    settled,
    unknownWorkers,
    neitherKnows,
    lostRecord: request.lostRecord,
  };
  if (go) {
    const { done: _, journals: read, lostRecord, ...facts } = reconciliation;
    const counts = { ...facts, journals: read.read, worthlessJournals: read.worthless.length };
    const { heads } = lostRecord;
    const detail = heads.length === 0 ? counts : { ...counts, lostHeads: heads };
    await adoptServer(books, { who: by, action: RECONCILE, detail });
  }
  return reconciliation;
}

async function rebuildBooks(database: Database, row: IncidentRow, go: boolean): Promise<RebuildBooks> {
  const file = incidentOf(row);
  const notices = await compileNotices(file);
  const books = await openBooks(database, row);
  return {
    ...books,
    wave: await currentWave(books, row),
    remindAfterSeconds: remindAfterSeconds(file),
    decide: (candidate, wave) => decideNotice(notices, wave, candidate),
    go,
  };
}

async function workersWithoutJournal(
  books: BareBooks,
  { pollers }: ReconcileRequest,
  { whole }: JournalsFound,
): Promise<string[]> {
  const known = new Set([MADE_UP, ...whole.map(({ worker }) => worker)]);
  const workers = new Set([...(await claimWorkers(books)), ...pollers]);
  return [...workers].filter((worker) => !known.has(worker));
}

/** The last key whose row may have been written; null: none. @param orEnd takes the cohort's last key where the run does not say. */
async function workedUpTo(
  books: RebuildBooks,
  { row, plannedUpTo }: ReconcileRequest,
  orEnd: boolean,
): Promise<CustomerId | null> {
  if (!NOTIFYING.has(row.phase)) return null;
  const planned = isPassOver(row) ? null : await keyFor(books, plannedUpTo);
  return planned ?? (orEnd ? cohortEnd(books) : null);
}

/** Everybody has had a row in the wave, so a customer whose row is gone may have been told. For the reminder only its hold shows this. */
function isPassOver({ phase, hold_kind: kind }: IncidentRow): boolean {
  if (phase === 'settle' || phase === 'close') return true;
  return phase === 'remind' && kind === 'rows-missing';
}

const NOTIFYING: ReadonlySet<Phase> = new Set(['canary', 'notify', 'settle', 'remind', 'close']);
