import { setTimeout as sleep } from 'node:timers/promises';
import { type Client, isGrpcServiceError, ServiceError, WorkflowNotFoundError } from '@temporalio/client';
import type { Command } from 'commander';
import { type Gate, readGate } from '../books/gate';
import { bareBooks, findIncident, type IncidentRow } from '../books/incident-row';
import { isoTime } from '../books/rows';
import { headWords } from '../incident/audit-head';
import { inWords } from '../incident/hold-reason';
import { releaseCommand } from '../incident/law-delay';
import type { RunStatus } from '../incident/run-status';
import { percentDone } from '../incident/status-details';
import { statusQuery } from '../workflows/messages';
import { type Chosen, type IncidentOptions, onBooks, withIncidentOption } from './incident-command';
import { isUnknown, missingPart, withClient } from './parts';
import { checkPart } from './parts/check-reachable';
import {
  ledgerHere,
  ledgerInMemo,
  otherRunRefusal,
  type RunLedger,
  refusalText,
  workflowIdOf,
} from './run-ledger';
import { delayLine, duration, gateWords, json, number, printable, table, utc } from './words';

interface StatusOptions extends IncidentOptions {
  watch?: boolean;
}

export function describeStatus(command: Command): void {
  withIncidentOption(command)
    .description('Where the run is, the counts, why it waits and what to do next.')
    .option('--watch', 'show it again every two seconds, until the run is over or Ctrl-C')
    .option('--json', 'the facts as JSON; with --watch one line each time')
    .action((options: StatusOptions) => onBooks(options, (chosen) => showStatus(chosen, options)));
}

const WATCH_MILLISECONDS = 2_000;

async function showStatus(chosen: Chosen, options: StatusOptions): Promise<void> {
  const problem = isUnknown('temporal', chosen.addresses)
    ? `${missingPart('temporal')}.`
    : await checkPart('temporal', chosen.addresses);
  if (problem !== null) return repeat(options, () => factsOf(chosen, null, problem));
  await withClient(chosen.addresses, (client) => repeat(options, () => factsOf(chosen, client, null)));
}

async function repeat(options: StatusOptions, read: () => Promise<StatusFacts>): Promise<void> {
  for (;;) {
    const facts = await read();
    if (options.json) console.log(options.watch ? JSON.stringify(asJson(facts)) : json(asJson(facts)));
    else console.log(`${options.watch ? CLEARED : ''}${statusText(facts)}${options.watch ? '\n' : ''}`);
    if (!options.watch || facts.row.closed_at !== null) return;
    await sleep(WATCH_MILLISECONDS);
  }
}

const CLEARED = process.stdout.isTTY ? '\x1b[2J\x1b[H' : '';

async function factsOf(
  { database, row: chosen }: Chosen,
  client: Client | null,
  temporalProblem: string | null,
): Promise<StatusFacts> {
  const incidentId = chosen.incident_id;
  // Temporal may go away while somebody watches: the books are still there.
  const run = client && (await status(client, { incidentId }).catch((error: Error) => error));
  const row = (await findIncident(database.db, incidentId))!;
  const gate = await readGate(bareBooks(database, row));
  if (run instanceof Error)
    return { row, gate, run: null, temporalProblem: `Temporal does not answer: ${run.message}.` };
  const here = await ledgerHere(database);
  if (run !== null && run.workflow !== null && run.ledger?.id !== here.id) {
    const other = { workflowId: workflowIdOf(incidentId), status: run.workflow, ledger: run.ledger };
    return { row, gate, run: null, temporalProblem: refusalText(otherRunRefusal(other, here)) };
  }
  return { row, gate, run, temporalProblem };
}

function asJson({ row, gate, run, temporalProblem }: StatusFacts) {
  return {
    incidentId: row.incident_id,
    title: row.title,
    phase: row.phase,
    gate,
    holdReason: row.hold_reason,
    approvedBy: row.approved_by,
    contentHash: row.content_hash,
    startedBy: row.started_by,
    startedAt: isoTime(row.started_at),
    closedAt: row.closed_at && isoTime(row.closed_at),
    workflow: run?.workflow ?? null,
    run: run?.status ?? null,
    temporalProblem,
  };
}

export interface IncidentRef {
  incidentId: string;
}

export interface StatusResult {
  /** As Temporal sees the workflow: RUNNING, COMPLETED, TERMINATED ...; null: it does not know it. */
  workflow: string | null;
  runId: string | null;
  /** From the run itself; null when no worker answers: then `lastShown` is what it showed last. */
  status: RunStatus | null;
  lastShown: Record<string, unknown> | null;
  /** That the run belongs to; null: it does not say, or there is no run. */
  ledger: RunLedger | null;
}

const PATIENCE_MILLISECONDS = 8_000;

/** Where the run is. Never waits longer than about ten seconds for a worker that is not there. */
export async function status(client: Client, { incidentId }: IncidentRef): Promise<StatusResult> {
  const handle = client.workflow.getHandle(workflowIdOf(incidentId));
  try {
    const described = await handle.describe();
    const answer = await answerOf(client, handle);
    return {
      workflow: described.status.name,
      runId: described.runId,
      status: answer,
      lastShown: answer === null ? (described.memo ?? null) : null,
      ledger: ledgerInMemo(described.memo),
    };
  } catch (error) {
    if (error instanceof WorkflowNotFoundError)
      return { workflow: null, runId: null, status: null, lastShown: null, ledger: null };
    throw error;
  }
}

async function answerOf(
  client: Client,
  handle: ReturnType<Client['workflow']['getHandle']>,
): Promise<RunStatus | null> {
  try {
    return await client.withDeadline(Date.now() + PATIENCE_MILLISECONDS, () => handle.query(statusQuery));
  } catch (error) {
    // The client wraps the deadline that passed while nobody answered.
    const cause = error instanceof ServiceError ? error.cause : error;
    if (error instanceof WorkflowNotFoundError || !isGrpcServiceError(cause)) throw error;
    return null;
  }
}

/** Where an incident stands: from the run itself, or from the books where no run answers. */
export interface StatusFacts {
  row: IncidentRow;
  gate: Gate;
  /** Null: Temporal was not asked, for this reason. */
  run: StatusResult | null;
  temporalProblem: string | null;
}

/** For people: what is the matter and what to do come last, next to the prompt. */
export function statusText(facts: StatusFacts): string {
  const { row, gate, run } = facts;
  const seen = run?.status ?? null;
  return [
    `${printable(row.title)} (${row.incident_id})`,
    ...table([
      ['Phase', seen ? phaseWords(seen) : `${row.phase} (by the books; no run answers)`],
      ...(seen ? progress(seen) : []),
      ['Gate', gateWords(gate)],
      ...(gate.delay === null ? [] : ([['Law', delayLine(gate.delay)]] as [string, string][])),
      ['Rate set', `at most ${number(row.rate_per_second)} a second`],
      [
        'Approval',
        row.approved_at === null
          ? `none yet; content hash ${row.content_hash}`
          : `${row.approved_at.slice(0, 19)} UTC by ${printable(row.approved_by!)}`,
      ],
      ['Started', `${row.started_at.slice(0, 19)} UTC by ${printable(row.started_by)}`],
      ...(row.closed_at
        ? ([['Ended', `${row.closed_at.slice(0, 19)} UTC (${row.phase})`]] as [string, string][])
        : []),
      ...(seen?.audit ? ([['Audit log', `ends with ${headWords(seen.audit)}`]] as [string, string][]) : []),
      ['As of', utc(seen?.asOf ?? new Date().toISOString())],
    ]),
    ...(seen?.audit?.problem ? ['', printable(seen.audit.problem, 1000)] : []),
    ...attention(facts),
  ].join('\n');
}

function phaseWords({ phase, done, total, waitingFor, pending }: RunStatus): string {
  const moving =
    phase === 'expire' ||
    phase === 'canary' ||
    phase === 'notify' ||
    phase === 'settle' ||
    phase === 'remind';
  const percent = moving
    ? `, ${number(done)} of ${phase === 'expire' ? 'about ' : ''}${number(total)} (${percentDone({ done, total, phase })}%)`
    : '';
  return `${phase}${percent}${waitingFor ? ', waiting' : ''}${pending ? `; asked for, not yet in effect: ${pending}` : ''}`;
}

function progress(seen: RunStatus): [string, string][] {
  const { counts, rateNow, etaSeconds, nextRetryAt } = seen;
  const { expired, changed_since, none } = counts.cohort;
  const eta = etaSeconds ? `, done in about ${duration(etaSeconds)}` : '';
  return [
    [
      'Cohort',
      `${number(expired)} expired, ${number(changed_since)} changed since, ${number(none)} without a password`,
    ],
    ['Notices', inWords(counts.notices) || 'none yet'],
    ...(inWords(counts.reminders) ? ([['Reminders', inWords(counts.reminders)]] as [string, string][]) : []),
    ...(rateNow > 0
      ? ([['Rate now', `${number(Math.round(rateNow))} a second${eta}`]] as [string, string][])
      : []),
    ...(nextRetryAt ? ([['Next retry', utc(nextRetryAt)]] as [string, string][]) : []),
  ];
}

function attention({ row, run, temporalProblem }: StatusFacts): string[] {
  const only = `--incident ${row.incident_id}`;
  const resume = `npm run cli -- resume ${only}`;
  if (row.closed_at !== null) return ['', `The incident is over. The proof: npm run cli -- report ${only}`];
  if (temporalProblem !== null)
    return ['', `${temporalProblem}`, 'What stands above is from the books alone.', ...held(row)];
  if (run?.workflow !== 'RUNNING')
    return [
      '',
      `NO RUN IS GOING (Temporal says: ${run?.workflow ?? 'not known'}): npm start -- FILE --go goes on from the books.`,
      ...held(row),
    ];
  if (run.status === null)
    return [
      '',
      'NO WORKER of this database ANSWERS: start one with npm run worker. What stands above is from the books.',
      ...held(row),
    ];
  const { waitingFor } = run.status;
  if (waitingFor === null) return [];
  const { kind, what, since } = waitingFor;
  if (kind === 'deferred')
    return ['', `The run waits, since ${utc(since)}, and goes on without you: ${printable(what, 1000)}`];
  if (kind === 'law-enforcement')
    return [
      '',
      `The run waits, since ${utc(since)}: ${printable(what, 20_000)}`,
      `  -> when they agree: ${releaseCommand(run.status.gate?.delay ?? {})} ${only}`,
    ];
  const first = {
    approval: `npm run cli -- approve ${only}`,
    'in-doubt': `npm run cli -- settle ${only}`,
    'close-refused': `npm run cli -- close ${only}`,
    reminder: `npm run cli -- remind ${only}`,
  };
  const todo = first[kind as keyof typeof first] ?? resume;
  return ['', `THE RUN WAITS FOR YOU, since ${utc(since)}: ${printable(what, 1000)}`, `  -> ${todo}`];
}

function held(row: IncidentRow): string[] {
  return row.hold_reason === null ? [] : [`The run held: ${printable(row.hold_reason, 1000)}`];
}
