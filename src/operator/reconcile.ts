import { decideNotice } from '../activities/decide-notice';
import { adoptServer, isOtherServer } from '../books/adopt-server';
import { claimWorkers } from '../books/claim-workers';
import { cohortEnd } from '../books/cohort-end';
import { companyOf } from '../books/company-of';
import { type IncidentRow, incidentOf } from '../books/incident-row';
import type { Database } from '../books/open-database';
import type { RebuildContext, RebuiltCounts } from '../books/rebuild-claim';
import { serverIdentity } from '../books/server-identity';
import { currentWave } from '../books/waves';
import { holdKindOf } from '../incident/hold-reason';
import { remindAfterSeconds } from '../incident/reminder';
import type { CustomerId, NoticeState, Phase } from '../incident/vocabulary';
import { compileNotices } from '../notice/compile-notice';
import { type JournalsFound, journalsOf } from './journals-of';
import { rebuildLost, settleOpen } from './rebuild-from-journals';
import { lookAtRest, MADE_UP } from './reconcile-rest';

export interface ReconcileRequest {
  row: IncidentRow;
  /** Of this machine's workers. */
  journalFolder: string;
  /** Journals copied from other machines. */
  copied: readonly string[];
  /** Processes that ask Temporal for work now or did a moment ago. */
  pollers: readonly string[];
  /** Up to where the run has given work away, as it says itself; null: not known. */
  plannedUpTo: CustomerId | null;
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
}

/**
 * Brings the ledger of a server that has lost commits to what this machine's journals know (I2): who was told is `sent` again, a
 * dot without an answer is in doubt, what had no dot is free, and what neither knows is in doubt. The gate must be closed.
 */
export async function reconcile(database: Database, request: ReconcileRequest): Promise<Reconciliation> {
  const { row, go, by } = request;
  const { db } = database;
  const { incident } = row;
  const context = await rebuildContext(database, row, go);
  const journals = journalsOf(row.message_key, request.journalFolder, request.copied);
  const otherServer = await isOtherServer(db, incident, await serverIdentity(db));

  const { rebuilt, lost, seen } = await rebuildLost(context, journals);
  const { unsettled, settled } = await settleOpen(database, context, journals);
  const unknownWorkers = await workersWithoutJournal(database, request, journals);
  const inDoubt = isPassOver(row) || unknownWorkers.length > 0;
  const upTo = await workedUpTo(database, request, inDoubt);
  const neitherKnows = upTo === null ? 0 : await lookAtRest(context, { upTo, seen, inDoubt });
  const found: Reconciliation = {
    done: go,
    otherServer,
    journals: { read: journals.whole.length, worthless: journals.worthless },
    lostClaims: lost,
    rebuilt,
    unsettled,
    settled,
    unknownWorkers,
    neitherKnows,
  };
  if (go) {
    const { done: _, journals: read, ...facts } = found;
    const detail = { ...facts, journals: read.read, worthlessJournals: read.worthless.length };
    await adoptServer(db, incident, { who: by, action: 'reconcile', detail });
  }
  return found;
}

async function rebuildContext(database: Database, row: IncidentRow, go: boolean): Promise<RebuildContext> {
  const { db } = database;
  const file = incidentOf(row);
  const notices = await compileNotices(file);
  return {
    db,
    incident: row.incident,
    company: await companyOf(database, file),
    wave: await currentWave(db, row),
    remindAfterSeconds: remindAfterSeconds(file),
    decide: (candidate, wave) => decideNotice(notices, wave, candidate),
    go,
  };
}

async function workersWithoutJournal(
  { db }: Database,
  { row, pollers }: ReconcileRequest,
  { whole }: JournalsFound,
): Promise<string[]> {
  const known = new Set([MADE_UP, ...whole.map(({ worker }) => worker)]);
  const workers = new Set([...(await claimWorkers(db, row.incident)), ...pollers]);
  return [...workers].filter((worker) => !known.has(worker));
}

/** The last key whose row may have been written; null: none. @param orEnd where the run does not say, it is the cohort's last. */
async function workedUpTo(
  { db }: Database,
  { row, plannedUpTo }: ReconcileRequest,
  orEnd: boolean,
): Promise<CustomerId | null> {
  if (!NOTIFYING.has(row.phase)) return null;
  const planned = isPassOver(row) ? null : plannedUpTo;
  return planned ?? (orEnd ? cohortEnd(db, row.incident) : null);
}

/** Everybody has had a row in the wave: whose is gone may have been told. Of the reminder the hold for just this says so. */
function isPassOver({ phase, hold_reason: hold }: IncidentRow): boolean {
  if (phase === 'settle' || phase === 'close') return true;
  return phase === 'remind' && hold !== null && holdKindOf(hold) === 'rows-missing';
}

const NOTIFYING: ReadonlySet<Phase> = new Set(['canary', 'notify', 'settle', 'remind', 'close']);
