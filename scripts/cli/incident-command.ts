import type { Command } from 'commander';
import type { IncidentRow } from '../../src/db/incident-row';
import type { Database } from '../../src/db/open-database';
import type { Addresses, PartName } from '../stack/addresses';
import { chooseIncident } from './choose-incident';
import { givenName } from './operator-name';
import { addressesFor, requireParts, withDatabase } from './parts';

/** What every verb about one incident can be told. */
export interface IncidentOptions {
  incident?: string;
  by?: string;
  json?: boolean;
}

export interface Chosen {
  addresses: Addresses;
  database: Database;
  row: IncidentRow;
}

export function withIncidentOption(command: Command): Command {
  return command.option(
    '--incident <id>',
    'which one (default: the only one that is not closed, or else the newest)',
  );
}

export function withByOption(command: Command): Command {
  return command.option('--by <name>', 'who decides, for the audit log (default: the login name)', givenName);
}

/** Finds the parts that the verb needs, within 10 s, and the incident that is meant. */
export async function onIncident(
  needed: PartName[],
  { incident }: IncidentOptions,
  work: (chosen: Chosen) => Promise<void>,
): Promise<void> {
  const addresses = await addressesFor(needed);
  await requireParts(needed, addresses);
  await withDatabase(addresses, async (database) => {
    const row = await chooseIncident(database, incident);
    await work({ addresses, database, row });
  });
}
