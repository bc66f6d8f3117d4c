import { type RawBuilder, sql } from 'kysely';
import type { DatabaseMapping } from '../incident/incident-schema';
import type { KeyRange } from '../incident/vocabulary';
import { type KeyColumn, keyToSql } from './key-column';

/** The company's tables as the incident file maps them, and the key that joins ours to them. */
export interface Company {
  companySchema: string;
  mapping: DatabaseMapping;
  keyColumn: KeyColumn;
}

/** The company's customers table, schema-qualified and quoted. */
export function customersTable(companySchema: string, mapping: DatabaseMapping): RawBuilder<unknown> {
  return companyTable(companySchema, mapping.customers.table);
}

/** Any table of the company, schema-qualified and quoted. */
export function companyTable(companySchema: string, table: string): RawBuilder<unknown> {
  return sql`${sql.id(companySchema, table)}`;
}

/** Whether a row of the customers table, under this alias, has a password that lets somebody in. */
export function hasPassword(mapping: DatabaseMapping, alias: string): RawBuilder<boolean> {
  const { passwordHash, unusableHash } = mapping.customers;
  const hash = sql.id(alias, passwordHash);
  return unusableHash === null
    ? sql<boolean>`(${hash} IS NOT NULL AND ${hash} <> '')`
    : sql<boolean>`(${hash} IS NOT NULL AND ${hash} NOT IN ('', ${unusableHash}))`;
}

/** Whether the password, under this alias, may be the stolen one. One of unknown age is the worst case, not a fresh one. */
export function setUpToCutoff(mapping: DatabaseMapping, alias: string, cutoff: string): RawBuilder<boolean> {
  const setAt = sql.id(alias, mapping.customers.passwordSetAt);
  return sql<boolean>`(${setAt} IS NULL OR ${setAt} <= ${cutoff})`;
}

/** Whether the account, under this alias, was there at the cutoff. One of unknown age is taken to have been. */
export function madeUpToCutoff(mapping: DatabaseMapping, alias: string, cutoff: string): RawBuilder<boolean> {
  const createdAt = sql.id(alias, mapping.customers.createdAt);
  return sql<boolean>`(${createdAt} IS NULL OR ${createdAt} <= ${cutoff})`;
}

/** The keys of a range, ordered as the server orders them (C33). */
export function inRange(
  key: RawBuilder<unknown>,
  keyColumn: KeyColumn,
  { after, upTo }: KeyRange,
): RawBuilder<boolean> {
  const last = sql<boolean>`${key} <= ${keyToSql(keyColumn, upTo)}`;
  return after === null ? last : sql<boolean>`${key} > ${keyToSql(keyColumn, after)} AND ${last}`;
}

/** An instant as a DATETIME in the company's zone, such as '2012-01-15 15:00:00.000' for -08:00. */
export function companyTime(instant: string | Date, timeZone: string): string {
  const inZone = new Date(instant).getTime() + offsetMinutes(timeZone) * 60_000;
  return new Date(inZone).toISOString().slice(0, 23).replace('T', ' ');
}

/** A DATETIME of the company's as ISO 8601 in UTC; null for NULL and for the zero dates of old tables (C30). */
export function instantOf(time: string | null, timeZone: string): string | null {
  const local = time === null ? Number.NaN : Date.parse(`${time.replace(' ', 'T')}Z`);
  return Number.isNaN(local) ? null : new Date(local - offsetMinutes(timeZone) * 60_000).toISOString();
}

/** A UTC DATETIME of ours as one in the company's zone, in SQL. */
export function inCompanyZone(utc: RawBuilder<unknown>, timeZone: string): RawBuilder<string> {
  return sql<string>`(${utc} + INTERVAL ${sql.lit(offsetMinutes(timeZone))} MINUTE)`;
}

function offsetMinutes(timeZone: string): number {
  const [, sign, hours, minutes] = /^([+-])(\d\d):(\d\d)$/.exec(timeZone)!;
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
}
