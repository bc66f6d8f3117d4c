import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import type { Command } from 'commander';
import { isoTime, readGate } from '../books/gate';
import { findIncident } from '../books/incident-row';
import { type Chosen, type IncidentOptions, onBooks, withIncidentOption } from './incident-command';
import { isUnknown, withClient } from './parts';
import { checkPart } from './parts/check-reachable';
import { ledgerHere, otherRunRefusal, refusalText } from './run-ledger';
import { status } from './status';
import { type StatusFacts, statusText } from './status-text';
import { json } from './words';
import { workflowIdOf } from './workflow-of';

interface StatusOptions extends IncidentOptions {
  watch?: boolean;
}

export function describeStatus(command: Command): void {
  withIncidentOption(command)
    .description('Where the run is, the counts, why it waits and what to do next.')
    .option('--watch', 'again and again, until it is over or Ctrl-C')
    .option('--json', 'the facts as JSON; with --watch one line each time')
    .action((options: StatusOptions) => onBooks(options, (chosen) => showStatus(chosen, options)));
}

const WATCH_MILLISECONDS = 2_000;

async function showStatus(chosen: Chosen, options: StatusOptions): Promise<void> {
  const problem = isUnknown('temporal', chosen.addresses)
    ? 'Temporal is not known: TEMPORAL_ADDRESS is not set, and no embedded one runs (npm run stack).'
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
  const gate = await readGate(database.db, row.incident);
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
