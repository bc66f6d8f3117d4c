import { type RawBuilder, sql } from 'kysely';
import type { RetireEntry } from '../incident/database-schema';
import type { KeyRange } from '../incident/vocabulary';
import { type Company, companyTable, inRange, isAffected, keepMoving, source } from './company';
import {
  deadValue,
  fingerprint,
  fingerprintsBack,
  isBack,
  isDead,
  isSourceRow,
  isStolen,
  isUsable,
  passwordRows,
  placeOf,
  valuesOf,
} from './passwords';

/** One chunk of the expiry. */
export interface ExpiryChunk {
  incident: number;
  /** Our numbers of the incidents before this one: a customer whose password one of them expired, and who has none since, is `expired`. */
  earlier: number[];
  range: KeyRange;
  /**
   * Nobody of the range is in the cohort yet. Then no row is asked for it: 15% faster on MariaDB 10.11, 35% on MySQL 9.7; should
   * somebody get in meanwhile, the cohort's primary key refuses the whole chunk (1062).
   */
  fresh: boolean;
  /** The expiry has gone through all customers once, so whoever is new here may have come since. Never with `fresh`. */
  passedOver: boolean;
  /** Now in UTC, with microseconds: names this chunk in the cohort. */
  stamp: string;
  /** The same in milliseconds since 1970. */
  now: number;
}

/** A range's first chunk, of an incident that has no number before its start: 0 stands for it. */
export function firstChunk(range: KeyRange, now: number): ExpiryChunk {
  const stamp = new Date(now).toISOString().slice(0, 23).replace('T', ' ');
  return { incident: 0, earlier: [], range, fresh: true, passedOver: false, stamp, now };
}

/**
 * Freezes the chunk's customers with the fingerprint of each value that is to die. Reads without locks: what changes before the
 * passwords are retired has another fingerprint then, and stays (I5).
 */
export function freezeCohort(company: Company, chunk: ExpiryChunk): RawBuilder<unknown> {
  const { usable, stolen, fingerprints } = valuesOf(company, chunk.now);
  const customer = sql.id('c', company.mapping.customers.key);
  const earlier = chunk.earlier.length === 0 ? null : fingerprintsOf(chunk.earlier, customer);
  const deadBefore = [
    ...(earlier === null ? [] : [sql`${earlier} IS NOT NULL`]),
    ...(chunk.fresh ? [] : [hasDeadValue(company)]),
  ];
  return sql`
    INSERT INTO cohort (incident, customer_id, password, expired_at, fingerprints)
    SELECT ${chunk.incident}, ${customer},
      CASE WHEN ${stolen} THEN 'expired' WHEN ${usable} THEN 'changed_since'
        ${deadBefore.length === 0 ? sql`` : sql`WHEN ${sql.join(deadBefore, sql` OR `)} THEN 'expired'`} ELSE 'none' END,
      ${chunk.stamp}, ${earlier === null ? fingerprints : sql`CONCAT(${fingerprints}, LEFT(IFNULL(${earlier}, ''), ${sql.lit(KEPT_OF_EARLIER)}))`}
    FROM ${source(company)}
    WHERE ${inRange(customer, company.keyColumn, chunk.range)} AND ${isAffected(company, chunk.now)}
      ${chunk.fresh ? sql`` : sql`AND NOT ${isFrozen(chunk, customer)}`} ${comesLate(company, chunk)}`;
}

/**
 * Where no column says when an account was made, one that appears after the expiry counts as a new customer's, whose password is theirs
 * (I5); verify names them. Except one that holds what only an expiry writes: its key has changed (C78).
 */
function comesLate(company: Company, { passedOver }: ExpiryChunk): RawBuilder<unknown> {
  if (!passedOver || company.mapping.customers.createdAt !== null) return sql``;
  return sql`AND ${hasDeadValue(company, 'of our own')}`;
}

/** Of this and an earlier incident a cohort's row keeps 512 octets, of this one first. */
const KEPT_OF_EARLIER = 256;

/** The fingerprints of the last of these incidents that expired the customer's password. NULL: none did. */
function fingerprintsOf(earlier: number[], customer: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`(SELECT b.fingerprints FROM cohort b WHERE b.incident IN (${sql.join(earlier)}) AND b.customer_id = ${customer}
        AND b.password = 'expired' ORDER BY b.incident DESC LIMIT 1)`;
}

/**
 * A customer who is first seen on a repeat, with a dead value, may have had the password expired under another key (C78): better told that
 * the old password is gone than that there was none.
 */
function hasDeadValue(company: Company, which?: 'of our own'): RawBuilder<boolean> {
  const customer = sql.id('c', company.mapping.customers.key);
  const entries = company.mapping.retire.filter(({ dead }) => which === undefined || dead !== null);
  if (entries.length === 0) return sql<boolean>`FALSE`;
  const each = entries.map(
    (entry) =>
      sql`EXISTS (SELECT 1 ${passwordRows(company, entry, customer)} AND ${isDead(company, entry, 't')})`,
  );
  return sql<boolean>`(${sql.join(each, sql` OR `)})`;
}

function isFrozen({ incident }: ExpiryChunk, customer: RawBuilder<unknown>): RawBuilder<boolean> {
  return sql<boolean>`EXISTS (SELECT 1 FROM cohort k WHERE k.incident = ${incident} AND k.customer_id = ${customer})`;
}

/**
 * On a repeat: an old password that is back is expired again, at this chunk's time, so that all that it has opened since dies too.
 */
export function expireAgain(company: Company, { incident, range, stamp }: ExpiryChunk): RawBuilder<unknown> {
  return sql`
    UPDATE cohort k SET k.fingerprints = LEFT(CONCAT(${fingerprintsBack(company)}, k.fingerprints), 512),
      k.password = 'expired', k.expired_at = ${stamp}
    WHERE k.incident = ${incident} AND ${inRange(sql`k.customer_id`, company.keyColumn, range)} AND ${isBack(company)}`;
}

/**
 * Retires what was fingerprinted, and nothing else: a value that was chosen meanwhile has another fingerprint (I5). The subquery is
 * a scalar one: it reads without locks, where a join would wait for the other lane (11 deadlocks in 40 chunks on MariaDB 10.11).
 *
 * In a fresh chunk, where the passwords are in the customers' own rows, by the conditions of the freezing instead: half the time.
 * What is chosen in the moment between the two statements then stays where `setAt` says that it is new; where nothing says it, it
 * is taken for stolen like everything before the expiry.
 */
export function retirePasswords(company: Company, chunk: ExpiryChunk, i: number): RawBuilder<unknown> {
  const entry: RetireEntry = company.mapping.retire[i]!;
  const alias = chunk.fresh && isSourceRow(company, entry) ? 'c' : 't';
  const key = sql.id(alias, entry.key);
  const value = sql.id(alias, entry.column);
  const dead = deadValue(company, entry.dead, { ...placeOf(entry), value, customer: key, now: chunk.now });
  const died =
    alias === 'c'
      ? sql`${isAffected(company, chunk.now)} AND ${isStolen(company, entry, 'c', chunk.now)}`
      : sql`(SELECT LOCATE(${fingerprint(company, i, sql`k.customer_id`, value)}, k.fingerprints) FROM cohort k
        WHERE k.incident = ${chunk.incident} AND k.customer_id = ${key}) > 0`;
  return sql`
    UPDATE ${companyTable(company, entry.table)} ${sql.id(alias)} SET ${value} = ${dead}${keepMoving(company, entry.table, entry.column)}
    WHERE ${inRange(key, company.keyColumn, chunk.range)} AND ${isUsable(company, entry, alias)} AND ${died}`;
}
