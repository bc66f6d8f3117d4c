import { decideNotice } from '../../src/activities/decide-notice';
import { settleFromJournal } from '../../src/activities/settle-from-journal';
import { adoptServer, isOtherServer } from '../../src/db/adopt-server';
import { claimWorkers } from '../../src/db/claim-workers';
import { cohortEnd } from '../../src/db/cohort-end';
import { companyTime } from '../../src/db/company-tables';
import { findKeyColumn } from '../../src/db/find-key-column';
import { type IncidentRow, incidentOf } from '../../src/db/incident-row';
import { lostClaims } from '../../src/db/lost-claims';
import { openClaimsOf } from '../../src/db/open-claims';
import type { Database } from '../../src/db/open-database';
import {
  type RebuildContext,
  type Rebuilt,
  type RebuiltCounts,
  rebuildClaim,
} from '../../src/db/rebuild-claim';
import { serverIdentity } from '../../src/db/server-identity';
import { compileNotices } from '../../src/email/compile-notice';
import type { JournalClaim } from '../../src/email/journal/journal-line';
import type { DotFact } from '../../src/email/journal/read-journal';
import type { CustomerId, NoticeState, Phase } from '../../src/incident/vocabulary';
import { factsOf, type JournalsFound, journalsOf } from './journals-of';
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

  const rebuilt: RebuiltCounts = { sent: 0, in_doubt: 0, released: 0 };
  const seen = new Set<CustomerId>();
  let lost = 0;
  for (const { path, worker, claims } of journals.whole) {
    const missing = await lostClaims(db, claims);
    const facts = factsOf(path, missing);
    lost += missing.length;
    for (const claim of missing) {
      const counts = await rebuildClaim(context, asLost(claim, worker), ({ candidate, state }) => {
        if (state === null) seen.add(candidate.customerId);
        return rebuiltBy(facts.get(claim.claimId)!.get(candidate.customerId), state === null);
      });
      for (const state of ['sent', 'in_doubt', 'released'] as const) rebuilt[state] += counts[state];
    }
  }

  let unsettled = 0;
  const settled: Reconciliation['settled'] = {};
  for (const { path, worker } of journals.whole) {
    const open = await openClaimsOf(db, incident, worker, context.keyColumn);
    unsettled += open.reduce((sum, { customers }) => sum + customers.length, 0);
    const states = go
      ? await settleFromJournal(database, { number: incident, keyColumn: context.keyColumn }, path, worker)
      : null;
    for (const [state, count] of Object.entries(states ?? {}) as [NoticeState, number][])
      settled[state] = (settled[state] ?? 0) + count;
  }

  const unknownWorkers = await workersWithoutJournal(database, request, journals);
  const everybody = row.phase === 'settle' || row.phase === 'close';
  const upTo = await workedUpTo(database, request, everybody || unknownWorkers.length > 0);
  const rest = { upTo, seen, inDoubt: everybody || unknownWorkers.length > 0 };
  const neitherKnows = upTo === null ? 0 : await lookAtRest(context, { ...rest, upTo });
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
  const { db, companySchema } = database;
  const file = incidentOf(row);
  const { database: mapping } = file;
  const notices = await compileNotices(file);
  return {
    db,
    incident: row.incident,
    companySchema,
    mapping,
    cutoff: companyTime(file.cutoff, mapping.timeZone),
    keyColumn: await findKeyColumn(db, companySchema, mapping),
    wave: 'notice',
    decide: (candidate) => decideNotice(notices, file, candidate),
    go,
  };
}

function asLost({ token, lane, claimedAt, after, at }: JournalClaim, worker: string) {
  return { token, lane, worker, claimedAt: claimedAt.slice(0, 23).replace('T', ' '), after, at };
}

/** @param rowIsGone a row that is there keeps its state unless the journal knows more. */
function rebuiltBy(fact: DotFact | undefined, rowIsGone: boolean): Rebuilt | undefined {
  if (fact === 'unanswered') return { state: 'in_doubt' };
  if (fact !== undefined && fact !== 'refused')
    return { state: 'sent', replyCode: fact.code, queueId: fact.queueId };
  return rowIsGone ? { state: 'released' } : undefined;
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
  const planned = row.phase === 'settle' || row.phase === 'close' ? null : plannedUpTo;
  return planned ?? (orEnd ? cohortEnd(db, row.incident) : null);
}

const NOTIFYING: ReadonlySet<Phase> = new Set(['canary', 'notify', 'settle', 'close']);
