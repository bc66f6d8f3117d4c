import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import { closeGate, readGate } from '../books/gate';
import { findLedger } from '../books/ledger-identity';
import { inWords } from '../incident/hold-reason';
import { listWorkers } from './count-workers';
import {
  type Chosen,
  type IncidentOptions,
  onIncident,
  withByOption,
  withIncidentOption,
} from './incident-command';
import { operatorName } from './operator-name';
import { withClient } from './parts';
import { journalFolder } from './parts/local-folder';
import { type Reconciliation, reconcile } from './reconcile';
import { status } from './status';
import { ToldError } from './told-error';
import { clock, counted, json, printable } from './words';

interface ReconcileOptions extends IncidentOptions {
  journals?: string[];
  go?: boolean;
}

export function describeReconcile(command: Command): void {
  withByOption(withIncidentOption(command))
    .description(
      'After a failover or a restored copy: brings the books to what the dot journals know. Without --go it only looks.',
    )
    .option(
      '--journals <folder...>',
      'copies of .local/journal of other machines, which have not gone down since',
    )
    .option('--go', 'closes the gate, rebuilds what was lost and takes this server for the right one')
    .option('--json', 'the facts as JSON')
    .action((options: ReconcileOptions) => {
      const missing = (options.journals ?? []).find((folder) => !existsSync(folder));
      if (missing !== undefined)
        command.error(
          `error: --journals ${missing}: no such folder; name a copy of another machine's .local/journal`,
          {
            exitCode: 2,
          },
        );
      return onIncident(['database', 'temporal'], options, (chosen) => reconcileIt(chosen, options));
    });
}

async function reconcileIt(chosen: Chosen, options: ReconcileOptions): Promise<void> {
  const { addresses, database, row } = chosen;
  const { incident_id: incidentId } = row;
  if (row.closed_at !== null)
    throw new ToldError(
      `The incident ${incidentId} is ${row.phase} for good: its books are not changed any more.`,
    );
  const by = options.by ?? operatorName();
  const go = options.go === true;
  const { pollers, plannedUpTo } = await withClient(addresses, async (client) => ({
    pollers: await listWorkers(client, (await findLedger(database))!.id),
    plannedUpTo: (await status(client, { incidentId })).status?.plannedUpTo ?? null,
  }));
  if (go) await quiet(chosen, by);
  const found = await reconcile(database, {
    row,
    journalFolder: journalFolder(),
    copied: options.journals ?? [],
    pollers,
    plannedUpTo,
    by,
    go,
  });
  console.log(options.json ? json(found) : text(found, incidentId));
}

const PATIENCE_MILLISECONDS = 10_000;

/** Closes the gate and waits until no claim runs: what is sent now must not be taken for lost. */
async function quiet({ database, row }: Chosen, by: string): Promise<void> {
  const { incident } = row;
  let gate = await readGate(database.db, incident);
  if (gate.gate === 'open')
    gate = await closeGate(database.db, incident, 'paused: reconciling the books', by);
  const until = Date.now() + PATIENCE_MILLISECONDS;
  while (gate.liveClaims > 0 && Date.now() < until) {
    await sleep(200);
    gate = await readGate(database.db, incident);
  }
  if (gate.liveClaims > 0)
    throw new ToldError(
      `NOT RECONCILED. The gate is closed, and ${counted(gate.liveClaims, 'claim')} may still be on the wire, until ${clock(gate.quietBy!)} at the latest: run it again then.`,
    );
}

function text(found: Reconciliation, incidentId: string): string {
  const { rebuilt, journals, unknownWorkers, neitherKnows, done } = found;
  const inDoubt = rebuilt.in_doubt + neitherKnows + (found.settled.in_doubt ?? 0);
  const clean = !found.otherServer && found.lostClaims + found.unsettled + neitherKnows === 0;
  return [
    done ? `RECONCILED ${incidentId}.` : `What reconcile finds for ${incidentId}:`,
    `  Server     ${found.otherServer ? 'another one than this incident was on' : 'the one that this incident is on'}`,
    `  Journals   ${counted(journals.read, 'dot journal')} read`,
    ...journals.worthless.map(({ path, why }) => `             worth nothing: ${path} (${printable(why)})`),
    `  Lost       ${counted(found.lostClaims, 'claim')} that the journals know and the books do not: ${inWords(rebuilt) || 'no rows'}`,
    `  Unsettled  ${counted(found.unsettled, 'customer')} whose answer only a journal has${done && found.unsettled > 0 ? `: ${inWords(found.settled)}` : ''}`,
    ...(unknownWorkers.length === 0
      ? []
      : [
          `  No journal of ${unknownWorkers.map((name) => printable(name, 100)).join(', ')}: what they did last is not known here.`,
          '             Copy .local/journal of their machine here, and add --journals FOLDER.',
        ]),
    `  Unknown    ${counted(neitherKnows, 'customer has', 'customers have')} lost their row and no journal knows of them: in doubt`,
    ...(done
      ? [
          'The gate is closed, and this server is taken for the right one.',
          ...(inDoubt > 0 ? [`  Those in doubt  npm run cli -- settle --incident ${incidentId}`] : []),
          `  To go on        npm run cli -- resume --incident ${incidentId}`,
        ]
      : [
          clean
            ? 'Nothing is lost: there is nothing to reconcile.'
            : 'Nothing is changed yet: add --go to write it down.',
        ]),
  ].join('\n');
}
