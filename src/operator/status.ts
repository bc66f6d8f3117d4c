import { setTimeout as sleep } from 'node:timers/promises';
import {
  type Client,
  isGrpcServiceError,
  ServiceError,
  type WorkflowExecutionDescription,
  WorkflowNotFoundError,
} from '@temporalio/client';
import type { Command } from 'commander';
import { readGate } from '../books/gate';
import { bareBooks, findIncident } from '../books/incident-row';
import { readReceiversIfAny } from '../books/receivers';
import { readRelaysIfAny } from '../books/relays';
import { isoTime } from '../books/rows';
import type { RunStatus } from '../incident/run-status';
import { codeInMemo } from '../workflows/code-version';
import { statusQuery, workflowIdOf } from '../workflows/messages';
import { type Chosen, type IncidentOptions, onBooks, withIncidentOption } from './incident-command';
import { isUnknown, missingPart, withClient } from './parts';
import { checkPart } from './parts/check-reachable';
import { ledgerHere, ledgerInMemo, otherRunRefusal, type RunLedger, refusalText } from './run-ledger';
import { STAND_EXITS, type StatusFacts, standOf } from './run-stand';
import { findTrouble, lanesWithoutSessions, type RunTrouble, whyEnded } from './run-trouble';
import { checkText, statusText } from './status-text';
import { ToldError } from './told-error';
import { json } from './words';

interface StatusOptions extends IncidentOptions {
  watch?: boolean;
  check?: boolean;
}

export function describeStatus(command: Command): void {
  withIncidentOption(command)
    .description('Where the run is, the counts, why it waits and what to do next.')
    .option('--watch', 'show it again every two seconds, until the run is over or Ctrl-C')
    .option('--check', 'for a monitor: one line, and an exit code for how the run stands')
    .option('--json', 'the facts as JSON; with --watch one line each time')
    .action((options: StatusOptions) => {
      if (options.watch && options.check)
        throw new ToldError('--check looks once: leave --watch out, or --check.', 2);
      return onBooks(options, (chosen) => showStatus(chosen, options));
    });
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
    if (options.check) process.exitCode = STAND_EXITS[standOf(facts).stand];
    if (options.json) console.log(options.watch ? JSON.stringify(asJson(facts)) : json(asJson(facts)));
    else if (options.check) console.log(checkText(facts));
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
  const at = Date.now();
  const row = (await findIncident(database.db, incidentId))!;
  const books = bareBooks(database, row);
  const gate = await readGate(books);
  const shut = ((await readReceiversIfAny(books)) ?? []).filter(({ state }) => state !== 'open');
  const relays = await readRelaysIfAny(books);
  if (run instanceof Error)
    return {
      ...{ at, row, gate, shut, relays, run: null },
      temporalProblem: `Temporal does not answer: ${run.message}.`,
    };
  const here = await ledgerHere(database);
  if (run !== null && run.workflow !== null && run.ledger?.id !== here.id) {
    const other = { workflowId: workflowIdOf(incidentId), status: run.workflow, ledger: run.ledger };
    const temporalProblem = refusalText(otherRunRefusal(other, here));
    return { at, row, gate, shut, relays, run: null, temporalProblem };
  }
  return { at, row, gate, shut, relays, run, temporalProblem };
}

function asJson(facts: StatusFacts) {
  const { row, gate, shut, relays, run, temporalProblem } = facts;
  return {
    incidentId: row.incident_id,
    title: row.title,
    stand: standOf(facts).stand,
    phase: row.phase,
    gate,
    receivers: shut,
    relays,
    holdReason: row.hold_reason,
    approvedBy: row.approved_by,
    contentHash: row.content_hash,
    fileVersion: row.version,
    startedBy: row.started_by,
    startedAt: isoTime(row.started_at),
    closedAt: row.closed_at && isoTime(row.closed_at),
    workflow: run?.workflow ?? null,
    run: run?.status ?? null,
    trouble: run?.trouble ?? null,
    withoutSessions: run?.withoutSessions ?? 0,
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
  /** Why it is over, where that was not this program's word; null: it goes on, or closed by itself. */
  ended: string | null;
  /** From the run itself; null when no worker answers: then `lastShown` is what it showed last. */
  status: RunStatus | null;
  lastShown: Record<string, unknown> | null;
  /** Why it does not get on; null: as far as Temporal knows it does. */
  trouble: RunTrouble | null;
  /** Lanes that wait for their sessions with the relay. */
  withoutSessions: number;
  /** Number of the newest workflow code that has had it; null: it does not say. */
  code: number | null;
  /** That the run belongs to; null: it does not say, or there is no run. */
  ledger: RunLedger | null;
}

const PATIENCE_MILLISECONDS = 8_000;

/** Where the run is. Never waits longer than about ten seconds for a worker that is not there. */
export async function status(client: Client, { incidentId }: IncidentRef): Promise<StatusResult> {
  const handle = client.workflow.getHandle(workflowIdOf(incidentId));
  try {
    const described = await handle.describe();
    const trouble = described.status.name === 'RUNNING' ? await findTrouble(client, described) : null;
    // Nobody answers for it then, and it takes the whole of the patience to see that.
    const answer = trouble?.kind === 'task' ? null : await answerOf(client, handle);
    return {
      workflow: described.status.name,
      runId: described.runId,
      ended: trouble === null ? await endedOf(client, described) : null,
      trouble,
      withoutSessions: lanesWithoutSessions(client, described),
      code: codeInMemo(described.memo),
      status: answer,
      lastShown: answer === null ? (described.memo ?? null) : null,
      ledger: ledgerInMemo(described.memo),
    };
  } catch (error) {
    if (error instanceof WorkflowNotFoundError)
      return {
        ...{ workflow: null, runId: null, ended: null, trouble: null, withoutSessions: 0, code: null },
        ...{ status: null, lastShown: null, ledger: null },
      };
    throw error;
  }
}

async function endedOf(
  client: Client,
  { status: { name }, workflowId, runId }: WorkflowExecutionDescription,
): Promise<string | null> {
  return name === 'RUNNING' || name === 'COMPLETED' ? null : whyEnded(client, workflowId, runId);
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
