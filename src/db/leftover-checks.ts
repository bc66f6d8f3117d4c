import { type RawBuilder, sql } from 'kysely';
import type { CredentialTable } from '../incident/incident-schema';
import type { Company } from './company-tables';
import type { LedgerDatabase } from './open-database';
import { printStatement } from './print-statement';

export interface ExpiredIncident {
  /** Our number of the incident. */
  incident: number;
  /** The incident's cutoff, ISO 8601 with its zone. */
  cutoff: string;
}

export interface LeftoverCheck {
  what: string;
  todo: string;
  /** FROM and WHERE of what is alive. */
  alive: RawBuilder<unknown>;
  /** The customer's key in it. */
  customer: RawBuilder<unknown>;
}

/**
 * What must not be there after the expiry. Written without the expiry's own builders, so that one mistake is not made twice.
 * @param incident its cutoff as a DATETIME in the company's zone.
 */
export function leftoverChecks(
  db: LedgerDatabase,
  company: Company,
  incident: ExpiredIncident,
): LeftoverCheck[] {
  const tables = company.mapping.credentials.filter((table) => table.createdAt !== undefined);
  return [
    livePasswords(db, company, incident),
    ...tables.map((table) => oldCredentials(db, company, incident, table)),
    outsiders(company, incident),
  ];
}

// A login in flight may have written the old password's hash anew, a backup may have brought an old row back.
function livePasswords(db: LedgerDatabase, company: Company, { cutoff }: ExpiredIncident): LeftoverCheck {
  const { customers } = company.mapping;
  const column = (name: string) => sql.id('a', name);
  const hash = column(customers.passwordHash);
  const conditions = [
    sql`LENGTH(${hash}) > 0`,
    ...(customers.unusableHash === null ? [] : [sql`NOT ${hash} = ${customers.unusableHash}`]),
    notAfter(column(customers.passwordSetAt), cutoff),
    notAfter(column(customers.createdAt), cutoff),
  ];
  const table = sql.id(company.companySchema, customers.table);
  const where = sql`WHERE ${sql.join(conditions, sql` AND `)}`;
  const kill = sql`UPDATE ${table} a SET ${hash} = ${customers.unusableHash} ${where}`;
  return {
    what: `passwords in ${customers.table} that were set up to the cutoff still let somebody in`,
    todo: `retire them, then resume: ${printStatement(db, kill)}`,
    alive: sql`FROM ${table} a ${where}`,
    customer: column(customers.id),
  };
}

function oldCredentials(
  db: LedgerDatabase,
  company: Company,
  { incident, cutoff }: ExpiredIncident,
  { table, customerId, email, createdAt }: CredentialTable,
): LeftoverCheck {
  const { customers, timeZone } = company.mapping;
  const made = sql.id('s', createdAt!);
  const theirs = sql.id(company.companySchema, table);
  // Who was expired has nothing older than that; of the others, what was there at the cutoff is gone.
  const limit = sql`IF(b.password = 'expired', CONVERT_TZ(b.expired_at, '+00:00', ${timeZone}), ${cutoff})`;
  const from =
    customerId === undefined
      ? sql`${theirs} s
        JOIN ${sql.id(company.companySchema, customers.table)} a ON ${sql.id('a', customers.email)} = ${sql.id('s', email!)}
        JOIN cohort b ON b.customer_id = ${sql.id('a', customers.id)}`
      : sql`${theirs} s JOIN cohort b ON b.customer_id = ${sql.id('s', customerId)}`;
  const alive = sql`FROM ${from} WHERE b.incident = ${incident} AND ${notAfter(made, limit)}`;
  return {
    what: `rows of ${table} are older than their customer's expiry`,
    todo: `resume repeats the expiry and deletes them; once the incident is closed, delete them: ${printStatement(db, sql`DELETE s ${alive}`)}`,
    alive,
    customer: sql`b.customer_id`,
  };
}

function outsiders(company: Company, { incident, cutoff }: ExpiredIncident): LeftoverCheck {
  const { customers } = company.mapping;
  const id = sql.id('a', customers.id);
  return {
    what: `customers from before the cutoff are in ${customers.table} but were not expired: they came back, or their key moved`,
    todo: 'resume repeats the expiry, which takes them in; once the incident is closed, expire and tell them under an incident of their own',
    alive: sql`FROM ${sql.id(company.companySchema, customers.table)} a
      LEFT JOIN cohort b ON b.incident = ${incident} AND b.customer_id = ${id}
      WHERE b.customer_id IS NULL AND ${notAfter(sql.id('a', customers.createdAt), cutoff)}`,
    customer: id,
  };
}

/** True also where the time is not known. */
function notAfter(time: RawBuilder<unknown>, limit: unknown): RawBuilder<unknown> {
  return sql`COALESCE(${time} > ${limit}, FALSE) = FALSE`;
}
