import { companyOf } from '../books/company-of';
import { type BookedCustomer, findBookedCustomers } from '../books/find-notices';
import { type IncidentRow, incidentOf } from '../books/incident-row';
import type { Database } from '../books/open-database';
import { type FoundCustomer, findCustomer, keyOf } from '../company/find-customer';
import { isEmailIndexed } from '../company/is-email-indexed';
import { keyFromSql } from '../company/key-column';
import type { GateState, Phase } from '../incident/vocabulary';

/** What is known of whoever has an id or an address. Times are ISO 8601 in UTC. */
export interface Lookup {
  incidentId: string;
  asked: string;
  cutoff: string;
  phase: Phase;
  gate: GateState;
  /** Empty: nobody has it. More than one: they share the address. */
  customers: LookedUp[];
  /** False: a lookup by address has to read the whole table. */
  emailIndexed: boolean;
}

export interface LookedUp {
  id: string;
  /** As the company's table has it now; null: the account was deleted since. */
  account: FoundCustomer | null;
  /** As our books have it; null: not in the cohort. */
  booked: BookedCustomer | null;
}

/**
 * Answers for one customer, by the company's table as it is now and by our books. By the keys and the address's index alone: in
 * milliseconds at any size.
 * @param asked a customer id or an e-mail address.
 */
export async function lookup(database: Database, row: IncidentRow, asked: string): Promise<Lookup> {
  const { db, companySchema } = database;
  const file = incidentOf(row);
  const company = await companyOf(database, file);
  const [accounts, emailIndexed] = await Promise.all([
    findCustomer(db, company, asked),
    isEmailIndexed(db, companySchema, file.database),
  ]);
  const key = keyOf(company, asked.trim());
  // A deleted account is in the books all the same.
  const ids = accounts.length > 0 ? accounts.map(({ id }) => id) : key === null ? [] : [keyFromSql(key)];
  const booked = await findBookedCustomers(db, row.incident, company, ids);
  const bookedOf = (id: string) => booked.find((one) => one.id === id) ?? null;
  const customers =
    accounts.length > 0
      ? accounts.map((account) => ({ id: account.id, account, booked: bookedOf(account.id) }))
      : booked.map((one) => ({ id: one.id, account: null, booked: one }));
  return {
    incidentId: row.incident_id,
    asked: asked.trim(),
    cutoff: new Date(file.cutoff).toISOString(),
    phase: row.phase,
    gate: row.gate,
    customers,
    emailIndexed,
  };
}
