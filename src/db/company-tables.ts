import { type RawBuilder, sql } from 'kysely';
import type { DatabaseMapping } from '../incident/incident-schema';

/** The company's customers table, schema-qualified and quoted. */
export function customersTable(companySchema: string, mapping: DatabaseMapping): RawBuilder<unknown> {
  return sql`${sql.id(companySchema, mapping.customers.table)}`;
}

/** Whether a row of the customers table, under this alias, has a password that lets somebody in. */
export function hasPassword(mapping: DatabaseMapping, alias: string): RawBuilder<boolean> {
  const { passwordHash, unusableHash } = mapping.customers;
  const hash = sql.ref(`${alias}.${passwordHash}`);
  return unusableHash === null
    ? sql<boolean>`(${hash} IS NOT NULL AND ${hash} <> '')`
    : sql<boolean>`(${hash} IS NOT NULL AND ${hash} NOT IN ('', ${unusableHash}))`;
}

/** An instant as a DATETIME in the company's zone, such as '2012-01-15 15:00:00.000' for -08:00. */
export function companyTime(instant: string | Date, timeZone: string): string {
  const [, sign, hours, minutes] = /^([+-])(\d\d):(\d\d)$/.exec(timeZone)!;
  const offset = (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000;
  return new Date(new Date(instant).getTime() + offset).toISOString().slice(0, 23).replace('T', ' ');
}
