import { type QueryExecutorProvider, type RawBuilder, sql } from 'kysely';
import type { DatabaseMapping } from '../incident/database-schema';
import type { Incident } from '../incident/incident-schema';
import { withSchema } from '../incident/operator-sql';
import type { KeyRange } from '../incident/vocabulary';
import { isUpTo } from './column-time';
import { quotedName } from './dialect';
import { findKeyColumn, type KeyColumn, keyToSql } from './key-column';
import { type LinkColumns, readLinks } from './link-column';

/** The company's tables as the incident file maps them, and what our statements over them need to know. */
export interface Company {
  companySchema: string;
  mapping: DatabaseMapping;
  /** The instant up to which the thief may have read, in milliseconds. */
  cutoff: number;
  keyColumn: KeyColumn;
  links: LinkColumns;
  /** By table: columns that the server changes by itself with each UPDATE of their row. */
  moving: Map<string, string[]>;
  /** 32 octets, the ledger's own: makes the fingerprints of retired passwords worthless to others. */
  fingerprintKey: Buffer;
}

/** @throws UnusableKeyError */
export async function readCompany(
  db: QueryExecutorProvider,
  companySchema: string,
  { database: mapping, cutoff }: Pick<Incident, 'database' | 'cutoff'>,
  fingerprintKey: Buffer,
): Promise<Company> {
  const keyColumn = await findKeyColumn(db, companySchema, mapping);
  const links = await readLinks(db, companySchema, mapping, keyColumn);
  const moving = await readMovingColumns(db, companySchema);
  return { companySchema, mapping, cutoff: Date.parse(cutoff), keyColumn, links, moving, fingerprintKey };
}

async function readMovingColumns(
  db: QueryExecutorProvider,
  companySchema: string,
): Promise<Map<string, string[]>> {
  const { rows } = await sql<{ table: string; name: string }>`
    SELECT TABLE_NAME AS 'table', COLUMN_NAME AS name FROM information_schema.COLUMNS
    WHERE TABLE_SCHEMA = ${companySchema} AND EXTRA LIKE '%on update%'`.execute(db);
  const moving = new Map<string, string[]>();
  for (const { table, name } of rows) moving.set(table, [...(moving.get(table) ?? []), name]);
  return moving;
}

/** What follows a SET, so that columns that the server would change by itself, and the file does not name, stay as they are (I5). */
export function keepMoving({ moving }: Company, table: string, written: string): RawBuilder<unknown> {
  const kept = (moving.get(table) ?? []).filter((name) => name.toLowerCase() !== written.toLowerCase());
  return sql.join([sql``, ...kept.map((name) => sql`${sql.id(name)} = ${sql.id(name)}`)]);
}

/** Stands in where no fingerprint is kept or compared: before there is a ledger, and in statements that are shown. */
export const NO_FINGERPRINT_KEY = Buffer.alloc(32);

/** Any table of the company, schema-qualified and quoted. */
export function companyTable(
  { companySchema }: Pick<Company, 'companySchema'>,
  table: string,
): RawBuilder<unknown> {
  return sql`${sql.id(companySchema, table)}`;
}

/** What messages call the source. */
export function sourceName({ mapping }: Pick<Company, 'mapping'>): string {
  return mapping.customers.table ?? 'the SELECT of the customers';
}

/** Who the customers are, as something that stands after FROM or JOIN. */
export function source(
  { companySchema, mapping }: Pick<Company, 'companySchema' | 'mapping'>,
  alias = 'c',
): RawBuilder<unknown> {
  const { table, select } = mapping.customers;
  const rows =
    table === undefined
      ? sql`(${operatorSql({ companySchema }, select!)})`
      : companyTable({ companySchema }, table);
  return sql`${rows} ${sql.id(alias)}`;
}

export type CustomerColumn = 'key' | 'email' | 'name' | 'language' | 'country' | 'region';

/** A column of the source, NULL where the file names none. */
export function customerColumn(
  { mapping }: Pick<Company, 'mapping'>,
  column: CustomerColumn,
  alias = 'c',
): RawBuilder<unknown> {
  const name = mapping.customers[column];
  return name === null ? sql`NULL` : sql`${sql.id(alias, name)}`;
}

/** What the operator has written, as it is, between parentheses wherever it stands. */
export function operatorSql(
  { companySchema }: Pick<Company, 'companySchema'>,
  text: string,
): RawBuilder<unknown> {
  return sql.raw(withSchema(text, quotedName(companySchema)));
}

/** Whether the operator's condition holds; NULL does not. */
export function isTrue(company: Pick<Company, 'companySchema'>, condition: string): RawBuilder<boolean> {
  return sql<boolean>`(${operatorSql(company, condition)}) IS TRUE`;
}

/**
 * Whether a row of the source, alone in its FROM, is a customer of the cohort to be: there at the cutoff (one of unknown age is
 * taken to have been) and not left out. The operator's conditions name columns without an alias.
 */
export function isAffected(company: Company, now: number): RawBuilder<boolean> {
  const there = wasThere(company, now);
  return company.mapping.customers.leaveOut.length === 0
    ? there
    : sql<boolean>`(${there} AND NOT ${isLeftOut(company)})`;
}

export function wasThere(
  { mapping, cutoff }: Pick<Company, 'mapping' | 'cutoff'>,
  now: number,
): RawBuilder<boolean> {
  const { createdAt } = mapping.customers;
  return createdAt === null ? sql<boolean>`TRUE` : isUpTo(createdAt, 'c', { instant: cutoff, now });
}

export function isLeftOut(company: Pick<Company, 'companySchema' | 'mapping'>): RawBuilder<boolean> {
  const reasons = company.mapping.customers.leaveOut.map(({ when }) => isTrue(company, when));
  return reasons.length === 0 ? sql<boolean>`FALSE` : sql<boolean>`(${sql.join(reasons, sql` OR `)})`;
}

/** The keys of a range, ordered as the server orders them (C33). */
export function inRange(
  key: RawBuilder<unknown>,
  keyColumn: KeyColumn,
  { after, upTo: last }: KeyRange,
): RawBuilder<boolean> {
  const within = sql<boolean>`${key} <= ${keyToSql(keyColumn, last)}`;
  return after === null ? within : sql<boolean>`${key} > ${keyToSql(keyColumn, after)} AND ${within}`;
}
