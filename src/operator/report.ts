import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import { listTests } from '../books/audit';
import { checkWaves, surveyNotices, wavesOf } from '../books/balance';
import type { BareBooks } from '../books/books';
import { countCohort } from '../books/cohort';
import { findIncident, incidentOf, openBooks } from '../books/incident-row';
import type { Database } from '../books/open-database';
import { countResent, countSentBetween, phaseTimes } from '../books/phase-times';
import { listAddresses } from '../company/scan-customers';
import { judgeRelayLog, type RelayVerdict } from '../evidence/proof/judge-relay-log';
import { problemWords } from '../incident/books-problems';
import { statedWords } from '../incident/database-schema';
import { inWords } from '../incident/hold-reason';
import type { Wave } from '../incident/vocabulary';
import { testOf } from '../notice/message-headers';
import { type Chosen, type IncidentOptions, onBooks, withIncidentOption } from './incident-command';
import { proofProblems, proofText, type ReminderProof, reminderProblems, reminderProof } from './proof';
import { ToldError } from './told-error';
import { counted, json } from './words';
import { FileExistsError, writeUnreached } from './write-unreached';

interface ReportOptions extends IncidentOptions {
  relayLog?: string;
  unreached?: string;
}

/** Exit 1: something does not add up. */
export function describeReport(command: Command): void {
  withIncidentOption(command)
    .description("The proof: the books, and beside them what the relay's own log says.")
    .option('--relay-log <file>', "the relay's log in Postfix's format (default: the embedded relay's)")
    .option('--unreached <file.csv>', 'instead: writes everybody who was not reached, and why, to a new file')
    .option('--json', 'the proof as JSON')
    .action((options: ReportOptions) =>
      onBooks(options, (chosen) =>
        options.unreached === undefined ? prove(chosen, options) : listUnreached(chosen, options),
      ),
    );
}

async function prove({ addresses, database, row }: Chosen, options: ReportOptions): Promise<void> {
  const relayLog = options.relayLog ?? addresses.relay?.log ?? null;
  const proof = await report(database, { incidentId: row.incident_id, relayLog });
  const { problems, notes } = proof;
  console.log(options.json ? json(proof.proof) : proofText(proof));
  if (options.json) for (const line of [...problems, ...notes]) console.error(line);
  if (problems.length > 0) process.exitCode = 1;
}

async function listUnreached({ database, row }: Chosen, options: ReportOptions): Promise<void> {
  const written = await writeUnreached(database, row, options.unreached!).catch((error) => {
    if (error instanceof FileExistsError)
      throw new ToldError(`${error.message} exists already and is not overwritten: name another file.`);
    const { code, message } = error as NodeJS.ErrnoException;
    throw FILE_TROUBLE.has(code ?? '')
      ? new ToldError(`The list cannot be written: ${message}. Name another file with --unreached.`)
      : error;
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

const FILE_TROUBLE = new Set(['ENOENT', 'EACCES', 'EISDIR', 'ENOTDIR', 'EROFS', 'ENOSPC', 'EPERM', 'EDQUOT']);

/** What the run did, as JSON. Rates are customers a second; null where that phase is not over. */
export interface Proof {
  cohort: number;
  expired: number;
  changedSince: number;
  noPassword: number;
  sent: number;
  skipped: number;
  failed: number;
  deferred: number;
  inDoubt: number;
  expirePerSecond: number | null;
  notifyPerSecond: number | null;
  /** By the relay's log and the customers table, never by the ledger. Null: no log is at hand. */
  relay: {
    customersAcceptedOnce: number;
    customersAcceptedTwiceOrMore: number;
    customersNeverAccepted: number;
  } | null;
  /** Null: there was no reminder. */
  reminders: ReminderProof | null;
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
 * The proof of an incident: the ledger's books, and beside them what the relay's own log says.
 * @param relayLog in Postfix's format; null when there is none at hand.
 * @throws Error when there is no such incident, or no such log.
 */
export async function report(
  database: Database,
  { incidentId, relayLog }: { incidentId: string; relayLog: string | null },
): Promise<Report> {
  const { db } = database;
  const row = await findIncident(db, incidentId);
  if (!row) throw new Error(`The ledger has no incident ${incidentId}: start it with npm start -- FILE --go`);
  if (relayLog !== null && !existsSync(relayLog))
    throw new Error(`There is no relay log ${relayLog}: name it with --relay-log FILE`);
  const file = incidentOf(row);
  const books = await openBooks(database, row);
  const survey = await surveyNotices(books, 'notice');
  const cohort = await countCohort(books);
  const rates = await ratesOf(books, survey.cohort);
  const tests = await listTests(books);
  const testNames = new Set(tests.map(({ test }) => test));
  const isTest = (messageId: string) => testNames.has(testOf(messageId) ?? '');
  const judge = async (wave: Wave) =>
    relayLog === null
      ? null
      : judgeRelayLog(
          relayLog,
          listAddresses(db, books.company, Date.now()),
          file.canary.mailboxes,
          wave,
          isTest,
        );
  const verdict = await judge('notice');
  const waves = await wavesOf(books);
  const reminded = waves.includes('reminder') ? await judge('reminder') : null;
  const reminders = waves.includes('reminder') ? await reminderProof(books, reminded) : null;
  const proof: Proof = {
    cohort: survey.cohort,
    expired: cohort.expired,
    changedSince: cohort.changed_since,
    noPassword: cohort.none,
    sent: survey.notices.sent ?? 0,
    skipped: survey.notices.skipped ?? 0,
    failed: survey.notices.failed ?? 0,
    deferred: survey.notices.deferred ?? 0,
    inDoubt: survey.notices.in_doubt ?? 0,
    ...rates,
    relay: verdict && relayPart(verdict),
    reminders,
  };
  const resent = await countResent(books);
  const { problems, notes } = proofProblems(proof, {
    strangers: verdict?.strangers ?? 0,
    resent,
    left: survey.notices.left ?? 0,
    tests: tests.reduce((sum, { mails }) => sum + mails, 0),
  });
  if (reminders !== null) {
    const { left = 0 } = (await surveyNotices(books, 'reminder')).notices;
    problems.push(...reminderProblems(reminders, { left, strangers: reminded?.strangers ?? 0, resent }));
  }
  notes.push(
    ...statedWords(file.database).map((words) => `Stated, not proven: ${words}.`),
    ...file.database.customers.leaveOut.map(
      ({ because }) => `Left out of the cohort by the file: ${because}.`,
    ),
  );
  const ledger = await checkWaves(books, waves);
  return { incidentId, title: row.title, proof, problems: [...ledger.map(problemWords), ...problems], notes };
}

function relayPart(verdict: RelayVerdict): Proof['relay'] {
  const { customersAcceptedOnce, customersAcceptedTwiceOrMore, customersNeverAccepted } = verdict;
  return { customersAcceptedOnce, customersAcceptedTwiceOrMore, customersNeverAccepted };
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
