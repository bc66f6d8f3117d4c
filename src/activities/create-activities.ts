import type pino from 'pino';
import { surveyNotices } from '../books/balance';
import { canaryRange } from '../books/cohort';
import { recordApproval, recordHold, setRate } from '../books/decisions';
import { closeGate, openGate, readGate } from '../books/gate';
import { enterPhase } from '../books/incident-row';
import { sweepLeases } from '../books/open-claims';
import { IDLE_TRANSACTION_SECONDS, openDatabase } from '../books/open-database';
import { verifyExpiry } from '../company/verify-expiry';
import type { Journals } from '../journal/journals';
import { adoptRun, gateView } from './adopt-run';
import { closeBooks } from './close-books';
import type { BreachActivities } from './contract';
import { expireSlice, planRanges } from './expire-slice';
import { guarded } from './failure';
import { keepJournals } from './keep-journals';
import { laneSenders, relayBreakers } from './lane-senders';
import { mailCanaryMailboxes } from './mail-canary-mailboxes';
import { notifySlice } from './notify-slice';
import { ownLedgerOnly } from './own-ledger-only';
import { runContexts } from './run-context';
import { checkRelayLog } from './search-relay-log';
import { watchReappearance } from './watch-reappearance';

export interface ActivityDependencies {
  databaseUrl: string;
  smtpUrl: string;
  /** Files of the relay's own log; empty: none is at hand. */
  relayLogs?: string[];
  /** Names this process in the claims, such as host:pid. */
  workerName: string;
  /** Null: none is kept, and a kill -9 puts whole claims in doubt. */
  journals?: Journals | null;
  /** Of a claim; tests make it short. */
  leaseSeconds?: number;
  log: pino.Logger;
}

/** The activities of one worker process, and how to let go of what they hold. */
export interface ActivitySet {
  activities: BreachActivities;
  close(): Promise<void>;
}

export function createActivities({
  databaseUrl,
  smtpUrl,
  relayLogs = [],
  workerName,
  journals = null,
  leaseSeconds,
  log,
}: ActivityDependencies): ActivitySet {
  const idleTransactionSeconds = IDLE_TRANSACTION_SECONDS;
  const database = openDatabase(databaseUrl, { connections: 12, idleTransactionSeconds });
  const lanes = openDatabase(databaseUrl, { connections: 8, idleTransactionSeconds });
  const senders = laneSenders(smtpUrl);
  const runs = runContexts(database);
  const keeper = journals && keepJournals(journals, { database, runs, log });
  const reappearance = watchReappearance(database, log);
  const { db } = database;
  const number = async (incidentId: string) => (await runs(incidentId)).number;

  const activities: BreachActivities = {
    adoptRun: adoptRun(database, runs),
    enterPhase: async ({ incidentId, phase, by, reason }) =>
      enterPhase(db, await number(incidentId), phase, by, reason),
    planRanges: planRanges(database, runs),
    expireSlice: expireSlice(lanes, runs, reappearance),
    verifyExpiry: async ({ incidentId }) => {
      const run = await runs(incidentId);
      await reappearance.finish(run);
      return verifyExpiry(db, run.company, run.number, Date.now());
    },
    readGate: async ({ incidentId }) => gateView(await readGate(db, await number(incidentId))),
    closeGate: async ({ incidentId, reason, by }) =>
      gateView(await closeGate(db, await number(incidentId), reason, by)),
    openGate: async ({ incidentId, fence, by }) => {
      const { opened, ...gate } = await openGate(db, await number(incidentId), fence, by);
      return { ...gateView(gate), opened };
    },
    setRate: async ({ incidentId, perSecond, by }) => setRate(db, await number(incidentId), perSecond, by),
    recordApproval: async ({ incidentId, by, contentHash }) =>
      recordApproval(db, await number(incidentId), by, contentHash),
    recordHold: async ({ incidentId, reason, by }) => recordHold(db, await number(incidentId), reason, by),
    mailCanaryMailboxes: mailCanaryMailboxes(database, runs, senders),
    checkRelayLog: checkRelayLog(database, runs, relayLogs),
    canaryRange: async ({ incidentId, customers }) => canaryRange(db, await number(incidentId), customers),
    notifySlice: notifySlice({
      lanes,
      database,
      runs,
      senders,
      breakers: relayBreakers(),
      workerName,
      journals,
      leaseSeconds,
    }),
    surveyNotices: async ({ incidentId, wave }) => {
      const run = await runs(incidentId);
      await sweepLeases(db, run.number, run.company.keyColumn);
      const { strangers: _, ...survey } = await surveyNotices(db, run.number, wave);
      return survey;
    },
    closeIncident: closeBooks(database, runs),
  };
  return {
    activities: guarded(ownLedgerOnly(activities, database), (name, error) => {
      const { code, errno, name: kind } = error as { code?: string; errno?: number; name?: string };
      log.error({ activity: name, code, errno, kind }, 'an activity failed');
    }),
    close: async () => {
      await senders.close();
      await keeper?.stop();
      await reappearance.close();
      journals?.close();
      await Promise.all([database.close(), lanes.close()]);
    },
  };
}
