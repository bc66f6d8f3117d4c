import { type QueryExecutorProvider, type RawBuilder, sql } from 'kysely';
import type { ColumnTime, RevokeEntry } from '../incident/database-schema';
import { AHEAD, inForm, lastUpTo, sqlInForm } from './column-time';
import {
  type Company,
  companyTable,
  customerColumn,
  inRange,
  keepMoving,
  operatorSql,
  source,
} from './company';
import type { ExpiryChunk } from './expire-statements';
import { keyFromSql, type SqlKey } from './key-column';
import { fitsLink, type LinkColumn, linkName, linkValue } from './link-column';
import { deadValue, hasChosen, placeOf } from './passwords';

/**
 * Ends what the passwords of a chunk's customers had opened, in the chunk's transaction. A customer whose password this
 * very chunk expired loses everything, whatever an application server's clock wrote; on a repeat only what is not younger than the
 * recorded expiry, so that whoever has logged in again stays logged in (I5).
 *
 * By range where the link is the customers' key in type and collation, so that both are ordered alike; else by lists of values in
 * the link's own form, which its index serves whatever the key's is (C56-C58).
 *
 * Never a DELETE that joins: it takes share locks on the joined tables, one row beyond the range too, and then two lanes wait for
 * each other (11 deadlocks in 40 chunks on MariaDB 10.11).
 * @returns how many rows.
 */
export async function revoke(
  trx: QueryExecutorProvider,
  company: Company,
  entry: RevokeEntry,
  chunk: ExpiryChunk,
): Promise<number> {
  const statements = revokeByRange(company, entry, chunk);
  if (statements !== null) return changedRows(trx, statements);
  let revoked = 0;
  for (
    let owners = await findOwners(trx, company, entry, chunk);
    owners.length > 0;
    owners = owners.slice(VALUES_AT_ONCE)
  )
    revoked += await changedRows(trx, revokeByList(company, entry, chunk, owners.slice(0, VALUES_AT_ONCE)));
  return revoked;
}

/** Beyond some thousands of alternatives the servers give up the index. */
export const VALUES_AT_ONCE = 500;

async function changedRows(trx: QueryExecutorProvider, statement: RawBuilder<unknown>): Promise<number> {
  return Number((await statement.execute(trx)).numAffectedRows ?? 0n);
}

/**
 * A scalar subquery, since EXISTS would be made a join again; whoever is not in the cohort has no limit, and keeps all. In a DELETE
 * both servers share-lock each row that it reads: of the cohort, and where a new password's time is asked for of the customers, but
 * of this range alone and no gaps (seen on MariaDB 10.11 and MySQL 9.7).
 */
export function revokeByRange(
  company: Company,
  entry: RevokeEntry,
  chunk: ExpiryChunk,
): RawBuilder<unknown> | null {
  if (entry.key === undefined || entry.via !== undefined || !company.links.get(entry)?.sameAsKey) return null;
  const customer = columnOf(company, entry, entry.key);
  const limit = sql`(SELECT ${limitOf(company, entry, chunk)} FROM cohort k
        WHERE k.incident = ${chunk.incident} AND k.customer_id = ${customer})`;
  return ending(
    company,
    entry,
    chunk,
    sql`${inRange(customer, company.keyColumn, chunk.range)} AND ${madeUpTo(company, entry, chunk, limit)}`,
  );
}

/** A value that a row is known by, and up to when its rows die: an expression's value, as `limitOf` gives it. */
export interface Owner {
  value: string | bigint | Buffer;
  limit: string | number | null;
}

/** Reads without locks. Several customers may share an address: what one of them loses, the address loses. */
export async function findOwners(
  trx: QueryExecutorProvider,
  company: Company,
  entry: RevokeEntry,
  chunk: ExpiryChunk,
): Promise<Owner[]> {
  const { rows } = await ownersQuery(company, entry, chunk).execute(trx);
  const link = company.links.get(entry)!;
  return rows.flatMap(({ value, dies }) => {
    const linkedBy = value === null ? null : ownValue(company, entry, link, value);
    return linkedBy === null ? [] : [{ value: linkedBy, limit: dies }];
  });
}

/** In the link's own type: compared with a number, a text is read as one, and "5 of hearts" is 5. */
function ownValue(company: Company, entry: RevokeEntry, link: LinkColumn, value: SqlKey): SqlKey | null {
  if (entry.via === undefined)
    return entry.key === undefined ? value : linkValue(company.keyColumn, link, keyFromSql(value));
  if (link.kind === 'integer') return /^-?\d{1,38}$/.test(String(value)) ? BigInt(String(value)) : null;
  return Buffer.isBuffer(value) ? value : String(value);
}

export function ownersQuery(
  company: Company,
  entry: RevokeEntry,
  chunk: ExpiryChunk,
): RawBuilder<{ value: SqlKey; dies: string | number | null }> {
  const limit = limitOf(company, entry, chunk);
  const frozen = sql`k.incident = ${chunk.incident} AND ${inRange(sql`k.customer_id`, company.keyColumn, chunk.range)}`;
  const link = company.links.get(entry)!;
  const fits = (text: RawBuilder<unknown>) =>
    company.keyColumn.kind === 'binary' && entry.key ? sql`TRUE` : fitsLink(link, text);
  if (entry.via) {
    const { via } = entry;
    return sql`
    SELECT ${sql.id('v', via.column)} AS value, MAX(${limit}) AS dies FROM cohort k
    STRAIGHT_JOIN ${companyTable(company, via.table)} v ON ${sql.id('v', via.key)} = k.customer_id
    WHERE ${frozen} AND ${fitsLink(link, sql.id('v', via.column))} GROUP BY ${spelling(link, sql.id('v', via.column))} HAVING dies IS NOT NULL`;
  }
  if (entry.key !== undefined)
    return sql`
    SELECT k.customer_id AS value, ${limit} AS dies FROM cohort k WHERE ${frozen} AND ${fits(sql`k.customer_id`)}
    HAVING dies IS NOT NULL`;
  const key = customerColumn(company, 'key');
  const email = customerColumn(company, 'email');
  // Where both are of one collation only the addresses are read that have rows; the cohort, last, is asked for these alone.
  const sameCollation = link.sameAsKey;
  const address = sameCollation ? sql.id('t', entry.email!) : email;
  const rows = sameCollation
    ? sql`STRAIGHT_JOIN ${companyTable(company, entry.table)} t ON ${address} = ${email}`
    : sql``;
  return sql`
    SELECT ${address} AS value, MAX(${limit}) AS dies FROM ${source(company)} ${rows}
    STRAIGHT_JOIN cohort k ON k.customer_id = ${key}
    WHERE ${inRange(key, company.keyColumn, chunk.range)} AND k.incident = ${chunk.incident} AND ${address} <> '' AND ${fits(address)}
    GROUP BY ${spelling(link, address)} HAVING dies IS NOT NULL`;
}

/** The link may tell apart what its owner's column does not: each spelling is its own value. */
function spelling({ sameAsKey }: LinkColumn, value: RawBuilder<unknown>): RawBuilder<unknown> {
  return sameAsKey ? value : sql`CAST(${value} AS BINARY)`;
}

export function revokeByList(
  company: Company,
  entry: RevokeEntry,
  chunk: ExpiryChunk,
  owners: Owner[],
): RawBuilder<unknown> {
  const link = columnOf(company, entry, linkName(entry));
  if (entry.createdAt === undefined)
    return ending(company, entry, chunk, sql`${link} IN (${sql.join(owners.map(({ value }) => value))})`);
  const each = owners.map(
    ({ value, limit }) => sql`(${link} = ${value} AND ${madeUpTo(company, entry, chunk, sql`${limit}`)})`,
  );
  return ending(company, entry, chunk, sql`(${sql.join(each, sql` OR `)})`);
}

/** DELETE, or UPDATE of the one column, where the entry's own condition holds as well. */
function ending(
  company: Company,
  entry: RevokeEntry,
  chunk: ExpiryChunk,
  condition: RawBuilder<unknown>,
): RawBuilder<unknown> {
  const table = companyTable(company, entry.table);
  const only = entry.where === undefined ? sql`` : sql` AND (${operatorSql(company, entry.where)})`;
  if (entry.column === undefined) return sql`DELETE FROM ${table} WHERE ${condition}${only}`;
  const value = columnOf(company, entry, entry.column);
  const dead = deadValue(company, entry.dead!, {
    ...placeOf(entry),
    value,
    customer: columnOf(company, entry, linkName(entry)),
    now: chunk.now,
  });
  const alive = isCounter(entry) ? sql`` : sql` AND NOT (${value} <=> ${dead})`;
  return sql`UPDATE ${table} SET ${sql.id(entry.column)} = ${dead}${keepMoving(company, entry.table, entry.column)} WHERE ${condition}${alive}${only}`;
}

function isCounter({ dead }: RevokeEntry): boolean {
  return typeof dead === 'object' && dead !== null && 'oneMore' in dead;
}

/** A column under its table's full name: a DELETE of one table takes no alias on every server. */
function columnOf(company: Company, { table }: RevokeEntry, column: string): RawBuilder<unknown> {
  return sql`${companyTable(company, table)}.${sql.id(column)}`;
}

/** Without a time all rows die with the chunk that freezes the customer, and none on a repeat. */
function madeUpTo(
  company: Company,
  entry: RevokeEntry,
  { now }: ExpiryChunk,
  limit: RawBuilder<unknown>,
): RawBuilder<boolean> {
  const { createdAt } = entry;
  if (createdAt === undefined) return sql<boolean>`${limit} = 1`;
  const made = columnOf(company, entry, createdAt.column);
  const known = sql`${made} <= ${inForm(createdAt, now + AHEAD)}`;
  return sql<boolean>`IF(${known}, ${made}, ${earliest(createdAt)}) <= ${limit}`;
}

/**
 * The end of logins that were under way when a password was retired: they had read the old one, and what they opened is dated after
 * the expiry began. Nobody who has not chosen a new password since can have opened it by one.
 */
export function underWay(expiredAt: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`(${expiredAt} + INTERVAL ${sql.lit(UNDER_WAY_SECONDS)} SECOND)`;
}

const UNDER_WAY_SECONDS = 5;

/** Up to when rows of a cohort's customer (under the alias k) die, in the form of the entry's time; NULL: none does. */
function limitOf(company: Company, entry: RevokeEntry, { stamp, now }: ExpiryChunk): RawBuilder<unknown> {
  const { createdAt } = entry;
  const expiredHere = sql`k.expired_at = ${stamp}`;
  if (createdAt === undefined) return sql`IF(${expiredHere}, 1, NULL)`;
  const atCutoff = literal(createdAt, lastUpTo(createdAt, company.cutoff));
  return sql`CASE k.password
        WHEN 'expired' THEN CASE WHEN ${expiredHere} THEN ${latest(createdAt)}
          WHEN ${hasChosen(company)} AND k.reappeared_at IS NULL THEN ${sqlInForm(createdAt, sql`k.expired_at`, now)}
          ELSE ${sqlInForm(createdAt, underWay(sql`k.expired_at`), now)} END
        WHEN 'changed_since' THEN ${newPasswordsTime(company, createdAt) ?? sql`IF(${expiredHere}, ${latest(createdAt)}, ${atCutoff})`}
        ELSE ${atCutoff} END`;
}

/**
 * When the customer's newest password was set, where columns say so in the same form: what is younger is the customer's own. Never
 * before the cutoff: one password of several may be older, or say nothing.
 */
export function newPasswordsTime(
  company: Company,
  createdAt: ColumnTime,
  customer: RawBuilder<unknown> = sql`k.customer_id`,
): RawBuilder<unknown> | null {
  const { as, zone } = createdAt;
  const dated = company.mapping.retire.filter(({ setAt }) => setAt?.as === as && setAt.zone === zone);
  if (dated.length === 0) return null;
  const atCutoff = literal(createdAt, lastUpTo(createdAt, company.cutoff));
  const newest = dated.map(
    (
      entry,
    ) => sql`COALESCE((SELECT MAX(${sql.id('p', entry.setAt!.column)}) FROM ${companyTable(company, entry.table)} p
          WHERE ${sql.id('p', entry.key)} = ${customer}), ${atCutoff})`,
  );
  return sql`GREATEST(${sql.join(newest)}, ${atCutoff})`;
}

function latest({ as }: ColumnTime): RawBuilder<unknown> {
  return isDateTime(as) ? sql`CAST('9999-12-31 23:59:59' AS DATETIME(6))` : sql`9223372036854775807`;
}

function earliest({ as }: ColumnTime): RawBuilder<unknown> {
  return isDateTime(as) ? sql`CAST('1000-01-01' AS DATETIME)` : sql`0`;
}

function literal({ as }: ColumnTime, value: string | bigint): RawBuilder<unknown> {
  return isDateTime(as) ? sql`CAST(${value} AS DATETIME(6))` : sql`${value}`;
}

function isDateTime(as: ColumnTime['as']): boolean {
  return as === 'datetime' || as === 'timestamp';
}
