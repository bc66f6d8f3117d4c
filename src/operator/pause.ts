import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import type { Command } from 'commander';
import { closeGate, type Gate, readGate } from '../books/gate';
import { isOtherServer, serverIdentity } from '../books/ledger-identity';
import { pauseSignal, workflowIdOf } from '../workflows/messages';
import {
  type Chosen,
  type IncidentOptions,
  onIncident,
  withByOption,
  withIncidentOption,
} from './incident-command';
import { withClient } from './parts';
import { afterSignal, NO_RUN, noWorker, type Steered, untilRow } from './steer';
import { pauseDomain } from './steer-domain';
import { leaveRelayOut } from './steer-relay';
import { tellRun } from './tell-run';
import { ToldError } from './told-error';
import { decidedBy, operatorName } from './who-types';
import { gateWords, json } from './words';

interface PauseOptions extends IncidentOptions {
  reason?: string;
  direct?: boolean;
  domain?: string;
  relay?: string;
}

export function describePause(command: Command): void {
  withByOption(withIncidentOption(command))
    .description('Closes the gate: once this command returns, no more mail is claimed. resume goes on.')
    .option('--reason <text>', 'why, for the audit log and the dashboard')
    .option('--direct', 'close the gate in the database itself, without Temporal and without a worker')
    .option(
      '--domain <domain>',
      'only customers of this receiving domain, or of a provider of the file: the others are told. In the database itself',
    )
    .option(
      '--relay <name>',
      'only this one of several relays: it is left out, and the others take its customers. In the database itself',
    )
    .option('--json', 'the gate as JSON; with --domain the receiver, with --relay the relay')
    .action((options: PauseOptions) => {
      const { domain, relay } = options;
      if (domain !== undefined && relay !== undefined) throw new ToldError(ONE_OF_THEM, 2);
      if (domain !== undefined) return pauseDomain(domain, options);
      if (relay !== undefined) return leaveRelayOut(relay, options);
      return onIncident(
        ['database'],
        options,
        (chosen) => pauseIt(chosen, options),
        options.direct ? undefined : cannotSignal,
      );
    });
}

/** One decision at a time. */
export const ONE_OF_THEM = 'Write only one of --domain and --relay.';

async function pauseIt(chosen: Chosen, options: PauseOptions): Promise<void> {
  const { row } = chosen;
  const id = row.incident_id;
  if (row.closed_at !== null)
    throw new ToldError(`The incident ${id} is ${row.phase} for good: there is nothing to pause.`);
  const reason = options.reason ?? '';
  const gate = options.direct
    ? await pauseDirectly(chosen, decidedBy(options.by), reason)
    : await pauseByRun(chosen, options.by ?? operatorName(), reason);
  if (options.json) console.log(json({ incidentId: id, ...gate }));
  else
    console.log(
      `PAUSED ${id}. The gate is ${gateWords(gate)}.\nTo go on: npm run cli -- resume --incident ${id}`,
    );
  // It may wait for hours without asking the books; the gate is closed whether it hears this or not.
  if (options.direct) await tellRun(chosen).catch(() => null);
}

async function pauseDirectly(chosen: Chosen, by: string, reason: string): Promise<Gate> {
  await sayOtherServer(chosen);
  return closeGate(chosen.books, reason ? `paused: ${reason}` : 'paused', by);
}

/** A copy has the ledger's id, too; after a failover it is the right one to close. So it is closed, and said where. */
export async function sayOtherServer({ database, books }: Chosen): Promise<void> {
  const { db, address } = database;
  if (await isOtherServer(books, await serverIdentity(db)))
    console.error(
      `This is not the server that the incident began on: the gate is closed in the books at ${address}. If these books are a copy, the run goes on elsewhere and is not paused.`,
    );
}

/** @throws ToldError where nobody closes the gate, with the way that always works. */
async function pauseByRun(chosen: Chosen, by: string, reason: string): Promise<Gate> {
  const { addresses, row, books } = chosen;
  const { incident_id: incidentId } = row;
  return withClient(addresses, async (client) => {
    const sent = pause(client, { incidentId, by, reason }).catch(async (error) => {
      throw error instanceof WorkflowNotFoundError ? await notPaused(chosen, NO_RUN) : error;
    });
    // The row decides: each closing raises its fence.
    const { shown } = await untilRow(
      chosen,
      sent,
      (now) => now.gate === 'closed' && Number(now.fence) > Number(row.fence),
    );
    if (!shown) throw await notPaused(chosen, noWorker('pause'));
    return readGate(books);
  });
}

/** Without Temporal nobody hears the signal. */
async function cannotSignal(chosen: Chosen, problem: string): Promise<never> {
  throw await notPaused(chosen, problem);
}

async function notPaused({ row, books }: Chosen, why: string): Promise<ToldError> {
  const { incident_id: id } = row;
  const gate = await readGate(books);
  return new ToldError(
    `NOT PAUSED. ${why}\nThe gate is ${gateWords(gate)}.\nClose it now: npm run cli -- pause --direct --incident ${id}`,
  );
}

/** Closes the gate: once this returns in effect, no claim can commit. Without a worker use `pause --direct`. */
export async function pause(
  client: Client,
  { incidentId, by, reason }: { incidentId: string; by: string; reason?: string },
): Promise<Steered> {
  await client.workflow.getHandle(workflowIdOf(incidentId)).signal(pauseSignal, { by, reason });
  return afterSignal(client, incidentId);
}
