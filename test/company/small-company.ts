import { type RawBuilder, sql } from 'kysely';
import { verifyExpiry } from '../../src/company/verify-expiry';
import { INCIDENT, type OwnCompany, ownCompany, THREE_CUSTOMERS } from './own-company';
import type { MappingInput } from './reference-mapping';

/** The one company of a test, made by `make` or `reference` and dropped after it. */
let company: OwnCompany | undefined;
afterEach(drop);

export async function drop(): Promise<void> {
  await company?.drop();
  company = undefined;
}

export function own(): OwnCompany {
  return company!;
}

/** A company with these tables alone, and rows by table. */
export async function make(
  mapping: MappingInput,
  tables: string[],
  rows: Record<string, Record<string, unknown>[]>,
): Promise<OwnCompany> {
  company = await ownCompany('edges', { mapping, make: tables });
  for (const [table, some] of Object.entries(rows)) await company.insert(table, some);
  return company;
}

/** The reference schema with three customers. */
export async function reference(): Promise<void> {
  company = await ownCompany('edges');
  await company.insert('customers', THREE_CUSTOMERS);
}

export const users = (more = '') =>
  `CREATE TABLE %s.users (id INT PRIMARY KEY, email VARCHAR(60), pw VARCHAR(60)${more})`;

export const plain: MappingInput = {
  customers: { table: 'users', key: 'id', email: 'email' },
  retire: [{ table: 'users', key: 'id', column: 'pw', dead: null }],
};

export const run = (statement: (table: (name: string) => RawBuilder<unknown>) => RawBuilder<unknown>) =>
  own().run(statement((name) => own().table(name)));

export async function values(table: string, column: string): Promise<unknown[]> {
  const rows = await own().rows(sql<{ kept: unknown }>`
    SELECT ${sql.id(column)} AS kept FROM ${own().table(table)} ORDER BY ${sql.id(column)}`);
  return rows.map(({ kept }) => kept);
}

/** Each row as a text, its columns with a space between. */
export async function rowsOf(table: string, columns: string, order = columns): Promise<string[]> {
  const rows = await own().rows(sql<Record<string, unknown>>`
    SELECT ${sql.raw(columns)} FROM ${own().table(table)} ORDER BY ${sql.raw(order)}`);
  return rows.map((row) =>
    Object.values(row)
      .map((value) => (value === null ? null : String(value)))
      .join(' '),
  );
}

export const verify = () => verifyExpiry(own().database.db, own(), INCIDENT, Date.now());

/** Left, and named (I7): the file's customers have no such account. */
export const orphans = (what: string) => ({
  count: 1,
  what: `${what} belong to none of the customers, and were not touched`,
  todo: expect.any(String),
});

/** No worker is there to look at the ranges again. */
export const NOT_LOOKED_AT = expect.stringMatching(/nobody checked within a minute/);

export const choose = (id: number, hash: string, setAt: string | RawBuilder<unknown> | null) =>
  run(
    (table) =>
      sql`UPDATE ${table('customers')} SET password_hash = ${hash}, password_set_at = ${setAt} WHERE id = ${id}`,
  );

/** Rows dated so many seconds after the expiry of the customer's password. */
export const openedAfter = (id: number, seconds: number, token: string) =>
  run(
    (table) => sql`INSERT INTO ${table('sessions')} (customer_id, token, created_at)
      SELECT customer_id, ${token}, expired_at + INTERVAL ${seconds} SECOND FROM cohort WHERE customer_id = ${id}`,
  );
