import { type QueryExecutorProvider, type RawBuilder, sql } from 'kysely';
import type { DatabaseMapping, RetireEntry } from '../incident/database-schema';
import type { CustomerId } from '../incident/vocabulary';
import { instantOf } from './column-time';
import { type Company, customerColumn, source } from './company';
import { keyFromSql, keyToSql, type SqlKey } from './key-column';
import { isSourceRow, isUsable, passwordRows } from './passwords';

/** A customer as the company's tables have them now. Never a hash. Times are ISO 8601 in UTC, null where unknown (C30). */
export interface FoundCustomer {
  id: CustomerId;
  email: string | null;
  createdAt: string | null;
  hasPassword: boolean;
  /** Null also where no column of the company's says it. */
  passwordSetAt: string | null;
}

/** Everybody with one address, at most. */
const LIMIT = 50;

/**
 * Who has this id or e-mail address; several may share an address, in whatever case. By the key and the address's index, so in
 * milliseconds at any size (the dry run says when there is no index). A collation that takes ü for u finds others, too: they are left out
 * (C110).
 * @param idOrEmail a UUID or hex digits where the key is binary. Spaces around it count only where an id has them.
 */
export async function findCustomer(
  db: QueryExecutorProvider,
  company: Company,
  idOrEmail: string,
): Promise<FoundCustomer[]> {
  const { ids, addresses } = await collated(db, company, idOrEmail);
  const exact = ids.filter(({ id }) => id === idOrEmail);
  if (exact.length > 0) return exact;
  const byKey = ids.filter(({ id }) => company.keyColumn.kind !== 'text' || isSameText(id, idOrEmail));
  if (byKey.length > 0) return byKey;
  return addresses.filter(({ email }) => isSameText(email ?? '', idOrEmail));
}

/** Whose id or address the column takes for this one, and who is somebody else: to be asked for the id. */
export async function alikeCustomers(
  db: QueryExecutorProvider,
  company: Company,
  idOrEmail: string,
): Promise<CustomerId[]> {
  const { ids, addresses } = await collated(db, company, idOrEmail);
  const others = [
    ...ids.filter(({ id }) => company.keyColumn.kind === 'text' && !isSameText(id, idOrEmail)),
    ...addresses.filter(({ email }) => !isSameText(email ?? '', idOrEmail)),
  ];
  return [...new Set(others.map(({ id }) => id))];
}

/** The same id or address to whoever reads it out: another case and spaces around it make no other, an accent does. */
export function isSameText(text: string, otherText: string): boolean {
  const spelt = (given: string) => given.trim().normalize('NFC').toLowerCase();
  return spelt(text) === spelt(otherText);
}

/** By the key, and where nobody has it by the address, as the columns' collations compare. */
async function collated(db: QueryExecutorProvider, company: Company, typed: string) {
  const asked = typed.trim();
  const key = customerColumn(company, 'key');
  const isKey = [...new Set([typed, asked])].flatMap((text) => {
    const value = keyOf(company, text);
    return value === null ? [] : [sql`${key} = ${value}`];
  });
  const ids =
    isKey.length === 0 ? [] : await readCustomers(db, company, sql`(${sql.join(isKey, sql` OR `)})`);
  const isFound = ids.some(({ id }) => company.keyColumn.kind !== 'text' || isSameText(id, typed));
  const addresses =
    isFound || asked === ''
      ? []
      : await readCustomers(db, company, sql`${customerColumn(company, 'email')} = ${asked}`);
  return { ids, addresses };
}

/** At most so many are listed: a name's beginning is to be typed further then. */
export const MOST_NAMED = 50;

/** Whose name begins so, as the column compares. By an index where one begins with the name (isNameIndexed). */
export async function findByName(
  db: QueryExecutorProvider,
  company: Company,
  beginning: string,
): Promise<{ id: CustomerId; name: string }[]> {
  const name = sql.id('c', company.mapping.customers.name!);
  const pattern = `${beginning.replace(/[\\%_]/g, '\\$&')}%`;
  const { rows } = await sql<{ id: SqlKey; name: string }>`
    SELECT ${customerColumn(company, 'key')} AS id, ${name} AS name FROM ${source(company)}
    WHERE ${name} LIKE ${pattern} ORDER BY ${customerColumn(company, 'key')} LIMIT ${sql.lit(MOST_NAMED + 1)}`.execute(
    db,
  );
  return rows.map((row) => ({ id: keyFromSql(row.id), name: String(row.name) }));
}

/** Whether so few customers are there that reading them all takes a moment; reads no more than these. */
export async function areCustomersFew(db: QueryExecutorProvider, company: Company): Promise<boolean> {
  const { rows } = await sql<{ customers: string }>`
    SELECT COUNT(*) AS customers FROM (SELECT 1 FROM ${source(company)} LIMIT ${sql.lit(FEW + 1)}) AS first`.execute(
    db,
  );
  return Number(rows[0]!.customers) <= FEW;
}

const FEW = 20_000;

/**
 * How many customers of the source have an address at one of these domains, counted up to `most`. Reads the source until it has found so
 * many: a minute for 24 million who have none.
 */
export async function countCustomersAt(
  db: QueryExecutorProvider,
  company: Company,
  { domains, most }: { domains: readonly string[]; most: number },
): Promise<number> {
  const email = customerColumn(company, 'email');
  const ends = domains.map(
    (domain) => sql`TRIM(${email}) LIKE ${`%@${domain.replaceAll(/[\\%_]/g, '\\$&')}`}`,
  );
  const { rows } = await sql<{ customers: string }>`
    SELECT COUNT(*) AS customers FROM (SELECT 1 FROM ${source(company)} WHERE ${sql.join(ends, sql` OR `)} LIMIT ${most}) few`.execute(
    db,
  );
  return Number(rows[0]!.customers);
}

/** What was typed as a key; null where it cannot be one of this kind. */
export function keyOf({ keyColumn }: Company, typed: string): SqlKey | null {
  const asked = keyColumn.kind === 'text' ? typed : typed.trim();
  if (keyColumn.kind === 'integer') return /^-?\d{1,38}$/.test(asked) ? BigInt(asked) : null;
  if (keyColumn.kind === 'text') return asked === '' ? null : asked;
  const hex = asked.replace(/^0x/i, '').replaceAll('-', '').toLowerCase();
  return /^(?:[0-9a-f]{2})+$/.test(hex) ? keyToSql(keyColumn, hex) : null;
}

async function readCustomers(db: QueryExecutorProvider, company: Company, condition: RawBuilder<unknown>) {
  const { customers, retire } = company.mapping;
  const dated = retire.find(({ setAt }) => setAt !== undefined);
  const rows = await customerQuery(company, condition)
    .execute(db)
    .then((result) => result.rows, nobodyIfUnwritable);
  return rows.map(
    (row): FoundCustomer => ({
      id: keyFromSql(row.id),
      email: row.email === null ? null : String(row.email),
      createdAt: customers.createdAt && instantOf(customers.createdAt, row.createdAt),
      hasPassword: Number(row.hasPassword) === 1,
      passwordSetAt: dated ? instantOf(dated.setAt!, row.setAt) : null,
    }),
  );
}

/** Letters that the column's character set does not have: MariaDB's answer, and MySQL's. */
const UNWRITABLE = [1267, 3854];

function nobodyIfUnwritable(error: { errno?: number }): CustomerRow[] {
  if (UNWRITABLE.includes(error.errno ?? 0)) return [];
  throw error;
}

interface CustomerRow {
  id: SqlKey;
  email: string | null;
  createdAt: string | null;
  hasPassword: number;
  setAt: string | null;
}

/** Whoever of the source, under the alias c, meets the condition. */
export function customerQuery(company: Company, condition: RawBuilder<unknown>): RawBuilder<CustomerRow> {
  const { customers, retire } = company.mapping;
  const key = customerColumn(company, 'key');
  const usable = retire.map((entry) =>
    isSourceRow(company, entry)
      ? isUsable(company, entry, 'c')
      : sql`EXISTS (SELECT 1 ${passwordRows(company, entry, key)} AND ${isUsable(company, entry, 't')})`,
  );
  const dated = retire.find(({ setAt }) => setAt !== undefined);
  const setAt = (entry: RetireEntry) =>
    isSourceRow(company, entry)
      ? sql.id('c', entry.setAt!.column)
      : sql`(SELECT MAX(${sql.id('t', entry.setAt!.column)}) ${passwordRows(company, entry, key)})`;
  const createdAt = customers.createdAt === null ? sql`NULL` : sql.id('c', customers.createdAt.column);
  return sql<CustomerRow>`
    SELECT ${key} AS id, ${customerColumn(company, 'email')} AS email, ${createdAt} AS createdAt,
      (${sql.join(usable, sql` OR `)}) AS hasPassword, ${dated ? setAt(dated) : sql`NULL`} AS setAt
    FROM ${source(company)} WHERE ${condition} ORDER BY ${key} LIMIT ${sql.lit(LIMIT)}`;
}

/** Whether an index begins with the customers' address: without one a lookup by address reads the whole table. Of a view or a SELECT nobody knows. */
export function isEmailIndexed(
  db: QueryExecutorProvider,
  companySchema: string,
  { customers }: DatabaseMapping,
): Promise<boolean> {
  return isIndexed(db, companySchema, { table: customers.table, column: customers.email });
}

/** The same of the customers' name. */
export function isNameIndexed(
  db: QueryExecutorProvider,
  companySchema: string,
  { customers }: DatabaseMapping,
): Promise<boolean> {
  return isIndexed(db, companySchema, { table: customers.table, column: customers.name ?? '' });
}

async function isIndexed(
  db: QueryExecutorProvider,
  companySchema: string,
  { table = '', column }: { table?: string | undefined; column: string },
): Promise<boolean> {
  const { rows } = await sql`
    SELECT 1 FROM information_schema.STATISTICS
    WHERE TABLE_SCHEMA = ${companySchema} AND TABLE_NAME = ${table} AND COLUMN_NAME = ${column}
      AND SEQ_IN_INDEX = 1 LIMIT 1`.execute(db);
  return rows.length > 0;
}
