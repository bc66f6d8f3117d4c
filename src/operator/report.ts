import type { Command } from 'commander';
import { listTests } from '../books/audit-chain';
import { checkWaves, type Survey, surveyNotices, wavesOf } from '../books/balance';
import { type BareBooks, type Books, snapshot } from '../books/books';
import { countCohort, countRemindedAfterChoosing } from '../books/cohort';
import { countByVersion, listVersions } from '../books/file-versions';
import { findIncident, type IncidentRow, incidentOf, openBooks } from '../books/incident-row';
import type { Database } from '../books/open-database';
import { countSentBetween, phaseTimes } from '../books/phase-times';
import { readPurged } from '../books/purge-kept';
import { countByRelay } from '../books/relays';
import { isoTime } from '../books/rows';
import { EvidenceError, type LogFile } from '../evidence/log-file';
import type { BooksProblem } from '../incident/books-problems';
import { inWords } from '../incident/hold-reason';
import { withIncident } from '../incident/incident-commands';
import type { PurgedKinds } from '../incident/retention';
import type { Phase } from '../incident/vocabulary';
import {
  type BookedMessages,
  bookedMessages,
  compareWithLogs,
  openLogs,
  type RelayProof,
} from './compare-with-logs';
import { fileTrouble } from './file-trouble';
import { type Chosen, type IncidentOptions, onBooks, withIncidentOption } from './incident-command';
import { relayLogsOf } from './parts/addresses';
import { proofText, verdictOn } from './proof';
import { ToldError } from './told-error';
import { counted, json } from './words';
import { FileExistsError, writeUnreached } from './write-unreached';

interface ReportOptions extends IncidentOptions {
  relayLog?: string[];
  unreached?: string;
}

/** Exit 1: something does not add up. 3: so far it does, and the run is not finished. */
export function describeReport(command: Command): void {
  withIncidentOption(command)
    .description(
      "The proof: the books, and beside them, customer by customer, what the relays' own logs say.",
    )
    .option(
      '--relay-log <file...>',
      "the logs of every relay in Postfix's format, rotated and packed ones too (gz, xz, zst, bz2), in any order (default: RELAY_LOG, or the embedded relay's)",
    )
    .option('--unreached <file.csv>', 'instead: writes everybody who was not reached, and why, to a new file')
    .option('--json', 'the proof as JSON')
    .action((options: ReportOptions) =>
      onBooks(options, (chosen) =>
        options.unreached === undefined ? prove(chosen, options) : listUnreached(chosen, options),
      ),
    );
}

async function prove({ addresses, database, row }: Chosen, options: ReportOptions): Promise<void> {
  const relayLogs = options.relayLog ?? relayLogsOf(addresses, process.env);
  const proven = await report(database, { incidentId: row.incident_id, relayLogs });
  const { problems, notes, proof } = proven;
  console.log(options.json ? json(proof) : withIncident(proofText(proven), row.incident_id));
  if (options.json) for (const line of [...problems, ...notes]) console.error(line);
  if (problems.length > 0) process.exitCode = 1;
  else if (!proof.finished) process.exitCode = NOT_FINISHED;
}

const NOT_FINISHED = 3;

async function listUnreached({ database, row }: Chosen, options: ReportOptions): Promise<void> {
  const written = await writeUnreached(database, row, options.unreached!).catch((error) => {
    if (error instanceof FileExistsError)
      throw new ToldError(`${error.message} exists already and is not overwritten: name another file.`);
    const trouble = fileTrouble(error);
    throw trouble === null
      ? error
      : new ToldError(`--unreached: ${options.unreached} cannot be written: ${trouble}. Name another file.`);
  });
  if (options.json) return console.log(json(written));
  const states = written.customers === 0 ? '' : ` (${inWords(written.byState)})`;
  console.log(
    [
      `${counted(written.customers, 'customer')} not reached${states}: ${written.file}`,
      'It holds PERSONAL DATA: only you can read it (mode 0600). Delete it when nobody needs it any more.',
      'In a spreadsheet import it as UTF-8 with customer_id as text: opened directly, it drops leading zeros and rounds long ids.',
    ].join('\n'),
  );
}

/** A wave's customers by the state of their notice. */
export interface NoticeCounts {
  sent: number;
  skipped: number;
  failed: number;
  /** Put off by the relay, to be tried again. */
  deferred: number;
  inDoubt: number;
  /** Left in doubt by an operator's decision. */
  left: number;
  /** On their way to the relay. */
  sending: number;
  /** Free for the next claim: given back, or to be sent again by a decision. */
  released: number;
  /** Nobody has come to them yet. */
  toCome: number;
}

/** What the run did, as JSON. Rates are customers a second; null where that phase is not over. */
export interface Proof extends NoticeCounts {
  /** The run is closed or cancelled: nobody is told any more. */
  finished: boolean;
  phase: Phase;
  cohort: number;
  expired: number;
  changedSince: number;
  noPassword: number;
  expirePerSecond: number | null;
  notifyPerSecond: number | null;
  /** By the relays' logs. Null: none is at hand. */
  relay: RelayProof | null;
  /** Null: there was no reminder. */
  reminders: ReminderProof | null;
  /** Each relay that took messages, and how many. `relay` null: nobody knows by which. */
  relays: { relay: string | null; sent: number }[];
  /** Each version of the file, and how many messages went out in its words. One: it was not amended. */
  versions: VersionProof[];
}

export interface VersionProof {
  /** Null: nobody knows, since the claim was rebuilt. */
  version: number | null;
  contentHash: string | null;
  /** ISO 8601; from then on it was in effect. */
  since: string | null;
  sent: number;
}

/** Of the reminder wave. */
export interface ReminderProof extends NoticeCounts {
  /** Had a new password when their reminder was claimed: must be 0; null: no column of the company's says it. */
  remindedAfterChoosing: number | null;
  relay: RelayProof['reminders'];
}

export interface Report {
  incidentId: string;
  title: string;
  proof: Proof;
  /** What does not add up, in words (I1, I2, I4); empty: everything does. */
  problems: string[];
  /** What the reader should know, and is no fault. */
  notes: string[];
}

/**
 * The proof of an incident: the ledger's books as they are at one moment, and beside them what the relays' own logs say.
 * @param relayLogs in Postfix's format; empty when there is none at hand.
 * @throws Error when there is no such incident, or no such log.
 */
export async function report(
  database: Database,
  { incidentId, relayLogs }: { incidentId: string; relayLogs: string[] },
): Promise<Report> {
  const row = await findIncident(database.db, incidentId);
  if (!row) throw new Error(`The ledger has no incident ${incidentId}: start it with npm start -- FILE --go`);
  const books = await openBooks(database, row);
  const logs = await openRelayLogs(relayLogs);
  const read = await snapshot(books, (moment) => readBooks(moment, row, logs.length > 0));
  return proveBy(row, logs, read);
}

/** Before the books are read: what is in the logs by now, the books know. @throws ToldError when there is no such log. */
export function openRelayLogs(names: string[]): Promise<LogFile[]> {
  return openLogs(names).catch(toldWithOption);
}

function toldWithOption(error: unknown): never {
  if (!(error instanceof EvidenceError)) throw error;
  throw new ToldError(`${error.message}\nName the relay's log with --relay-log FILE.`);
}

/**
 * The proof by the books of one moment and these logs, which were opened before.
 * @param named whether customers may be named in its words.
 */
export async function proveBy(
  row: IncidentRow,
  logs: LogFile[],
  { proof, ledger, booked, tests, purged }: BooksRead,
  { named = true }: { named?: boolean } = {},
): Promise<Report> {
  if (booked !== null) {
    const compared = await compareWithLogs(row, logs, booked).catch(toldWithOption);
    proof.relay = compared;
    if (proof.reminders !== null) proof.reminders.relay = compared.reminders;
  }
  const verdict = verdictOn(proof, { ledger, tests, purged, database: incidentOf(row).database, named });
  return { incidentId: row.incident_id, title: row.title, proof, ...verdict };
}

/** What the books say at one moment. */
export interface BooksRead {
  proof: Proof;
  ledger: BooksProblem[];
  /** Null: there is no log to compare them with. */
  booked: BookedMessages | null;
  /** Test mails on the record. */
  tests: number;
  purged: PurgedKinds;
}

/** Everything that is counted and compared, at one moment. */
export async function readBooks(books: Books, row: IncidentRow, withMessages: boolean): Promise<BooksRead> {
  const { closed_at: closedAt, phase } = (await findIncident(books.db, row.incident_id))!;
  const waves = await wavesOf(books);
  const survey = await surveyNotices(books, 'notice');
  const passwords = await countCohort(books);
  const proof: Proof = {
    finished: closedAt !== null,
    phase,
    cohort: survey.cohort,
    expired: passwords.expired,
    changedSince: passwords.changed_since,
    noPassword: passwords.none,
    ...statesOf(survey),
    ...(await ratesOf(books, survey.cohort)),
    relay: null,
    reminders: waves.includes('reminder') ? await readReminders(books) : null,
    relays: (await countByRelay(books))
      .filter(({ sent }) => sent > 0)
      .map(({ relay, sent }) => ({ relay, sent })),
    versions: await readVersions(books),
  };
  const ledger = await checkWaves(books, waves);
  const booked = withMessages ? await bookedMessages(books, row, waves, proof.finished) : null;
  const tests = (await listTests(books)).reduce((sum, { mails }) => sum + mails, 0);
  return { proof, ledger, booked, tests, purged: await readPurged(books) };
}

function statesOf({ notices, missing }: Survey): NoticeCounts {
  const { sent = 0, skipped = 0, failed = 0, deferred = 0, in_doubt: inDoubt = 0 } = notices;
  const { left = 0, sending = 0, released = 0 } = notices;
  return { sent, skipped, failed, deferred, inDoubt, left, sending, released, toCome: missing };
}

async function readVersions(books: BareBooks): Promise<VersionProof[]> {
  const sent = await countByVersion(books);
  const countOf = (version: number | null) => sent.find((counted) => counted.version === version)?.sent ?? 0;
  const unknown = countOf(null);
  return [
    ...(await listVersions(books)).map(({ version, content_hash: contentHash, since }) => ({
      ...{ version, contentHash, since: isoTime(since), sent: countOf(version) },
    })),
    ...(unknown === 0 ? [] : [{ version: null, contentHash: null, since: null, sent: unknown }]),
  ];
}

async function readReminders(books: Books): Promise<ReminderProof> {
  return {
    ...statesOf(await surveyNotices(books, 'reminder')),
    remindedAfterChoosing: await countRemindedAfterChoosing(books, Date.now()),
    relay: null,
  };
}

/**
 * By the audit's clock: the cohort over the time from the start to `verify`; what was sent after the canary over the time from
 * `notify` to its last settled notice. Pauses and holds in between count as time.
 */
async function ratesOf(books: BareBooks, cohort: number) {
  const at = await phaseTimes(books);
  const notified =
    at.notify && at.settle ? await countSentBetween(books, at.notify, at.settle) : { sent: 0, last: null };
  return {
    expirePerSecond: at.expire && at.verify ? perSecond(cohort, at.expire, at.verify) : null,
    notifyPerSecond: at.notify && notified.last ? perSecond(notified.sent, at.notify, notified.last) : null,
  };
}

function perSecond(count: number, from: string, to: string): number {
  const seconds = (Date.parse(`${to.replace(' ', 'T')}Z`) - Date.parse(`${from.replace(' ', 'T')}Z`)) / 1000;
  return Math.round(count / Math.max(seconds, 0.001));
}
