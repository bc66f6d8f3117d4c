import type { Command } from 'commander';
import { findLedger } from '../books/ledger-identity';
import { lackingMigrations, upgradeLedger } from '../books/migrate';
import { noIncident } from './incident-command';
import { askTemporal } from './own-ledger';
import { addressesFor, requireParts, withDatabase } from './parts';
import type { Addresses } from './parts/addresses';
import { listWorkers } from './start-run';
import { ToldError } from './told-error';
import { json } from './words';

interface UpgradeOptions {
  workersStopped?: boolean;
  json?: boolean;
}

export function describeUpgrade(command: Command): void {
  command
    .description(
      'Brings the ledger of an older version up to date, once the workers of that version are stopped. Runs under way go on with workers of this version.',
    )
    .option(
      '--workers-stopped',
      'you have stopped every worker of this ledger, although Temporal still lists some (it does for some minutes) or does not answer',
    )
    .option('--json', 'what was done as JSON')
    .action((options: UpgradeOptions) => upgrade(options));
}

async function upgrade({ workersStopped, json: asJson }: UpgradeOptions): Promise<void> {
  const addresses = await addressesFor(['database']);
  await requireParts(['database'], addresses);
  await withDatabase(addresses, async (database) => {
    const ledger = await findLedger(database);
    if (ledger === null) throw noIncident(database);
    const lacking = await lackingMigrations(database);
    if (lacking.length > 0) {
      if (!workersStopped) await refuseWhileWorked(addresses, ledger.id);
      await upgradeLedger(database);
    }
    if (asJson) return console.log(json({ ledger: ledger.id, added: lacking }));
    console.log(
      lacking.length === 0
        ? `The ledger ${ledger.id} is up to date: nothing was changed.`
        : `UPGRADED the ledger ${ledger.id} (${lacking.join(', ')}). Start workers of this version: npm run worker`,
    );
  });
}

async function refuseWhileWorked(addresses: Addresses, ledgerId: string): Promise<void> {
  const asked = await askTemporal(addresses, (client) => listWorkers(client, ledgerId));
  if (typeof asked === 'string') throw new ToldError(`NOTHING WAS CHANGED. ${asked} ${STOP_THEM}`);
  if (asked.answer.length > 0)
    throw new ToldError(
      `NOTHING WAS CHANGED. Temporal lists workers of this ledger: ${asked.answer.join(', ')}. ${STOP_THEM}`,
    );
}

const STOP_THEM =
  'A worker of the older version would write what the new tables refuse. Stop every worker of this ledger, then: npm run cli -- upgrade --workers-stopped';
