import { type RawBuilder, sql } from 'kysely';
import type { CredentialTable } from '../incident/incident-schema';
import { type Company, companyTable, customersTable, inCompanyZone, inRange } from './company-tables';
import type { ExpiryChunk } from './expire-statements';
import type { LedgerDatabase } from './open-database';

/**
 * Deletes what the passwords of a chunk's customers had opened, in the chunk's transaction. Who was expired by this very chunk
 * loses everything, whatever an application server's clock wrote; on a repeat only what is not younger than the recorded expiry,
 * so that who has logged in again stays so (I5).
 *
 * Never a DELETE that joins: it takes share locks on the joined tables, one row beyond the range too, and then two lanes wait for
 * each other (11 deadlocks in 40 chunks on MariaDB 10.11).
 * @returns how many rows.
 */
export async function deleteCredentials(
  trx: LedgerDatabase,
  company: Company,
  table: CredentialTable,
  chunk: ExpiryChunk,
): Promise<number> {
  if (table.email === undefined) return execute(trx, deleteByCustomer(company, table, chunk));
  const { rows } = await selectByAddress(company, table, chunk).execute(trx);
  let deleted = 0;
  for (let i = 0; i < rows.length; i += ADDRESSES_PER_STATEMENT) {
    const some = rows.slice(i, i + ADDRESSES_PER_STATEMENT);
    deleted += await execute(trx, deleteByAddress(company, table, some));
  }
  return deleted;
}

/** Beyond some thousands of alternatives the servers give up the index. */
const ADDRESSES_PER_STATEMENT = 500;

async function execute(trx: LedgerDatabase, statement: RawBuilder<unknown>): Promise<number> {
  return Number((await statement.execute(trx)).numAffectedRows ?? 0n);
}

/** A scalar subquery, since EXISTS would be made a join again; whoever is not in the cohort has no limit, and keeps all. */
export function deleteByCustomer(
  company: Company,
  table: CredentialTable,
  chunk: ExpiryChunk,
): RawBuilder<unknown> {
  const credentials = companyTable(company.companySchema, table.table);
  const customer = sql`${credentials}.${sql.id(table.customerId!)}`;
  return sql`
    DELETE FROM ${credentials} WHERE ${inRange(customer, company.keyColumn, chunk.range)}
      AND ${madeAt(table)} <= (SELECT ${diesUpTo(company, table, chunk)} FROM cohort k
        WHERE k.incident = ${chunk.incident} AND k.customer_id = ${customer})`;
}

/** An address with rows to delete, and up to when they were made. */
export interface DyingAddress {
  address: string;
  up_to: string;
}

/** Reads without locks. Several customers may share an address: what one of them loses, the address loses. */
export function selectByAddress(
  company: Company,
  table: CredentialTable,
  chunk: ExpiryChunk,
): RawBuilder<DyingAddress> {
  const { customers } = company.mapping;
  const address = sql.id('t', table.email!);
  return sql<DyingAddress>`
    SELECT ${address} AS address, MAX(${diesUpTo(company, table, chunk)}) AS up_to FROM cohort k
    STRAIGHT_JOIN ${customersTable(company.companySchema, company.mapping)} c ON ${sql.id('c', customers.id)} = k.customer_id
    STRAIGHT_JOIN ${companyTable(company.companySchema, table.table)} t ON ${address} = ${sql.id('c', customers.email)}
    WHERE k.incident = ${chunk.incident} AND ${inRange(sql`k.customer_id`, company.keyColumn, chunk.range)}
      AND ${address} <> '' GROUP BY ${address} HAVING up_to IS NOT NULL`;
}

export function deleteByAddress(
  company: Company,
  table: CredentialTable,
  addresses: DyingAddress[],
): RawBuilder<unknown> {
  const theirs = addresses.map(
    ({ address, up_to }) => sql`(${sql.id(table.email!)} = ${address} AND ${madeAt(table)} <= ${up_to})`,
  );
  return sql`DELETE FROM ${companyTable(company.companySchema, table.table)} WHERE ${sql.join(theirs, sql` OR `)}`;
}

const FIRST_DAY = sql`CAST('1000-01-01' AS DATETIME)`;
const FOR_EVER = sql`CAST('9999-12-31 23:59:59' AS DATETIME(6))`;

/** When a row was made; one of unknown age is old. */
function madeAt({ createdAt }: CredentialTable): RawBuilder<unknown> {
  return createdAt === undefined ? FIRST_DAY : sql`IFNULL(${sql.id(createdAt)}, ${FIRST_DAY})`;
}

/**
 * Rows of a cohort customer (under the alias k) made up to then die. Where a table does not say when its rows were made, all
 * die with the chunk that freezes the customer, and none on a repeat.
 */
function diesUpTo(
  { companySchema, mapping }: Company,
  { createdAt }: CredentialTable,
  { stamp, cutoff }: ExpiryChunk,
): RawBuilder<unknown> {
  if (createdAt === undefined) return sql`IF(k.expired_at = ${stamp}, ${FOR_EVER}, NULL)`;
  const { id, passwordSetAt } = mapping.customers;
  const setAt = sql`(SELECT ${sql.id('own', passwordSetAt)} FROM ${customersTable(companySchema, mapping)} own
        WHERE ${sql.id('own', id)} = k.customer_id)`;
  const atCutoff = sql`CAST(${cutoff} AS DATETIME(6))`;
  return sql`CASE k.password
        WHEN 'expired' THEN IF(k.expired_at = ${stamp}, ${FOR_EVER}, ${inCompanyZone(sql`k.expired_at`, mapping.timeZone)})
        WHEN 'changed_since' THEN IFNULL(${setAt}, ${atCutoff}) ELSE ${atCutoff} END`;
}
