import { writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Client } from '@temporalio/client';
import { type DryRun, dryRun, findingLines, verdict } from '../../src/operator/dry-run';
import { dryRunText } from '../../src/operator/dry-run-text';
import type { Addresses } from '../../src/operator/parts/addresses';
import type { PreparedIncident } from '../../src/operator/prepare-incident';
import { startIncident } from '../../src/operator/start';
import type { StartedRun } from '../../src/operator/start-run';
import { number } from '../../src/operator/words';

export interface BeginRun {
  client: Client;
  addresses: Addresses;
  prepared: PreparedIncident;
  /** The whole text of the dry run goes here. */
  folder: string;
  say: (line: string) => void;
}

/** What a person does first: a dry run, told in short. @throws Error with what stops the run. */
export async function runDry({ addresses, prepared, folder, say }: BeginRun): Promise<void> {
  const outcome = await dryRun({ prepared, addresses, countCustomers: true, madeUpCustomers: true });
  const file = join(folder, 'dry-run.txt');
  writeFileSync(file, `${dryRunText(outcome)}\n`);
  if (!outcome.ready) throw new Error([...findingLines(outcome.findings), verdict(outcome)].join('\n'));
  say(`\nA dry run first (npm start -- FILE): it counts and renders everything, sends and changes nothing.`);
  for (const line of inShort(outcome)) say(`  ${line}`);
  say(`  All of it: ${relative(process.cwd(), file)}`);
}

/** @throws Error when the run does not begin anew: a run of an earlier time is in the way. */
export async function begin({ client, addresses, prepared }: BeginRun): Promise<StartedRun> {
  const { databaseUrl, temporal } = addresses;
  const answer = await startIncident({
    databaseUrl,
    client,
    uiUrl: temporal.uiUrl,
    prepared,
    by: 'the demo',
  });
  if (answer.kind === 'refused')
    throw new Error([answer.reason, ...answer.differences, answer.todo].join('\n'));
  if (answer.kind === 'started') return answer.run;
  throw new Error(
    `Temporal at ${temporal.address} has a run ${answer.run.workflowId} already, which is not this demo's: terminate it, or unset TEMPORAL_ADDRESS.`,
  );
}

function inShort({ company, variants, findings }: DryRun): string[] {
  const lines: string[] = [];
  if (company?.counts) {
    const { expired, changedSince, none, outside } = company.counts;
    lines.push(
      `${number(expired)} passwords would be expired; ${number(changedSince)} were changed since, ${number(none)} accounts have none, ${number(outside)} are younger than the cutoff`,
    );
  }
  if (company?.classification) {
    const { told, skipped } = company.classification;
    const out = Object.entries(skipped).map(([reason, { customers }]) => `${number(customers)} ${reason}`);
    lines.push(`${number(told)} would be told; skipped: ${out.join(', ') || 'nobody'}`);
  }
  const bytes = variants.map((variant) => variant.bytes);
  lines.push(
    `${variants.length} variants of the notice, ${number(Math.min(...bytes))} to ${number(Math.max(...bytes))} bytes`,
  );
  for (const { severity, what } of findings) if (severity === 'warns') lines.push(`to look at: ${what}`);
  return lines;
}

/** After an interruption. @param incidentFile of the run, when it had begun. */
export function toGoOn(incidentFile: string | null): string {
  if (incidentFile === null)
    return 'Stopped before the run began: no password was expired and nobody was told. Begin again: npm run demo';
  return `Stopped. The run is not lost: it goes on where it stood, and nobody is told twice.
To go on:
  npm run stack                               (leave it running)
  npm run worker                              (in another terminal)
  npm run cli -- status --watch               (in a third; approve and resume are now yours)
  npm start -- ${incidentFile} --go    (should status not know the run)
To start afresh: npm run demo`;
}

/** With --keep, when the proof is done. @param somebody an address that was told. */
export function toPlay(somebody: string): string {
  return `Everything still runs: database, Temporal with its Web UI, relay, worker. In another terminal:
  npm run cli -- status
  npm run cli -- lookup ${somebody}
  npm run cli -- report
  npm run cli -- verify
Ctrl-C here stops it all; npm run demo starts afresh.`;
}
