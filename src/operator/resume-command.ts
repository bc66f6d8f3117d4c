import type { Command } from 'commander';
import { readGate } from '../books/gate';
import type { IncidentRow } from '../books/incident-row';
import { gateWords } from './gate-words';
import { type IncidentOptions, withByOption, withIncidentOption } from './incident-command';
import { resume } from './resume';
import { onRun, type Steering, untilRow } from './steer';
import { noWorker } from './steer-words';
import { ToldError } from './told-error';
import { json, printable } from './words';

export function describeResume(command: Command): void {
  withByOption(withIncidentOption(command))
    .description('Opens the gate and ends a hold; the run goes on at the exact customer.')
    .option('--json', 'the gate as JSON')
    .action((options: IncidentOptions) => onRun(options, (steering) => resumeIt(steering, options)));
}

async function resumeIt(steering: Steering, options: IncidentOptions): Promise<void> {
  const { client, database, row, by } = steering;
  const id = row.incident_id;
  // The fence of the closing that is seen here: a later one, by somebody else, is not undone.
  const sent = resume(client, { incidentId: id, by, fence: Number(row.fence) });
  const { row: now } = await untilRow(steering, sent, (seen) => wasWaiting(row) && !wasWaiting(seen));
  const gate = await readGate(database.db, row.incident);
  if (gate.gate === 'closed' && gate.fence > Number(row.fence))
    throw new ToldError(
      `NOT RESUMED: it was paused again meanwhile. The gate is ${gateWords(gate)}.\nIf that is over: npm run cli -- resume --incident ${id}`,
    );
  if (gate.gate === 'closed')
    throw new ToldError(`NOT RESUMED. ${noWorker('resume')}\nThe gate is ${gateWords(gate)}.`);
  const { inEffect } = wasWaiting(now) || !wasWaiting(row) ? await sent : { inEffect: true };
  if (!inEffect) throw new ToldError(`NOT RESUMED. ${noWorker('resume')}`);
  if (options.json) return console.log(json({ incidentId: id, ...gate, holdReason: now.hold_reason }));
  const did = wasWaiting(row) ? `RESUMED ${id}, by ${by}.` : `Nothing kept ${id} waiting.`;
  console.log(`${did} The gate is ${gateWords(gate)}.`);
  if (row.hold_reason) console.log(`The hold that ended: ${printable(row.hold_reason, 1000)}`);
  if (now.hold_reason) console.log(`IT HOLDS AGAIN: ${printable(now.hold_reason, 1000)}`);
  else if (now.phase === 'approval' && now.approved_at === null)
    console.log(`It waits for approval: npm run cli -- approve --incident ${id}`);
}

function wasWaiting(row: IncidentRow): boolean {
  return row.gate === 'closed' || row.hold_reason !== null;
}
