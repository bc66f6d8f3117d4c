import { type IncidentRow, listIncidents } from '../books/incident-row';
import { isNoLedger } from '../books/ledger-identity';
import type { Database } from '../books/open-database';
import { ToldError } from './told-error';
import { number } from './words';

/**
 * The incident that a verb is about: the one that --incident names; without it the only one that is not over, or else the newest.
 * @throws ToldError when there is none, or more than one that may be meant: with the list.
 */
export async function chooseIncident(database: Database, wanted: string | undefined): Promise<IncidentRow> {
  const rows = await allIncidents(database);
  if (rows.length === 0) throw noIncident(database);
  if (wanted !== undefined) {
    const row = rows.find((one) => one.incident_id === wanted);
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

function listed(rows: IncidentRow[]): string {
  const shown = rows
    .slice(0, 20)
    .map(
      (row) => `  ${row.incident_id}  ${row.phase}, started ${row.started_at.slice(0, 16)} UTC: ${row.title}`,
    );
  const more = rows.length > 20 ? [`  and ${number(rows.length - 20)} more`] : [];
  return `${rows.length === 1 ? 'is' : 'are'}:\n${[...shown, ...more].join('\n')}`;
}
