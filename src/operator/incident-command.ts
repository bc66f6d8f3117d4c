import type { Command } from 'commander';
import type { IncidentRow } from '../books/incident-row';
import type { Database } from '../books/open-database';
import { chooseIncident } from './choose-incident';
import { givenName } from './operator-name';
import { requireOwnLedger, runsElsewhere, sayUncompared } from './own-ledger';
import { addressesFor, requireParts, withDatabase } from './parts';
import type { Addresses, PartName } from './parts/addresses';
import { ledgerHere } from './run-ledger';
import { ToldError } from './told-error';

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

/** For a verb that only reads our books: finds the incident that is meant. */
export async function onBooks(
  { incident }: IncidentOptions,
  work: (chosen: Chosen) => Promise<void>,
): Promise<void> {
  const addresses = await addressesFor(['database']);
  await requireParts(['database'], addresses);
  await withDatabase(addresses, async (database) => {
    const row = await chooseIncident(database, incident);
    await work({ addresses, database, row });
  });
}

/**
 * For a verb that may change something: finds the parts that it needs, within 10 s, and the incident that is meant; and compares,
 * before anything is written, that the run which Temporal has of it belongs to this ledger.
 * @param uncompared told why that could not be compared, by a verb that works without Temporal; it may refuse.
 * @throws ToldError with what differs.
 */
export async function onIncident(
  needed: PartName[],
  { incident }: IncidentOptions,
  work: (chosen: Chosen) => Promise<void>,
  uncompared: (chosen: Chosen, problem: string) => void | Promise<void> = (_, problem) =>
    sayUncompared(problem),
): Promise<void> {
  const addresses = await addressesFor(needed);
  await requireParts(needed, addresses);
  await withDatabase(addresses, async (database) => {
    const row = await chooseIncident(database, incident).catch(async (error) => {
      if (!(error instanceof ToldError)) throw error;
      const elsewhere = await runsElsewhere(addresses, await ledgerHere(database));
      throw new ToldError([error.message, ...elsewhere].join('\n'), error.exitCode);
    });
    const chosen = { addresses, database, row };
    if (row.closed_at === null) {
      const problem = await requireOwnLedger(addresses, { database, incidentId: row.incident_id });
      if (problem !== null && needed.includes('temporal')) throw new ToldError(problem);
      if (problem !== null) await uncompared(chosen, problem);
    }
    await work(chosen);
  });
}
