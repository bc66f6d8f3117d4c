import { randomBytes } from 'node:crypto';
import type { Client } from '@temporalio/client';
import { type Command, Option } from 'commander';
import { readDelay } from '../books/delay';
import { bareBooks, findIncident, type IncidentRow, insertIncident } from '../books/incident-row';
import { type Database, openDatabase } from '../books/open-database';
import type { AuditHead } from '../incident/audit-head';
import { type Delay, releaseCommand } from '../incident/law-delay';
import { compareWithRow, type Refusal } from './compare-with-row';
import { type DryRun, dryRun, dryRunFaulty, faultyText, findingLines, verdict } from './dry-run';
import type { DryRunCompany } from './dry-run-company';
import { dryRunText } from './dry-run-text';
import { lostHeadOfLastRun } from './held-heads';
import { addressesFor, knownAddresses, withClient, withDatabase } from './parts';
import type { Addresses } from './parts/addresses';
import { waitUntil } from './parts/this-machine';
import { type FaultyIncident, faultyFile, type PreparedIncident, readIncident } from './prepare-incident';
import { recordTerminated } from './record-terminated';
import {
  ensureLedger,
  findOtherRun,
  ledgerHere,
  otherRunRefusal,
  type RunLedger,
  runLedger,
} from './run-ledger';
import { countWorkers, OtherRunError, type StartedRun, startRun } from './start-run';
import { decidedBy, givenName, loginWords } from './who-types';
import { delayLine, json, number } from './words';

interface StartOptions {
  go?: boolean;
  relayLater?: boolean;
  by?: string;
  json?: boolean;
}

/** `npm start -- FILE` and the verb `start` are the same: a dry run, and with --go the start. */
export function describeStart(command: Command): Command {
  return command
    .description(
      'Checks an incident file and everything that the run needs (a dry run); with --go starts the run.',
    )
    .argument('<file>', 'the incident file, such as examples/zappos-2012/incident.yaml')
    .option('--go', 'start the run; without --go nothing is sent and nothing is changed')
    .option('--relay-later', 'start although the relay does not answer: passwords are expired, notices wait')
    .option('--by <name>', 'who starts it, for the audit log (default: the login name)', givenName)
    .addOption(new Option('--json', 'what was found, as JSON'))
    .action(start);
}

/** @returns the exit code, as process.exitCode. */
async function start(file: string, options: StartOptions): Promise<void> {
  const go = options.go === true;
  const prepared = await readIncident(file);
  if ('problems' in prepared) {
    if (go) throw faultyFile(prepared);
    return lookBesides(prepared, options);
  }
  const addresses = await (go ? addressesFor(['database', 'temporal', 'relay']) : knownAddresses());
  const look = (progress?: Progress) => dryRun({ prepared, addresses, countCustomers: !go, progress });
  const facts = go ? await look() : await withProgress(look);
  const mayGo = facts.ready || (options.relayLater === true && facts.onlyRelayStops);
  if (!go) {
    console.log(options.json ? json(asJson(facts)) : dryRunText(facts));
    if (!facts.ready) process.exitCode = 1;
    return;
  }
  if (!mayGo) {
    console.log(options.json ? json({ kind: 'refused', ...asJson(facts) }) : refusedText(facts));
    process.exitCode = 1;
    return;
  }
  const { answer, workerThere } = await withClient(addresses, async (client) => {
    const answer = await startIncident({
      databaseUrl: addresses.databaseUrl,
      client,
      uiUrl: addresses.temporal.uiUrl,
      prepared,
      by: decidedBy(options.by),
    });
    return { answer, workerThere: await isWorkerThere(client, answer, facts) };
  });
  const told = { prepared, addresses, facts, workerThere };
  console.log(options.json ? json(answerJson(answer)) : answerText(answer, told));
  if (answer.kind === 'refused') process.exitCode = 1;
}

/** A dry run of a file with problems: they come first, then all that is missing besides. */
async function lookBesides(faulty: FaultyIncident, options: StartOptions): Promise<void> {
  if (!options.json) console.error(faulty.problems.join('\n'));
  const addresses = await knownAddresses();
  const facts = await withProgress((progress) => dryRunFaulty({ faulty, addresses, progress }));
  console.log(options.json ? json(asJson(facts)) : faultyText(facts));
  process.exitCode = 2;
}

/** Before the ledger was made nobody could ask for its work: a worker that waits for it does so within seconds. */
async function isWorkerThere(client: Client, answer: StartAnswer, { temporal }: DryRun): Promise<boolean> {
  if (answer.kind === 'refused' || temporal.workers !== null) return (temporal.workers ?? 0) > 0;
  return waitUntil(async () => (await countWorkers(client, answer.ledger.id)) > 0, FIRST_WORKER_SECONDS);
}

const FIRST_WORKER_SECONDS = 5;

type Progress = (customers: number) => void;

/** On a terminal it shows how many customers were read. */
async function withProgress<T>(look: (progress?: Progress) => Promise<T>): Promise<T> {
  if (!process.stderr.isTTY) return look();
  const facts = await look(showProgress);
  process.stderr.write('\r\x1b[K');
  return facts;
}

function showProgress(customers: number): void {
  process.stderr.write(`\rReading the customers: ${number(customers)} ...`);
}

/** The maps become lists. */
function asJson<Facts extends { company: DryRunCompany | null }>(facts: Facts) {
  const classification = facts.company?.classification;
  if (!classification) return facts;
  const asList = <T extends object>(map: Map<string, T>) =>
    [...map].map(([spelling, seen]) => ({ found: spelling, ...seen }));
  const languages = asList(classification.languages);
  const places = asList(classification.places);
  return {
    ...facts,
    company: { ...facts.company, classification: { ...classification, languages, places } },
  };
}

function refusedText(facts: DryRun): string {
  return [`${facts.file} was not started.`, '', ...findingLines(facts.findings), verdict(facts)].join('\n');
}

function answerJson(answer: StartAnswer) {
  if (answer.kind === 'refused') return answer;
  const { kind, run, row } = answer;
  const { incident_id: incidentId, phase, content_hash: contentHash, started_by: startedBy } = row;
  return { kind, incidentId, phase, contentHash, startedBy, ...run };
}

interface Told {
  prepared: PreparedIncident;
  addresses: Addresses;
  facts: DryRun;
  workerThere: boolean;
}

function answerText(answer: StartAnswer, { prepared, addresses, facts, workerThere }: Told): string {
  if (answer.kind === 'refused')
    return [`REFUSED. ${answer.reason}.`, ...answer.differences.map((line) => `  ${line}`), answer.todo].join(
      '\n',
    );
  const { run, row, delay } = answer;
  const id = row.incident_id;
  const only = `--incident ${id}`;
  const since = `${row.started_at.slice(0, 19)} UTC by ${row.started_by}`;
  const headline = {
    started: `STARTED: ${row.title} (${id}), by ${row.started_by}.`,
    'goes-on': `GOES ON from phase ${row.phase}: ${row.title} (${id}), started ${since}.`,
    running: `RUNNING ALREADY, nothing was done: ${row.title} (${id}), started ${since}.`,
  }[answer.kind];
  const approve = `npm run cli -- approve ${only} --by "YOUR NAME" --content ${prepared.notices.contentHash.slice(0, 12)}`;
  return [
    ...findingLines(facts.findings),
    headline,
    `  Its page   ${run.url ?? `workflow ${run.workflowId} at ${addresses.temporal.address} (TEMPORAL_UI_URL names the Web UI)`}`,
    ...(workerThere ? [] : ['  NO WORKER of this database is running: npm run worker']),
    ...run.warnings.map((warning) => `  ${warning}`),
    ...(row.gate === 'closed' && (delay === null || delay.pausedToo)
      ? [`  ${row.gate_by} closed the gate (${row.gate_reason}): npm run cli -- resume ${only}`]
      : []),
    ...(delay === null ? [] : [`  ${delayLine(delay)}: ${releaseCommand(delay)} ${only}`]),
    `  Watch      npm run cli -- status --watch ${only}`,
    `  Stop mail  npm run cli -- pause ${only}`,
    ...(row.approved_at === null
      ? [`  Next       once somebody has read the texts and they are right: ${approve}`]
      : []),
  ].join('\n');
}

export interface StartIncident {
  databaseUrl: string;
  client: Client;
  /** Of the Web UI; null: not known. */
  uiUrl: string | null;
  prepared: PreparedIncident;
  by: string;
}

/**
 * `started`: its books begin now. `goes-on`: they were there, and a new run goes on from them. `running`: nothing was done.
 * `refused`: the file or the program is another than the one it was started with, or it is over.
 */
export type StartAnswer =
  | {
      kind: 'started' | 'goes-on' | 'running';
      run: StartedRun;
      row: IncidentRow;
      ledger: RunLedger;
      delay: Delay | null;
    }
  | ({ kind: 'refused' } & Refusal);

/**
 * Begins the books of an incident, or finds them, and sees that a run is going. Safe to repeat and to race: the row's unique id
 * and Temporal's unique workflow id leave one row and one run.
 */
export async function startIncident(request: StartIncident): Promise<StartAnswer> {
  const { client, uiUrl, prepared } = request;
  const elsewhere = await refuseOtherRun(request);
  if (elsewhere) return { kind: 'refused', ...elsewhere };
  const { row, isNew, ledger } = await ensureRow(request);
  const refusal = compareWithRow(prepared, row);
  if (refusal) return { kind: 'refused', ...refusal };
  const lostHead = await withDatabase(request, (database) => beforeGoingOn(client, database, row));
  const asked = { incidentId: row.incident_id, title: row.title, ledger, uiUrl, lostHead };
  const run = await startRun(client, asked).catch((error) => {
    if (error instanceof OtherRunError) return error.run;
    throw error;
  });
  if ('ledger' in run) return { kind: 'refused', ...otherRunRefusal(run, ledger) };
  const delay = await withDatabase(request, (database) => readDelay(bareBooks(database, row)));
  return { kind: run.alreadyRunning ? 'running' : isNew ? 'started' : 'goes-on', run, row, ledger, delay };
}

/** What the last run has left: who terminated it, and what it knew of the record that is not there any more. */
async function beforeGoingOn(
  client: Client,
  database: Database,
  row: IncidentRow,
): Promise<AuditHead | null> {
  const books = bareBooks(database, row);
  const { incident_id: incidentId } = row;
  await recordTerminated(client, books, incidentId);
  const { id: ledgerId } = await runLedger(database);
  return lostHeadOfLastRun(client, { ledgerId, incidentId, books });
}

/** Looked at before the ledger is made: with another DATABASE_URL nothing is written there. */
async function refuseOtherRun({ client, databaseUrl, prepared }: StartIncident): Promise<Refusal | null> {
  const database = openDatabase(databaseUrl, { connections: 1, ledgerExists: false });
  try {
    const here = await ledgerHere(database);
    const other = await findOtherRun(client, prepared.incident.id, here);
    return other && otherRunRefusal(other, here);
  } finally {
    await database.close();
  }
}

const DUPLICATE_KEY = 1062;

async function ensureRow({ databaseUrl, prepared, by }: StartIncident) {
  const { incident, fileHash, notices } = prepared;
  await ensureLedger(databaseUrl, incident);
  return withDatabase({ databaseUrl }, async (database) => {
    const { db, keepHead } = database;
    let isNew = false;
    if (!(await findIncident(db, incident.id))) {
      const messageKey = randomBytes(32);
      const { contentHash } = notices;
      try {
        await insertIncident(
          db,
          { incident, fileHash, contentHash, messageKey, by, login: loginWords() },
          keepHead,
        );
        isNew = true;
      } catch (error) {
        // Another start made the row first: that row counts.
        if ((error as { errno?: number }).errno !== DUPLICATE_KEY) throw error;
      }
    }
    const row = (await findIncident(db, incident.id))!;
    return { row, isNew, ledger: await runLedger(database) };
  });
}
