import type { Command } from 'commander';
import type { Books } from '../books/books';
import { type IncidentRow, openBooks } from '../books/incident-row';
import { type BookedCustomer, findBookedCustomers } from '../books/notices';
import type { Database } from '../books/open-database';
import { type PurgedElsewhere, purgedElsewhere, readPurged } from '../books/purge-kept';
import type { KnownReceiver } from '../books/receivers';
import { readRelaysIfAny } from '../books/relays';
import { KeyLostError, keysFor } from '../books/stand-ins';
import {
  alikeCustomers,
  type FoundCustomer,
  findCustomer,
  isEmailIndexed,
  isSameText,
  keyOf,
} from '../company/find-customer';
import { keyFromSql } from '../company/key-column';
import { withIncident } from '../incident/incident-commands';
import type { PurgedKinds } from '../incident/retention';
import type { CustomerId, GateState, Phase } from '../incident/vocabulary';
import { type IncidentOptions, onBooks, withIncidentOption } from './incident-command';
import { listByName } from './lookup-names';
import { shutReceivers } from './lookup-receiver';
import { asWritten, type FoundBy, searchNotices } from './lookup-search';
import { lookupText } from './lookup-text';
import { json } from './words';

interface LookupOptions extends IncidentOptions {
  name?: boolean;
  search?: boolean;
}

/** Exit 1: nobody has that id or address. */
export function describeLookup(command: Command): void {
  withIncidentOption(command)
    .description(
      'Answers for one customer: when the password was expired, when and where the customer was told, what the relay said, and whether there is a new password.',
    )
    .argument(
      '<customer>',
      'the customer id, the e-mail address of now or of then, the Message-ID of a notice, or its queue id at the relay',
    )
    .option('--name', 'it is the beginning of a name: lists whose name begins so, with their ids')
    .option(
      '--search',
      'look through all notices (or with --name all customers) where no index has what is asked',
    )
    .option('--json', 'the facts as JSON')
    .action((asked: string, options: LookupOptions) =>
      onBooks(options, async ({ database, row }) => {
        if (options.name)
          return listByName({ database, row, asked, search: options.search === true }, options.json);
        const facts = await lookup(database, row, asked, { search: options.search === true });
        console.log(options.json ? json(facts) : withIncident(lookupText(facts), row.incident_id));
        if (facts.customers.length === 0) process.exitCode = 1;
      }),
    );
}

/** What is known of whoever has an id or an address. Times are ISO 8601 in UTC. */
export interface Lookup {
  incidentId: string;
  asked: string;
  cutoff: string;
  phase: Phase;
  gate: GateState;
  /** Of the incident's file: more than 1 where it was amended. */
  fileVersion: number;
  /** The relays by which workers of the incident send. */
  relays: string[];
  /** Empty: nobody has it. More than one: they share the address. */
  customers: LookedUp[];
  /** Null: it is the id or the address of now. */
  foundBy: FoundBy | null;
  /** It may be an address of then, a Message-ID or a queue id: nobody looked, as that reads all notices. */
  unsearched: boolean;
  /** Ids of others whose id or address the database takes for this one: ü for u (C110). None where somebody was found. */
  alike: CustomerId[];
  /** False: a lookup by address has to read the whole table. */
  emailIndexed: boolean;
  /** What is not kept any more, since when and by whose word: where it was, there is ''. */
  purged: PurgedKinds;
}

export interface LookedUp {
  id: string;
  /** As the company's table has it now; null: the account was deleted since. */
  account: FoundCustomer | null;
  /** As our books have it; null: not in the cohort. */
  booked: BookedCustomer | null;
  /** Another incident whose purged fingerprints alone could tell whether the password in use is an expired one; null: none. */
  otherPurged: PurgedElsewhere | null;
  /** The receiver of the account's address, where it is aside or paused; null: it is not. */
  receiver: KnownReceiver | null;
}

/**
 * Answers for one customer, by the company's table as it is now and by our books. By the keys and the address's index alone: in
 * milliseconds at any size; what no index has only on request.
 * @param asked a customer id or an e-mail address, also of then; a Message-ID or a queue id; or what the guard calls a customer whose key
 * may be an address.
 */
export async function lookup(
  database: Database,
  row: IncidentRow,
  asked: string,
  { search = false }: { search?: boolean } = {},
): Promise<Lookup> {
  const { db, companySchema } = database;
  const books = await openBooks(database, row);
  const { company } = books;
  const emailIndexed = await isEmailIndexed(db, companySchema, company.mapping);
  const purged = await readPurged(books);
  const typed = await customerFor(books, asked);
  const pasted = asWritten(typed);
  // A key may be any text, so what was typed goes before what was probably meant.
  let named = typed;
  let customers = await namedBy(books, row, { named, purged });
  if (customers.length === 0 && pasted !== typed) {
    named = pasted;
    customers = await namedBy(books, row, { named, purged });
  }
  const searched =
    customers.length > 0
      ? null
      : await searchNotices(books, row, asked, { search, telling: () => tellSearch(row) });
  const found = searched === null || searched === 'unsearched' ? null : searched;
  return {
    incidentId: row.incident_id,
    asked: asked.trim(),
    cutoff: new Date(company.cutoff).toISOString(),
    phase: row.phase,
    gate: row.gate,
    fileVersion: row.version,
    relays: (await readRelaysIfAny(books)).map(({ relay }) => relay),
    customers: found === null ? customers : await foundThen(books, row, found.ids, purged),
    foundBy: found?.by ?? null,
    unsearched: searched === 'unsearched',
    alike: customers.length > 0 || found !== null ? [] : await alikeCustomers(db, company, named),
    emailIndexed,
    purged,
  };
}

/** Whoever has this id, or this address now. */
async function namedBy(
  books: Books,
  row: IncidentRow,
  { named, purged }: { named: string; purged: PurgedKinds },
): Promise<LookedUp[]> {
  const { db, company } = books;
  const accounts = await findCustomer(db, company, named);
  const key = keyOf(company, named.trim());
  // A deleted account is in the books all the same.
  const ids = accounts.length > 0 ? accounts.map(({ id }) => id) : key === null ? [] : [keyFromSql(key)];
  const isMeant = ({ id }: { id: string }) =>
    accounts.length > 0 || company.keyColumn.kind !== 'text' || isSameText(id, named);
  return (await knownOf(books, row, { ids, accounts, purged })).filter(isMeant);
}

function tellSearch({ incident_id: id }: IncidentRow): void {
  console.error(
    `Looking through every notice of ${id}: about ten seconds for 24 million, a minute for a Message-ID ...`,
  );
}

/** Of customers whose ids are certain. */
async function foundThen(
  books: Books,
  row: IncidentRow,
  ids: CustomerId[],
  purged: PurgedKinds,
): Promise<LookedUp[]> {
  const { db, company } = books;
  const accounts = await Promise.all(ids.map((id) => findCustomer(db, company, id)));
  return knownOf(books, row, { ids, accounts: accounts.flat(), purged });
}

/** Each with the account as it is now and with our books; who is in neither is left out. */
async function knownOf(
  books: Books,
  row: IncidentRow,
  { ids, accounts, purged }: { ids: CustomerId[]; accounts: FoundCustomer[]; purged: PurgedKinds },
): Promise<LookedUp[]> {
  const elsewhere = await purgedElsewhere(books, ids);
  const booked = (await findBookedCustomers(books, ids)).map((customer) =>
    purged.fingerprints || elsewhere.has(customer.id)
      ? { ...customer, chosen: null, oldIsBack: customer.oldIsBack || null }
      : customer,
  );
  const everybody = new Set([...accounts.map(({ id }) => id), ...booked.map(({ id }) => id)]);
  const shutFor = await shutReceivers(books, row);
  const accountOf = (id: CustomerId) => accounts.find((account) => account.id === id) ?? null;
  return [...everybody].map((id) => ({
    id,
    account: accountOf(id),
    receiver: shutFor(accountOf(id)?.email ?? null),
    booked: booked.find((customer) => customer.id === id) ?? null,
    otherPurged: elsewhere.get(id) ?? null,
  }));
}

/** Whoever typed a MAC of nobody's key is answered as for any other wrong word. */
async function customerFor(books: Books, typed: string): Promise<string> {
  const asked = typed.trim();
  try {
    const key = (await keysFor(books, [asked])).get(asked)!;
    return key === asked ? typed : key;
  } catch (error) {
    if (error instanceof KeyLostError) return typed;
    throw error;
  }
}
