import type { Command } from 'commander';
import type { BareBooks } from '../books/books';
import { bareBooks, type IncidentRow, listIncidents } from '../books/incident-row';
import { isNoLedger } from '../books/ledger-identity';
import { requireCurrent } from '../books/migrate';
import type { Database } from '../books/open-database';
import { withIncident } from '../incident/incident-commands';
import { requireOwnLedger, runsElsewhere, sayUncompared } from './own-ledger';
import { addressesFor, requireParts, withDatabase } from './parts';
import type { Addresses, PartName } from './parts/addresses';
import { ledgerHere } from './run-ledger';
import { ToldError } from './told-error';
import { givenName } from './who-types';
import { number, printable } from './words';

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
  books: BareBooks;
}

export function withIncidentOption(command: Command): Command {
  return command.option(
    '--incident <id>',
    'which incident (default: the only one that is not closed, or else the newest)',
  );
}

export function withByOption(command: Command): Command {
  return command.option(
    '--by <name>',
    'who decides, for the audit log, beside login and host (default: the login name)',
    givenName,
  );
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
    await work({ addresses, database, row, books: bareBooks(database, row) });
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
  await withDatabase(addresses, async (database, heads) => {
    const row = await chooseIncident(database, incident).catch(async (error) => {
      if (!(error instanceof ToldError)) throw error;
      const elsewhere = await runsElsewhere(addresses, await ledgerHere(database));
      throw new ToldError([error.message, ...elsewhere].join('\n'), error.exitCode);
    });
    const chosen = { addresses, database, row, books: bareBooks(database, row) };
    if (needed.includes('temporal')) await requireCurrent(database); // steering reads what the run holds for
    let problem: string | null = null;
    if (row.closed_at === null) {
      problem = await requireOwnLedger(addresses, { database, incidentId: row.incident_id });
      if (problem !== null && needed.includes('temporal')) throw new ToldError(problem);
      if (problem !== null) await uncompared(chosen, problem);
    }
    try {
      await work(chosen);
    } finally {
      if (problem !== null) heads.sayLast();
    }
  });
}

/**
 * The incident that a verb is about: the one that --incident names; without it the only one that is not over, or else the newest.
 * @throws ToldError when there is none, or more than one that may be meant: with the list.
 */
export async function chooseIncident(database: Database, wanted: string | undefined): Promise<IncidentRow> {
  const rows = await allIncidents(database);
  if (rows.length === 0) throw noIncident(database);
  if (wanted !== undefined) {
    const row = rows.find(({ incident_id: id }) => id === wanted);
    if (row) return row;
    throw new ToldError(`There is no incident ${wanted} here. There ${listed(rows)}`, 2);
  }
  const going = rows.filter((row) => row.closed_at === null);
  if (going.length <= 1) return going[0] ?? rows[0]!;
  throw new ToldError(`Which incident? Name it with --incident ID. Not closed ${listed(going)}`, 2);
}

/** None where there is no ledger yet. */
export async function allIncidents({ db }: Database): Promise<IncidentRow[]> {
  try {
    return await listIncidents(db);
  } catch (error) {
    if (isNoLedger(error)) return [];
    throw error;
  }
}

export function noIncident({ companySchema }: Database): ToldError {
  return new ToldError(
    `No incident was ever started on the schema ${companySchema}.\nStart one: npm start -- FILE (a dry run), then the same with --go.`,
  );
}

/** Why the run holds, each command naming the incident. */
export function holdWords({ hold_reason: reason, incident_id: id }: IncidentRow): string {
  return printable(withIncident(reason ?? '', id), 1000);
}

function listed(rows: IncidentRow[]): string {
  const shown = rows
    .slice(0, 20)
    .map(
      (row) => `  ${row.incident_id}  ${row.phase}, started ${row.started_at.slice(0, 16)} UTC: ${row.title}`,
    );
  const more = rows.length > 20 ? [`  and ${number(rows.length - 20)} more`] : [];
  return `${rows.length === 1 ? 'is' : 'are'}:\n${[...shown, ...more].join('\n')}`;
}
