import { WorkflowNotFoundError } from '@temporalio/client';
import type { Command } from 'commander';
import { beginDelay, delayOf, releaseDelay } from '../books/delay';
import { readGate } from '../books/gate';
import { findIncident } from '../books/incident-row';
import { requireCurrent } from '../books/migrate';
import { cleanLine } from '../incident/asked-by';
import { RELEASE } from '../incident/law-delay';
import { lookAtGateSignal } from '../workflows/messages';
import { type Chosen, type IncidentOptions, onIncident, withIncidentOption } from './incident-command';
import { askTemporal, requireSameServer } from './own-ledger';
import { sayOtherServer } from './pause';
import { workflowIdOf } from './run-ledger';
import { ToldError } from './told-error';
import { decidedBy, givenName } from './who-types';
import { delayLine, gateWords, json } from './words';

interface DelayOptions extends IncidentOptions {
  release?: boolean;
  reason?: string;
}

/** Works without Temporal and without a worker: the gate's row is the brake, and every dot is asked by it. */
export function describeHoldForLawEnforcement(command: Command): void {
  withIncidentOption(command)
    .description(
      'Law enforcement asks to wait: from now on nobody further is told, until --release. Passwords go on being expired.',
    )
    .option('--by <name>', 'who writes the request down, or its release, and answers for it', givenName)
    .option('--reason <text>', 'who asked, and their reference; with --release: who agreed')
    .option('--release', 'end it: they agree that customers are told')
    .option('--json', 'the gate as JSON')
    .action((options: DelayOptions) => {
      const decision = { by: decidedBy(options.by), reason: cleanLine(options.reason, REASON_LENGTH) };
      if (!options.by || !decision.reason)
        throw new ToldError(
          options.release
            ? 'A release goes on the record: write --by "YOUR NAME" and --reason "WHO AGREED".'
            : 'The request goes on the record: write --by "YOUR NAME" and --reason "WHO ASKED, AND THEIR REFERENCE".',
          2,
        );
      return onIncident(['database'], options, (chosen) =>
        options.release ? release(chosen, decision, options) : begin(chosen, decision, options),
      );
    });
}

const REASON_LENGTH = 300;

interface Decision {
  by: string;
  reason: string;
}

async function begin(chosen: Chosen, { by, reason }: Decision, options: DelayOptions): Promise<void> {
  await prepare(chosen);
  const { books, row } = chosen;
  // After a failover the copy is the right one to hold: so it is done, and said where.
  await sayOtherServer(chosen);
  await beginDelay(books, by, reason);
  const unheard = await tellRun(chosen);
  await shown(chosen, options, 'HELD for law enforcement', [
    'Nobody further is told until it is released; passwords go on being expired.',
    `When they agree: ${RELEASE} --incident ${row.incident_id}`,
    ...(unheard === null ? [] : [`${unheard} The hold stands in the database all the same.`]),
  ]);
}

async function release(chosen: Chosen, decision: Decision, options: DelayOptions): Promise<void> {
  await prepare(chosen);
  const { books, row } = chosen;
  await requireSameServer(books);
  const delay = delayOf(row);
  const released = delay !== null && (await releaseDelay(books, delay, decision));
  if (delay !== null && !released)
    throw new ToldError(
      `NOT RELEASED: somebody changed the hold meanwhile. ${delayLine((await readGate(books)).delay)}`,
    );
  // Also where an earlier release was not heard.
  const unheard = await tellRun(chosen);
  const { gate } = await readGate(books);
  await shown(chosen, options, released ? 'RELEASED' : 'Nothing is held for law enforcement', [
    ...(gate === 'open'
      ? []
      : [`The run is paused, too. To go on: npm run cli -- resume --incident ${row.incident_id}`]),
    ...(unheard === null ? [] : [`${unheard} Then: npm run cli -- resume --incident ${row.incident_id}`]),
  ]);
}

async function prepare({ database, row }: Chosen): Promise<void> {
  if (row.closed_at !== null)
    throw new ToldError(
      `The incident ${row.incident_id} is ${row.phase} for good: nobody further is told, and there is nothing to hold or to release.`,
    );
  await requireCurrent(database);
}

async function shown(
  { database, row, books }: Chosen,
  options: DelayOptions,
  did: string,
  more: string[],
): Promise<void> {
  const gate = await readGate(books);
  const id = row.incident_id;
  if (options.json) {
    const { phase } = (await findIncident(database.db, id))!;
    return console.log(json({ incidentId: id, phase, ...gate }));
  }
  console.log([`${did}: ${id}. The gate is ${gateWords(gate)}.`, ...more].join('\n'));
}

/** The run reads the gate again, so that it shows what it waits for, and goes on. @returns why it does not hear; null: it will. */
async function tellRun({ addresses, row }: Chosen): Promise<string | null> {
  const told = await askTemporal(addresses, async (client) => {
    try {
      await client.workflow.getHandle(workflowIdOf(row.incident_id)).signal(lookAtGateSignal);
      return null;
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return 'No run of this incident is going in Temporal.';
      throw error;
    }
  });
  return typeof told === 'string' ? told : told.answer;
}
