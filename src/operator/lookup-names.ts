import { type IncidentRow, openBooks } from '../books/incident-row';
import type { Database } from '../books/open-database';
import { areCustomersFew, findByName, isNameIndexed, MOST_NAMED } from '../company/find-customer';
import { ToldError } from './told-error';
import { counted, json, printable, shellWord, table } from './words';

export interface NameWish {
  database: Database;
  row: IncidentRow;
  /** The name's beginning. */
  asked: string;
  /** Also where every customer must be read for it. */
  search: boolean;
}

/** Whose name begins so: ids to choose from, and nothing else of anybody. Exit 1: nobody's does. */
export async function listByName(wish: NameWish, asJson = false): Promise<void> {
  const { named, more } = await lookupNames(wish);
  if (named.length === 0) process.exitCode = 1;
  if (asJson) return console.log(json({ incidentId: wish.row.incident_id, asked: wish.asked, named, more }));
  console.log(
    named.length === 0
      ? `Nobody's name begins with ${printable(wish.asked)} here.`
      : [
          `${counted(named.length, 'customer')}${more ? ' and more' : ''} whose name begins with ${printable(wish.asked)}. Ask for something that only one of them knows, then look the id up:`,
          ...table(named.map(({ id, name }): [string, string] => [printable(id, 64), printable(name, 80)])),
          ...(more ? ['Write more of the name to see the others.'] : []),
        ].join('\n'),
  );
}

async function lookupNames({ database, row, asked, search }: NameWish) {
  const beginning = asked.trim();
  const { company } = await openBooks(database, row);
  if ((company.mapping.customers.name ?? null) === null)
    throw new ToldError(
      'The file names no column for names (database.customers.name), so nobody can be found by one.',
    );
  if (beginning === '') throw new ToldError('Write the beginning of a name, such as --name "Ann".', 2);
  const isQuick =
    (await isNameIndexed(database.db, database.companySchema, company.mapping)) ||
    (await areCustomersFew(database.db, company));
  if (!isQuick && !search)
    throw new ToldError(
      `No index begins with the name, so every customer would be read. To do that: npm run cli -- lookup ${shellWord(beginning)} --name --search --incident ${row.incident_id}`,
    );
  if (!isQuick) console.error('Reading every customer: about ten seconds for 24 million ...');
  const named = await findByName(database.db, company, beginning);
  return { named: named.slice(0, MOST_NAMED), more: named.length > MOST_NAMED };
}
