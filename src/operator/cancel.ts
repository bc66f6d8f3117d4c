import type { Client } from '@temporalio/client';
import type { Command } from 'commander';
import { readGate } from '../books/gate';
import { cancelSignal, workflowIdOf } from '../workflows/messages';
import { type IncidentOptions, withByOption, withIncidentOption } from './incident-command';
import { afterSignal, noWorker, onRun, type Steered, type Steering, untilRow } from './steer';
import { ToldError } from './told-error';
import { gateWords, json } from './words';

/** Closes the gate and asks; with `confirm` it ends the run for good, and the incident never starts again. */
export async function cancel(
  client: Client,
  { incidentId, by, reason, confirm }: { incidentId: string; by: string; reason?: string; confirm: boolean },
): Promise<Steered> {
  const handle = client.workflow.getHandle(workflowIdOf(incidentId));
  await handle.signal(cancelSignal, { by, reason, confirm });
  if (!confirm) return afterSignal(client, incidentId);
  const steered = await afterSignal(client, incidentId);
  if (steered.inEffect) await handle.result();
  return steered;
}

interface CancelOptions extends IncidentOptions {
  yes?: boolean;
  reason?: string;
}

export function describeCancel(command: Command): void {
  withByOption(withIncidentOption(command))
    .description(
      'Closes the gate and asks you to confirm; with --yes ends the run for good. The books are kept.',
    )
    .option(
      '--yes',
      'end the run for good: this incident never starts again, and customers who have not been told never will be',
    )
    .option('--reason <text>', 'why, for the audit log')
    .option('--json', 'what took effect, as JSON')
    .action((options: CancelOptions) => onRun(options, (steering) => cancelIt(steering, options)));
}

async function cancelIt(steering: Steering, options: CancelOptions): Promise<void> {
  const { client, row, books, by } = steering;
  const id = row.incident_id;
  const confirm = options.yes === true;
  const { reason } = options;
  const sent = cancel(client, { incidentId: id, by, confirm, ...(reason === undefined ? {} : { reason }) });
  const { shown, row: now } = await untilRow(steering, sent, (seen) =>
    confirm ? seen.phase === 'cancelled' : seen.gate === 'closed' && Number(seen.fence) > Number(row.fence),
  );
  const gate = await readGate(books);
  if (!shown)
    throw new ToldError(
      `NOT CANCELLED. ${noWorker('cancel')}\nThe gate is ${gateWords(gate)}.\nTo stop the mail now: npm run cli -- pause --direct --incident ${id}`,
    );
  if (options.json) return console.log(json({ incidentId: id, phase: now.phase, ...gate }));
  console.log(
    confirm
      ? `CANCELLED for good: ${id}, by ${by}. The gate is ${gateWords(gate)}.\nThe books are kept: npm run cli -- report --incident ${id}`
      : [
          `CANCEL was asked for ${id}, but the run has not ended. The gate is ${gateWords(gate)}.`,
          `To go on:                 npm run cli -- resume --incident ${id}`,
          `To end the run for good:  npm run cli -- cancel --yes --incident ${id}`,
        ].join('\n'),
  );
}
