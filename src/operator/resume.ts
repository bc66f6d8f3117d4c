import type { Client } from '@temporalio/client';
import type { Command } from 'commander';
import { delayOf } from '../books/delay';
import { readGate } from '../books/gate';
import type { IncidentRow } from '../books/incident-row';
import { brakeOn, type Delay, releaseCommand } from '../incident/law-delay';
import { awaitsApprovalAgain } from '../incident/waiting-for';
import { resumeSignal, workflowIdOf } from '../workflows/messages';
import { holdWords, type IncidentOptions, withByOption, withIncidentOption } from './incident-command';
import { ONE_OF_THEM } from './pause';
import { afterSignal, noWorker, onRun, type Steered, type Steering, untilRow } from './steer';
import { resumeDomain } from './steer-domain';
import { takeRelayIn } from './steer-relay';
import { ToldError } from './told-error';
import { delayLine, gateWords, json } from './words';

export function describeResume(command: Command): void {
  withByOption(withIncidentOption(command))
    .description('Opens the gate and ends a hold; the run goes on at the exact customer.')
    .option(
      '--domain <domain>',
      'only a receiver that is paused or aside (npm run cli -- domains): its customers are told at once',
    )
    .option(
      '--relay <name>',
      'only a relay that is left out (npm run cli -- relays): it gets its share again',
    )
    .option('--json', 'the gate as JSON; with --domain the receiver, with --relay the relay')
    .action((options: IncidentOptions & { domain?: string; relay?: string }) => {
      const { domain, relay } = options;
      if (domain !== undefined && relay !== undefined) throw new ToldError(ONE_OF_THEM, 2);
      if (domain !== undefined) return resumeDomain(domain, options);
      if (relay !== undefined) return takeRelayIn(relay, options);
      return onRun(options, (steering) => resumeIt(steering, options));
    });
}

async function resumeIt(steering: Steering, options: IncidentOptions): Promise<void> {
  const { client, row, books, by } = steering;
  const id = row.incident_id;
  // The fence of the closing that is seen here: a later one, by somebody else, is not undone.
  const sent = resume(client, { incidentId: id, by, fence: Number(row.fence) });
  const { row: now } = await untilRow(steering, sent, (seen) => wasWaiting(row) && !wasWaiting(seen));
  const gate = await readGate(books);
  if (gate.gate === 'closed' && gate.fence > Number(row.fence))
    throw new ToldError(
      `NOT RESUMED: somebody paused the run again meanwhile. The gate is ${gateWords(gate)}.\nOnce that pause is over: npm run cli -- resume --incident ${id}`,
    );
  const refused = wasWaiting(now) ? (await sent).status?.refused : null;
  if (refused) throw new ToldError(`NOT RESUMED: ${refused.why}.\nThe gate is ${gateWords(gate)}.`);
  if (gate.gate === 'closed' && (gate.delay === null || gate.delay.pausedToo))
    throw new ToldError(`NOT RESUMED. ${noWorker('resume')}\nThe gate is ${gateWords(gate)}.`);
  if (gate.delay !== null && !wasWaiting(row) && brakeOn(gate, now.phase) !== null)
    throw new ToldError(`NOT RESUMED. ${heldStill(gate.delay, id)}`);
  const { inEffect } = wasWaiting(now) || !wasWaiting(row) ? await sent : { inEffect: true };
  if (!inEffect) throw new ToldError(`NOT RESUMED. ${noWorker('resume')}`);
  if (options.json) return console.log(json({ incidentId: id, ...gate, holdReason: now.hold_reason }));
  const did = wasWaiting(row) ? `RESUMED ${id}, by ${by}.` : `Nothing kept ${id} waiting.`;
  console.log(`${did} The gate is ${gateWords(gate)}.`);
  if (gate.delay !== null) console.log(heldStill(gate.delay, id));
  if (row.hold_reason) console.log(`The hold that ended: ${holdWords(row)}`);
  if (now.hold_reason) console.log(`THE RUN HOLDS AGAIN: ${holdWords(now)}`);
  else if (awaitsApproval(now))
    console.log(`The run waits for approval: npm run cli -- approve --incident ${id}`);
}

/** What `resume` does not end. */
function awaitsApproval({ phase, version, approved_at: approvedAt }: IncidentRow): boolean {
  const approval = approvedAt === null ? null : { approved: true };
  return (
    (phase === 'approval' && approval === null) || awaitsApprovalAgain({ phase, approval, row: { version } })
  );
}

/** For what `resume` ends. */
function wasWaiting(row: IncidentRow): boolean {
  const delay = delayOf(row);
  const paused = row.gate === 'closed' && (delay === null || delay.pausedToo);
  return paused || row.hold_reason !== null;
}

function heldStill(delay: Delay, id: string): string {
  return `${delayLine(delay)}. resume does not end that, and nobody further is told. When they agree: ${releaseCommand(delay)} --incident ${id}`;
}

/**
 * Opens the gate and ends a hold.
 * @param fence of the closing that the operator saw (the incident's row has it), so that a later one is not undone. After
 * `pause --direct` it must be given, or the first resume only learns of that pause.
 */
export async function resume(
  client: Client,
  { incidentId, by, fence }: { incidentId: string; by: string; fence?: number },
): Promise<Steered> {
  await client.workflow.getHandle(workflowIdOf(incidentId)).signal(resumeSignal, { by, fence });
  return afterSignal(client, incidentId);
}
