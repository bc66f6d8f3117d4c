import { type RawBuilder, sql } from 'kysely';
import type { ColumnTime, RetireEntry, RevokeEntry } from '../incident/database-schema';
import { AHEAD, firstOf, inForm, lastUpTo, sqlInForm } from './column-time';
import { type Company, companyTable, customerColumn, isAffected, source, sourceName } from './company';
import { entryRows } from './entries';
import { linkName, namesNobody, ownerOfLink } from './link-column';
import { deadValue, fingerprint, hasChosen, isSourceRow, isUsable, placeOf } from './passwords';
import { underWay } from './revoke';

export interface LeftoverCheck {
  what: string;
  todo: string;
  /** FROM and WHERE of what is alive. */
  alive: RawBuilder<unknown>;
  /** The customer's key in it. */
  customer: RawBuilder<unknown>;
  /** It says something only while the cohort's fingerprints are kept. */
  byFingerprint?: true;
}

/**
 * What must not be there after the expiry, asked from the company's side: from each table that the file names to the cohort, without
 * the expiry's conditions, so that one mistake is not made twice.
 */
export function leftoverChecks(company: Company, incident: number, now: number): LeftoverCheck[] {
  const { retire, revoke } = company.mapping;
  return [
    ...retire.map((entry, i) => livePasswords(company, incident, entry, i)),
    ...retire.flatMap((entry) =>
      entry.setAt ? [oldPasswords(company, incident, { ...entry, setAt: entry.setAt })] : [],
    ),
    ...revoke.flatMap((entry) =>
      entry.createdAt ? [oldRows(company, incident, entry, entry.createdAt, now)] : [],
    ),
    ...(company.mapping.customers.createdAt === null ? [] : [outsiders(company, incident, now)]),
  ];
}

/** What nothing can tell from a later one: rows without a time, and values of a column. Told, never held against the run. */
export function unprovableChecks(company: Company, incident: number, now: number): LeftoverCheck[] {
  const { customers, retire, revoke } = company.mapping;
  return [
    ...retire.flatMap((entry, i) => (entry.setAt ? [] : [otherPasswords(company, incident, entry, i)])),
    ...revoke
      .filter(({ createdAt }) => createdAt === undefined)
      .map((entry) => timeless(company, incident, entry, now)),
    ...revoke.flatMap((entry) => (entry.via ? [leadsNowhere(company, entry, entry.via)] : [])),
    ...retire.flatMap((entry) => (isSourceRow(company, entry) ? [] : [orphanPasswords(company, entry)])),
    ...revoke.flatMap((entry) =>
      entry.via || entry.orphansBecause !== undefined ? [] : [orphanRows(company, entry)],
    ),
    ...(customers.createdAt === null ? [undatedOutsiders(company, incident, now)] : []),
  ];
}

/** The row of the table between is gone: nobody can tell any more whose these rows are. */
function leadsNowhere(
  company: Company,
  entry: RevokeEntry,
  via: NonNullable<RevokeEntry['via']>,
): LeftoverCheck {
  const link = sql.id('s', entry.key!);
  return {
    what: `rows of ${entry.table} lead to no row of ${via.table}: nobody knows whose they are`,
    todo: 'check that your system accepts none of them without that row, or delete them yourselves',
    alive: sql`FROM ${entryRows(company, entry, [entry.key])} s
      WHERE NOT EXISTS (SELECT 1 FROM ${companyTable(company, via.table)} v WHERE ${sql.id('v', via.column)} = ${ownerOfLink(company.links.get(entry)!, link)})`,
    customer: link,
  };
}

/** A wrong link looks so, and a deleted account: the expiry did not touch them. */
function orphanPasswords(company: Company, entry: RetireEntry): LeftoverCheck {
  const key = sql.id('a', entry.key);
  return {
    what: `passwords in ${entry.table}.${entry.column} belong to none of the customers, and were not touched`,
    todo: 'if your login accepts them, the file does not cover all accounts, or names the wrong key: expire them yourselves, or in a separate incident',
    alive: sql`FROM ${companyTable(company, entry.table)} a WHERE ${isUsable(company, entry, 'a')}
      AND NOT EXISTS (SELECT 1 FROM ${source(company)} WHERE ${customerColumn(company, 'key')} = ${key})`,
    customer: key,
  };
}

function orphanRows(company: Company, entry: RevokeEntry): LeftoverCheck {
  const link = sql.id('s', linkName(entry));
  const asked = customerColumn(company, entry.key === undefined ? 'email' : 'key');
  const live = entry.column === undefined ? sql`` : sql`AND LENGTH(${sql.id('s', entry.column)}) > 0`;
  return {
    what: `${entry.column === undefined ? `rows of ${entry.table}` : `values of ${entry.table}.${entry.column}`} belong to none of the customers, and were not touched`,
    todo: 'if your system accepts them, the file does not cover all accounts, or names the wrong link: end them yourselves',
    alive: sql`FROM ${rowsOfEntry(company, entry)} WHERE NOT (${namesNobody(link)}) ${live}
      AND NOT EXISTS (SELECT 1 FROM ${source(company)} WHERE ${asked} = ${ownerOfLink(company.links.get(entry)!, link)})`,
    customer: link,
  };
}

const EXPIRE_AGAIN =
  'resume repeats the expiry and retires them; after the incident is closed, they need a new incident';

// A backup may have brought an old row back, a trigger may have kept it.
function livePasswords(company: Company, incident: number, entry: RetireEntry, i: number): LeftoverCheck {
  const value = sql.id('a', entry.column);
  const died = sql`LOCATE(${fingerprint(company, i, sql`b.customer_id`, value)}, b.fingerprints) > 0`;
  return {
    what: `retired passwords in ${entry.table}.${entry.column} let somebody in again`,
    todo: EXPIRE_AGAIN,
    alive: sql`FROM ${companyTable(company, entry.table)} a JOIN cohort b ON b.customer_id = ${sql.id('a', entry.key)}
      WHERE b.incident = ${incident} AND LENGTH(${value}) > 0 AND ${died}`,
    customer: sql`b.customer_id`,
    byFingerprint: true,
  };
}

/**
 * Chosen since, by all that can be known. But a row that a backup brought back under another customer's key, or beside those that were
 * there at the expiry, has an unknown fingerprint as well.
 */
function otherPasswords(company: Company, incident: number, entry: RetireEntry, i: number): LeftoverCheck {
  const print = fingerprint(company, i, sql`b.customer_id`, sql.id('a', entry.column));
  return {
    what: `passwords in ${entry.table}.${entry.column} differ from those that were retired, and no column says when they were set: chosen since, or brought back from elsewhere`,
    todo: 'if rows were restored or moved since the expiry, have these customers choose a new password; if not, this is how many have chosen one',
    alive: sql`FROM ${companyTable(company, entry.table)} a WHERE ${isUsable(company, entry, 'a')}
      AND (SELECT LOCATE(${print}, b.fingerprints) = 0 FROM cohort b WHERE b.incident = ${incident} AND b.customer_id = ${sql.id('a', entry.key)}) = 1`,
    customer: sql.id('a', entry.key),
    byFingerprint: true,
  };
}

// A login in flight may have rewritten the old password's hash, and left its time as it was.
function oldPasswords(
  company: Company,
  incident: number,
  entry: RetireEntry & { setAt: ColumnTime },
): LeftoverCheck {
  const value = sql.id('a', entry.column);
  const dead = typeof entry.dead === 'string' ? sql`AND NOT ${value} = ${entry.dead}` : sql``;
  const judged =
    entry.usable === undefined && typeof entry.dead !== 'object'
      ? sql``
      : sql`AND ${isUsable(company, entry, 'a')}`;
  const set = sql.id('a', entry.setAt.column);
  return {
    what: `passwords in ${entry.table}.${entry.column} that were set by the cutoff still let somebody in`,
    todo: EXPIRE_AGAIN,
    alive: sql`FROM ${companyTable(company, entry.table)} a
      WHERE EXISTS (SELECT 1 FROM cohort b WHERE b.incident = ${incident} AND b.customer_id = ${sql.id('a', entry.key)})
        AND LENGTH(${value}) > 0 ${dead} ${judged} AND ${set} >= ${firstOf(entry.setAt)} AND ${set} <= ${lastUpTo(entry.setAt, company.cutoff)}`,
    customer: sql.id('a', entry.key),
  };
}

function oldRows(
  company: Company,
  incident: number,
  entry: RevokeEntry,
  createdAt: ColumnTime,
  now: number,
): LeftoverCheck {
  const made = sql.id('s', createdAt.column);
  // A customer whose password was expired has nothing older than that; of the others, what was there at the cutoff is gone.
  const limit = sql`IF(b.password = 'expired', ${sqlInForm(createdAt, sql`b.expired_at`, now)}, ${lastUpTo(createdAt, company.cutoff)})`;
  // A login that was under way had read the old password. Asked only of rows of these seconds: it reads the password's row.
  const late = sql`(b.password = 'expired' AND ${made} <= ${sqlInForm(createdAt, underWay(sql`b.expired_at`), now)} AND ${nobodyIn(company, incident)})`;
  const young = sql`COALESCE(${made} > ${limit} AND ${made} <= ${inForm(createdAt, now + AHEAD)} AND NOT ${late}, FALSE)`;
  return {
    what: `rows of ${entry.table} are older than the expiry of their customer's password`,
    todo: 'resume repeats the expiry and deletes them; after the incident is closed, they need a new incident',
    alive: sql`FROM ${owned(company, entry)} WHERE b.incident = ${incident} AND NOT ${young}`,
    customer: sql`b.customer_id`,
  };
}

function timeless(company: Company, incident: number, entry: RevokeEntry, now: number): LeftoverCheck {
  return {
    what: `${entry.column === undefined ? `rows of ${entry.table}` : `values of ${entry.table}.${entry.column}`} belong to customers whose password is dead: left over, or made since`,
    todo: 'nothing says when they were made: see whether a reset or another way in makes them, or name createdAt',
    alive: sql`FROM ${owned(company, entry)} WHERE b.incident = ${incident} AND b.password = 'expired' AND ${isLive(company, entry, now)} AND ${nobodyIn(company, incident)}`,
    customer: sql`b.customer_id`,
    byFingerprint: true,
  };
}

/** Whether the customer of `b` has chosen no password since, or one that is not believed. */
function nobodyIn(company: Company, incident: number): RawBuilder<unknown> {
  return sql`EXISTS (SELECT 1 FROM cohort k WHERE k.incident = ${incident} AND k.customer_id = b.customer_id
        AND NOT (${hasChosen(company)} AND k.reappeared_at IS NULL))`;
}

/** Whether a row, `s`, of an entry that has no time is other than the expiry leaves it. */
function isLive(company: Company, entry: RevokeEntry, now: number): RawBuilder<unknown> {
  const { column, dead } = entry;
  if (column === undefined) return sql`TRUE`;
  const value = sql.id('s', column);
  if (dead === null || dead === undefined) return sql`LENGTH(${value}) > 0`;
  if (typeof dead === 'object' && 'oneMore' in dead) return sql`COALESCE(${value}, 0) < 1`;
  if (typeof dead === 'object' && 'now' in dead) {
    const time: ColumnTime = { column, as: dead.now, ...(dead.zone ? { zone: dead.zone } : {}) };
    // A column of whole seconds holds less than the microsecond of the expiry.
    return sql`COALESCE(${value} < ${sqlInForm(time, sql`(b.expired_at - INTERVAL 1 SECOND)`, now)}, TRUE)`;
  }
  const key = sql.id('s', linkName(entry));
  return sql`LENGTH(${value}) > 0 AND NOT ${value} = ${deadValue(company, dead, { ...placeOf(entry), value, customer: key, now })}`;
}

/** The rows that an entry is about, `s`. */
function rowsOfEntry(company: Company, entry: RevokeEntry): RawBuilder<unknown> {
  return sql`${entryRows(company, entry, [linkName(entry), entry.createdAt?.column, entry.column])} s`;
}

/** The rows of an entry, `s`, each with its customer's row of the cohort, `b`. */
function owned(company: Company, entry: RevokeEntry): RawBuilder<unknown> {
  const rows = rowsOfEntry(company, entry);
  const owner = ownerOfLink(company.links.get(entry)!, sql.id('s', linkName(entry)));
  if (entry.via) {
    return sql`${rows} JOIN ${companyTable(company, entry.via.table)} v ON ${sql.id('v', entry.via.column)} = ${owner}
      JOIN cohort b ON b.customer_id = ${sql.id('v', entry.via.key)}`;
  }
  if (entry.key !== undefined) return sql`${rows} JOIN cohort b ON b.customer_id = ${owner}`;
  const { customers } = company.mapping;
  return sql`${rows} JOIN ${source(company, 'a')} ON ${sql.id('a', customers.email)} = ${owner}
      JOIN cohort b ON b.customer_id = ${sql.id('a', customers.key)}`;
}

function outsiders(company: Company, incident: number, now: number): LeftoverCheck {
  return {
    what: `customers from before the cutoff are in ${sourceName(company)} but their passwords were not expired: they came back, or their key changed`,
    todo: 'resume repeats the expiry and includes them; after the incident is closed, expire their passwords and tell them in a new incident',
    ...notInCohort(company, incident, now),
  };
}

/** Where no column says when an account was made, those made since the expiry look like those that came back (I5). */
function undatedOutsiders(company: Company, incident: number, now: number): LeftoverCheck {
  return {
    what: `passwords of customers in ${sourceName(company)} were not expired, and no column says when the accounts were made: new ones, or old ones that came back`,
    todo: 'compare them with your own records: only those that came back need a new password',
    ...notInCohort(company, incident, now),
  };
}

function notInCohort(company: Company, incident: number, now: number) {
  const id = sql.id('c', company.mapping.customers.key);
  return {
    alive: sql`FROM ${source(company)} WHERE ${isAffected(company, now)}
      AND NOT EXISTS (SELECT 1 FROM cohort b WHERE b.incident = ${incident} AND b.customer_id = ${id})`,
    customer: id,
  };
}
