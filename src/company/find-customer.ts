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
 * Who has this id or e-mail address; several may share an address, compared as the column's collation does. By the key and the
 * address's index, so in milliseconds at any size (the dry run says when there is no index).
 * @param idOrEmail a UUID or hex digits where the key is binary.
 */
export async function findCustomer(
  db: QueryExecutorProvider,
  company: Company,
  idOrEmail: string,
): Promise<FoundCustomer[]> {
  const asked = idOrEmail.trim();
  const key = keyOf(company, asked);
  const byKey =
    key === null ? [] : await readCustomers(db, company, sql`${customerColumn(company, 'key')} = ${key}`);
  if (byKey.length > 0 || asked === '') return byKey;
  return readCustomers(db, company, sql`${customerColumn(company, 'email')} = ${asked}`);
}

/** What was typed as a key; null where it cannot be one of this kind. */
export function keyOf({ keyColumn }: Company, asked: string): SqlKey | null {
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
export async function isEmailIndexed(
  db: QueryExecutorProvider,
  companySchema: string,
  { customers }: DatabaseMapping,
): Promise<boolean> {
  const { rows } = await sql`
    SELECT 1 FROM information_schema.STATISTICS
    WHERE TABLE_SCHEMA = ${companySchema} AND TABLE_NAME = ${customers.table ?? ''} AND COLUMN_NAME = ${customers.email}
      AND SEQ_IN_INDEX = 1 LIMIT 1`.execute(db);
  return rows.length > 0;
}
