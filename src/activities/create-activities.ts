import { Context } from '@temporalio/activity';
import type { Client } from '@temporalio/client';
import type pino from 'pino';
import type { Anchor } from '../books/anchor-head';
import { surveyNotices } from '../books/balance';
import { canaryRange } from '../books/cohort';
import { closeGate, openGate, readGate } from '../books/gate';
import { enterPhase, recordForeign, recordHold, recordRefused, setRate } from '../books/incident-decisions';
import { IDLE_TRANSACTION_SECONDS, openDatabase } from '../books/open-database';
import { recordApproval } from '../books/record-approval';
import { sweepLeases } from '../books/unsettled-claims';
import { verifyExpiry } from '../company/verify-expiry';
import { namedWith } from '../incident/asked-by';
import { holdOfBefore } from '../incident/older-holds';
import { tellReceivers } from '../incident/receiver';
import type { Journals } from '../journal/journals';
import { parseRelays } from '../smtp/relay-list';
import { adoptRun } from './adopt-run';
import { amendRun } from './amend-run';
import { auditHeads } from './audit-heads';
import { callSomebody } from './call-somebody';
import { closeBooks } from './close-books';
import type {
  AmendInput,
  CanaryRangeInput,
  CloseGateInput,
  DecidedBy,
  EnterPhaseInput,
  IncidentRef,
  NoticeSurvey,
  OpenGateInput,
  RecordApprovalInput,
  RecordForeignInput,
  RecordHoldInput,
  RecordRefusedInput,
  SetRateInput,
  SurveyInput,
  VerifyResult,
} from './contract';
import { declareActivities, type LeaveWork } from './declare-activity';
import { expireSlice, planRanges } from './expire-slice';
import { failure } from './failure';
import { gateView, readFile } from './file-view';
import { findSender } from './find-sender';
import { goesWithout } from './goes-without';
import { keepJournals } from './keep-journals';
import { laneSenders } from './lane-senders';
import { recordResets } from './look-at-run';
import { mailCanaryMailboxes } from './mail-canary-mailboxes';
import { notifySlice } from './notify-slice';
import { tellRanges } from './range-ends';
import { receiverBreakers } from './receiver-breakers';
import { relayBreakers } from './relay-breakers';
import { runContexts } from './run-context';
import { checkRelayLog } from './search-relay-log';
import { watchReappearance } from './watch-reappearance';

export interface ActivityDependencies {
  databaseUrl: string;
  /** Of one relay or several (relay-list.ts): throws on a wrong one. */
  smtpUrl: string;
  /** Files of the relay's own log; empty: none is at hand. */
  relayLogs?: string[];
  /** Names this process in the claims, such as host:pid. */
  workerName: string;
  /** Null: none is kept, and a kill -9 puts whole claims in doubt. */
  journals?: Journals | null;
  /** Where the audit's heads are kept, besides Temporal and the log; null: nowhere. */
  anchor?: Anchor | null;
  /** Knows who sent a message to a run, and who reset one; left out: names stand alone. */
  temporal?: Client;
  /** That the incident file may have run (onHold.command), by their whole paths; left out: none. */
  onHoldPrograms?: readonly string[];
  /** Told when this process fails where another worker would do better; left out: it goes on all the same. */
  leave?: LeaveWork;
  /** Of a claim; tests make it short. */
  leaseSeconds?: number;
  log: pino.Logger;
}

/** The activities of one worker process, and how to let go of what they hold. */
export type ActivitySet = ReturnType<typeof createActivities>;

/** What the workflow may ask of a worker: the type of its proxies (workflows/activities-of-run.ts). Names are activity names. */
export type Activities = ActivitySet['activities'];

export function createActivities({
  databaseUrl,
  smtpUrl,
  relayLogs = [],
  workerName,
  journals = null,
  anchor = null,
  temporal,
  onHoldPrograms = [],
  leave,
  leaseSeconds,
  log,
}: ActivityDependencies) {
  const relays = parseRelays(smtpUrl);
  const idleTransactionSeconds = IDLE_TRANSACTION_SECONDS;
  const heads = auditHeads(anchor, log);
  const { keepHead } = heads;
  const database = openDatabase(databaseUrl, { connections: 12, idleTransactionSeconds, keepHead });
  const lanes = openDatabase(databaseUrl, { connections: 8, idleTransactionSeconds, keepHead });
  const senders = laneSenders();
  const runs = runContexts(database);
  const keeper = journals && keepJournals(journals, { database, runs, log });
  const reappearance = watchReappearance(database, log);
  const booksOf = async (incidentId: string) => (await runs(incidentId)).books;

  const sender = temporal && findSender(temporal);
  const lookAtRun = temporal && recordResets(temporal, runs);
  const who = async ({ by, through }: DecidedBy) =>
    through === undefined || sender === undefined ? by : namedWith(by, await sender(through));

  const { activity, call, slice } = declareActivities(
    database,
    { lookAtRun, leave, tell: heads.tell(runs), goesWithout: goesWithout(runs, log) },
    log,
  );

  const amend = amendRun(runs);
  const activities = {
    /** What the incident's row says, so that every run adopts and never assumes. */
    adoptRun: activity(adoptRun(database, runs)),
    /** Writes the phase and its audit entry; a repeated call changes nothing. Clears frontier and hold. */
    enterPhase: activity(async ({ incidentId, phase, reason, ...asked }: EnterPhaseInput) => {
      await enterPhase(await booksOf(incidentId), phase, await who(asked), reason);
      log.info({ phase, incident: incidentId }, 'the run is in its next phase');
    }),
    /** The next ranges after `after`, at most `count`, each about `size` keys; none: the end. Saves `frontier`. */
    planRanges: activity(planRanges(runs)),
    /** Expires the passwords of a range, until it is done or the slice is over. */
    expireSlice: slice(expireSlice(lanes, runs, reappearance)),
    verifyExpiry: activity(async ({ incidentId }: IncidentRef): Promise<VerifyResult> => {
      const run = await runs(incidentId);
      await reappearance.finish(run);
      const { db, company, incident } = run.books;
      return verifyExpiry(db, company, incident, Date.now());
    }),
    readGate: activity(async ({ incidentId }: IncidentRef) =>
      gateView(await readGate(await booksOf(incidentId))),
    ),
    /** Unconditional; returns once no claim can commit. */
    closeGate: activity(async ({ incidentId, reason, ...asked }: CloseGateInput) => {
      const gate = gateView(await closeGate(await booksOf(incidentId), reason, await who(asked)));
      log.warn({ fence: gate.fence, incident: incidentId }, 'paused: the gate is closed');
      return gate;
    }),
    /** Compare-and-set on `fence`; when somebody closed it again meanwhile it stays closed and `opened` is false. */
    openGate: activity(async ({ incidentId, fence, ...asked }: OpenGateInput) => {
      const { opened, ...gate } = await openGate(await booksOf(incidentId), fence, await who(asked));
      log.info(
        { opened, fence, incident: incidentId },
        opened ? 'resumed' : 'a resume did not open the gate',
      );
      return { ...gateView(gate), opened };
    }),
    setRate: activity(async ({ incidentId, perSecond, version, ...asked }: SetRateInput) => ({
      amended: !(await setRate(await booksOf(incidentId), perSecond, await who(asked), version)),
    })),
    /** Brings a proposed file into effect; the older words have ended by then. */
    amendFile: activity(async ({ incidentId, proposal, base, reason, by, through }: AmendInput) => {
      const login = through && sender ? await sender(through) : null;
      const named = through && sender ? namedWith(by, login) : by;
      return { refused: await amend(incidentId, { proposal, base, reason, by: named, login }) };
    }),
    /** What the run goes by of its file, and the gate. */
    readFile: activity(readFile(runs)),
    recordApproval: activity(
      async ({ incidentId, contentHash, version, by, through }: RecordApprovalInput) => {
        const { books, file } = await runs(incidentId);
        const login = through && sender ? await sender(through) : null;
        const named = through && sender ? namedWith(by, login) : by;
        const { people = 1 } = file.approval ?? {};
        return { missing: await recordApproval(books, { by: named, contentHash, version, login, people }) };
      },
    ),
    /** Writes the reason why the run waits to the row, and an audit entry; null: it goes on, by the word of `by`. */
    recordHold: activity(
      async ({ incidentId, reason, hold = holdOfBefore(reason), by, through }: RecordHoldInput) => {
        // First: the books may be what is away.
        if (hold === null) log.info({ incident: incidentId }, 'the hold has ended');
        else log.warn({ kind: hold.kind, incident: incidentId }, 'the run holds: npm run cli -- status');
        await recordHold(
          await booksOf(incidentId),
          hold,
          by === undefined ? by : await who({ by, ...(through === undefined ? {} : { through }) }),
        );
      },
    ),
    /** Puts on record that somebody sent a signal which no run knows. */
    recordForeign: activity(async ({ incidentId, signal, ...asked }: RecordForeignInput) =>
      recordForeign(await booksOf(incidentId), { who: await who(asked), signal, through: asked.through }),
    ),
    /** Puts on record that a word was refused: who sent it in the Web UI got no answer. */
    recordRefused: activity(
      async ({ incidentId, why, fence, word = 'resume', ...asked }: RecordRefusedInput) =>
        recordRefused(await booksOf(incidentId), {
          ...{ who: await who(asked), why, through: asked.through, word },
          ...(fence === undefined ? {} : { fence }),
        }),
    ),
    /** Mails the company's own mailboxes, from where the audit says that it has come to, until the slice is over or the gate is closed. */
    mailCanaryMailboxes: slice(mailCanaryMailboxes({ lanes, runs, relays, senders, workerName })),
    /** Whether the relay's log holds every message that is known to be sent, so that it could settle who is in doubt. */
    checkRelayLog: activity(checkRelayLog(runs, relayLogs)),
    /** The range of the first `customers` of the cohort; null when there is nobody. */
    canaryRange: activity(async ({ incidentId, customers }: CanaryRangeInput) => {
      const books = await booksOf(incidentId);
      const range = await canaryRange(books, customers);
      return range && (await tellRanges(books, [range]))[0]!;
    }),
    /** Tells the customers of a range, until it is done, the slice is over or the gate is closed. */
    notifySlice: slice(
      notifySlice({
        lanes,
        runs,
        relays,
        senders,
        breakers: relayBreakers(),
        receivers: receiverBreakers(),
        workerName,
        journals,
        leaseSeconds,
        log,
      }),
    ),
    /** Calls whom the file names under onHold. */
    callSomebody: call(callSomebody(runs, { programs: onHoldPrograms, log })),
    /** Counts the ledger against the cohort, after calling claims whose lease is over what they are: in doubt. */
    surveyNotices: activity(async ({ incidentId, wave }: SurveyInput): Promise<NoticeSurvey> => {
      const { books, file } = await runs(incidentId);
      await sweepLeases(books);
      const { strangers: _, receivers, ...survey } = await surveyNotices(books, wave);
      return { ...survey, receivers: tellReceivers(receivers, file.relay.providers) };
    }),
    /** Refused, with what does not add up, or closed for good. */
    closeIncident: activity(closeBooks(runs)),
  };
  return {
    activities,
    /** For what this version has no activity of: the SDK would fail it before this program hears of it. */
    unknown: activity(async () => {
      throw failure('UnknownActivity', Context.current().info.activityType);
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
