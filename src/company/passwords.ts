import { type RawBuilder, sql } from 'kysely';
import type { DeadValue, RetireEntry } from '../incident/database-schema';
import { inForm, isKnownUpTo, isUpTo } from './column-time';
import { type Company, companyTable, operatorSql } from './company';

/**
 * What a retired password is known by afterwards: not by a column that most companies lack, but by its fingerprint, kept in the
 * cohort's row. A usable value with a fingerprint that is not kept there has been chosen since (I5); one that is kept is the old one,
 * back again (I3).
 */

/** Octets of a fingerprint; a cohort's row holds those of all values that died with it, one after the other. */
export const FINGERPRINT_OCTETS = 16;

/**
 * Of a value, for one customer and one entry: SHA-256 over the ledger's key, cut.
 * @param customer the key, as the cohort has it.
 */
export function fingerprint(
  { fingerprintKey, keyColumn }: Pick<Company, 'fingerprintKey' | 'keyColumn'>,
  entry: number,
  customer: RawBuilder<unknown>,
  value: RawBuilder<unknown>,
): RawBuilder<Buffer> {
  // A ZEROFILL column would put zeros before the digits, and the cohort's own would not.
  const key = keyColumn.kind === 'integer' ? sql`${customer} + 0` : customer;
  const text = keyed(fingerprintKey, `${entry}`, key, value);
  return sql<Buffer>`UNHEX(LEFT(SHA2(${text}, 256), ${sql.lit(2 * FINGERPRINT_OCTETS)}))`;
}

/** As octets, whatever character sets the parts have: two of them side by side would be refused (1267). */
function keyed(key: Buffer, purpose: string, ...parts: RawBuilder<unknown>[]): RawBuilder<unknown> {
  const octets = parts.map((part) => sql`'|', CAST(${part} AS BINARY)`);
  return sql`CONCAT(${key.toString('hex') + purpose}, ${sql.join(octets)})`;
}

/** Whether the entry's value, in a row of its table under this alias, alone in its scope, lets somebody in. Never NULL. */
export function isUsable(company: Company, entry: RetireEntry, alias: string): RawBuilder<boolean> {
  const value = sql.id(alias, entry.column);
  const told =
    entry.usable === undefined ? sql`${value} <> ''` : sql`(${operatorSql(company, entry.usable)})`;
  const dead = entry.dead === null ? sql`` : sql` AND NOT ${isDead(company, entry, alias)}`;
  return sql<boolean>`((${value} IS NOT NULL AND ${told}${dead}) IS TRUE)`;
}

/** Whether the entry's value is what an expiry makes of it. */
export function isDead(company: Company, entry: RetireEntry, alias: string): RawBuilder<boolean> {
  const value = sql.id(alias, entry.column);
  if (entry.dead === null) return sql<boolean>`${value} IS NULL`;
  const customer = sql.id(alias, entry.key);
  return sql<boolean>`${value} = ${deadValue(company, entry.dead, { ...placeOf(entry), value, customer, now: 0 })}`;
}

/** Whether it may be the stolen one: set up to the cutoff, or nobody knows when. */
export function isStolen(
  { cutoff }: Pick<Company, 'cutoff'>,
  { setAt }: RetireEntry,
  alias: string,
  now: number,
): RawBuilder<boolean> {
  return setAt === undefined ? sql<boolean>`TRUE` : isUpTo(setAt, alias, { instant: cutoff, now });
}

/** Where a value dies. */
interface DeadPlace {
  /** The column, so that the same customer's random texts differ from column to column. */
  place: string;
  value: RawBuilder<unknown>;
  customer: RawBuilder<unknown>;
  /** Milliseconds since 1970. */
  now: number;
}

export function placeOf({ table, column }: { table: string; column?: string | undefined }): {
  place: string;
} {
  return { place: `${table}.${column}` };
}

/**
 * What a value becomes. A random text is made from the ledger's key and the customer's, so that it is the same when the statement
 * is repeated, is known again as dead, and nobody can guess it.
 */
export function deadValue(
  { fingerprintKey }: Pick<Company, 'fingerprintKey'>,
  dead: DeadValue,
  { place, value, customer, now }: DeadPlace,
): RawBuilder<unknown> {
  if (dead === null || typeof dead === 'string') return sql`${dead}`;
  if ('oneMore' in dead) return sql`COALESCE(${value}, 0) + 1`;
  // Systems compare whole seconds: what was made in this very second is as old as the rest.
  if ('now' in dead)
    return sql`${inForm({ as: dead.now, ...(dead.zone ? { zone: dead.zone } : {}) }, nextSecond(now))}`;
  const half = (salt: string) => sql`SHA2(${keyed(fingerprintKey, `${salt}|${place}`, customer)}, 256)`;
  const digits = dead.random > 64 ? sql`CONCAT(${half('dead 1')}, ${half('dead 2')})` : half('dead 1');
  return sql`CONCAT(${dead.after ?? ''}, LEFT(${digits}, ${sql.lit(dead.random)}))`;
}

function nextSecond(now: number): number {
  return (Math.floor(now / 1000) + 1) * 1000;
}

/** The row of the entry's table is the source's own row: no join is needed to read both. */
export function isSourceRow(
  { mapping: { customers } }: Pick<Company, 'mapping'>,
  { table, key }: RetireEntry,
): boolean {
  return customers.table === table && customers.key.toLowerCase() === key.toLowerCase();
}

/** What a frozen customer's values are, over all entries: expressions over a row of the source, `c`, alone in its FROM. */
export function valuesOf(company: Company, now: number) {
  const { customers, retire } = company.mapping;
  const customer = sql.id('c', customers.key);
  const entries = retire.map((entry, i) => {
    const inSource = isSourceRow(company, entry);
    const alias = inSource ? 'c' : 't';
    const usable = isUsable(company, entry, alias);
    const stolen = sql<boolean>`${usable} AND ${isStolen(company, entry, alias, now)}`;
    const print = fingerprint(company, i, customer, sql.id(alias, entry.column));
    if (inSource) return { usable, stolen, prints: sql`IF(${stolen}, ${print}, '')` };
    const rows = passwordRows(company, entry, customer);
    return {
      usable: sql<boolean>`EXISTS (SELECT 1 ${rows} AND ${usable})`,
      stolen: sql<boolean>`EXISTS (SELECT 1 ${rows} AND ${stolen})`,
      prints: sql`IFNULL((SELECT GROUP_CONCAT(${print} SEPARATOR '') ${rows} AND ${stolen}), '')`,
    };
  });
  const anyOf = (which: 'usable' | 'stolen') =>
    sql<boolean>`(${sql.join(
      entries.map((entry) => entry[which]),
      sql` OR `,
    )})`;
  return {
    /** Some value lets somebody in. */
    usable: anyOf('usable'),
    /** Some value that may be the stolen one lets somebody in. */
    stolen: anyOf('stolen'),
    /** Fingerprints of all that may be stolen; '' for none. */
    fingerprints:
      entries.length === 1
        ? entries[0]!.prints
        : sql`CONCAT(${sql.join(entries.map(({ prints }) => prints))})`,
  };
}

/**
 * Whether a cohort's customer, under the alias k, has a password that was chosen since.
 * @param beside the source, which is joined as `c`: its row need not be read again.
 */
export function hasChosen(company: Company, beside?: 'c'): RawBuilder<boolean> {
  return anyRow(company, (entry, i, alias) => sql`NOT ${isOld(company, entry, i, alias)}`, beside);
}

/** Whether a value that must be dead lets a cohort's customer in, again or still. */
export function isBack(company: Company): RawBuilder<boolean> {
  return anyRow(company, (entry, i, alias) => isOld(company, entry, i, alias));
}

function anyRow(
  company: Company,
  which: (entry: RetireEntry, i: number, alias: string) => RawBuilder<unknown>,
  beside?: 'c',
): RawBuilder<boolean> {
  const each = company.mapping.retire.map((entry, i) => {
    // The operator's own conditions name columns without an alias, so they need their own FROM.
    if (beside && isSourceRow(company, entry) && entry.usable === undefined)
      return sql`(${isUsable(company, entry, beside)} AND ${which(entry, i, beside)})`;
    return sql`EXISTS (SELECT 1 ${passwordRows(company, entry, sql`k.customer_id`)} AND ${isUsable(company, entry, 't')} AND ${which(entry, i, 't')})`;
  });
  return sql<boolean>`(${sql.join(each, sql` OR `)})`;
}

/** The fingerprints of what must be dead, is not, and is not yet among those of the cohort's row `k`. */
export function fingerprintsBack(company: Company): RawBuilder<unknown> {
  const each = company.mapping.retire.map((entry, i) => {
    const print = fingerprintOf(company, entry, i, 't');
    return sql`IFNULL((SELECT GROUP_CONCAT(${print} SEPARATOR '') ${passwordRows(company, entry, sql`k.customer_id`)}
        AND ${isUsable(company, entry, 't')} AND ${isOld(company, entry, i, 't')} AND LOCATE(${print}, k.fingerprints) = 0), '')`;
  });
  return sql.join(each);
}

/** Of a row of an entry's table and the cohort's row `k`: it died with the customer, or says itself that it is older. */
function isOld(company: Company, entry: RetireEntry, i: number, alias: string): RawBuilder<boolean> {
  const died = sql<boolean>`LOCATE(${fingerprintOf(company, entry, i, alias)}, k.fingerprints) > 0`;
  if (entry.setAt === undefined) return died;
  return sql<boolean>`(${died} OR ${isKnownUpTo(entry.setAt, alias, company.cutoff)})`;
}

function fingerprintOf(company: Company, entry: RetireEntry, i: number, alias: string): RawBuilder<Buffer> {
  return fingerprint(company, i, sql`k.customer_id`, sql.id(alias, entry.column));
}

/** FROM and WHERE of a customer's rows of an entry, under the alias t. */
export function passwordRows(
  company: Company,
  { table, key }: RetireEntry,
  customer: RawBuilder<unknown>,
): RawBuilder<unknown> {
  return sql`FROM ${companyTable(company, table)} t WHERE ${sql.id('t', key)} = ${customer}`;
}

/** The cohorts of incidents before this one, in this server's ledger. */
export interface EarlierCohorts {
  ledgerSchema: string;
  /** Our numbers of these incidents. */
  incidents: number[];
}

/**
 * Whether an earlier incident expired this customer's password: a customer who has chosen none since counts as `expired` in this one too,
 * not as without a password (C78).
 */
export function wasExpiredBefore(
  earlier: EarlierCohorts | null,
  customer: RawBuilder<unknown>,
): RawBuilder<boolean> {
  if (earlier === null || earlier.incidents.length === 0) return sql<boolean>`FALSE`;
  return sql<boolean>`EXISTS (SELECT 1 FROM ${sql.id(earlier.ledgerSchema, 'cohort')} b
      WHERE b.incident IN (${sql.join(earlier.incidents)}) AND b.customer_id = ${customer} AND b.password = 'expired')`;
}
