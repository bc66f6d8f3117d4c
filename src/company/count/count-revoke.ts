import { type QueryExecutorProvider, type RawBuilder, sql } from 'kysely';
import type { ColumnTime, RevokeEntry } from '../../incident/database-schema';
import { AHEAD, inForm, isUpTo } from '../column-time';
import { type Company, companyTable, customerColumn, isAffected, source } from '../company';
import { entryRows } from '../entries';
import { keyBytesOf } from '../key-column';
import { type LinkColumn, linkName, namesNobody, ownerOfLink } from '../link-column';
import { type EarlierCohorts, valuesOf, wasExpiredBefore } from '../passwords';
import { newPasswordsTime } from '../revoke';
import type { ScanView } from '../scan-customers';
import { asWritten, countMisspelt } from './count-misspelt';
import { type Ages, agesOf, readAges } from './count-retire';

/** What an entry of `revoke` would do if the run began now. */
export interface RevokeCounts {
  table: string;
  /** Null: whole rows go. */
  column: string | null;
  /** In the table. */
  rows: number;
  /** Of them: meet the entry's `where`. */
  matching: number;
  /** Of the matching: would be deleted, or hold the dead value then. */
  ended: number;
  /** Of the ended: hold already what they would be changed to, and stay as they are. */
  dead: number;
  /** Whose the others are. */
  customers: number;
  /** Of one customer, at most. */
  mostOfOne: number;
  /** Matching ones that stay: their customer is in the cohort, and they were made since. */
  since: number;
  /** Matching ones that stay: they belong to somebody who is not in the cohort, made later or left out. */
  outsiders: number;
  /** Matching ones that stay: their link is NULL, empty or 0, as a guest's is. */
  ownerless: number;
  /** Matching ones that stay: they name somebody who is not in the source. */
  orphans: number;
  /** Of the matching; null: the file names no column that says when they were made. */
  ages: Ages | null;
  /** Would not be found, since their link spells the key or address in another way. */
  misspelt: number;
}

/** Reads each table once, and each owner by the index of the customers' key or address. */
export async function countRevoke(
  db: QueryExecutorProvider,
  company: Company,
  view: RevokeView,
): Promise<RevokeCounts[]> {
  const counts: RevokeCounts[] = [];
  for (const entry of company.mapping.revoke) {
    const counted = await sql<Record<string, string | null>>`${countQuery(company, entry, view)}`.execute(db);
    const table = await sql<{ rows: string }>`
      SELECT COUNT(*) AS 'rows' FROM ${companyTable(company, entry.table)}`.execute(db);
    const row = counted.rows[0]!;
    const count = (name: string) => Number(row[name] ?? 0);
    counts.push({
      table: entry.table,
      column: entry.column ?? null,
      rows: Number(table.rows[0]!.rows),
      matching: count('matching'),
      ended: count('ended'),
      dead: Math.min(count('dead'), count('ended')),
      customers: count('customers'),
      mostOfOne: count('most'),
      since: count('since'),
      outsiders: count('outsiders'),
      ownerless: count('ownerless'),
      orphans: count('nobodys') - count('ownerless'),
      ages: entry.createdAt === undefined ? null : readAges(row),
      misspelt: await countMisspelt(
        db,
        company,
        entry,
        entry.via
          ? view.isIndexed(entry.via.table, entry.via.column)
          : view.isTable && (entry.key !== undefined || view.emailIndexed),
      ),
    });
  }
  return counts;
}

export interface RevokeView extends ScanView {
  /** The customers are a table, whose key has an index. */
  isTable: boolean;
  emailIndexed: boolean;
  isIndexed(table: string, column: string): boolean;
}

/**
 * From the inside: the rows by their link, whose each link is, how many of them end, each customer's, and all. The LIMIT keeps the
 * servers from merging that into what is around it and asking again for each column: nine seconds for a million rows, instead of
 * more than eight (MariaDB 10.11).
 */
export function countQuery(company: Company, entry: RevokeEntry, view: RevokeView): RawBuilder<unknown> {
  const withState = sql`(${withOwners(company, entry, view)} LIMIT ${NO_LIMIT}) o`;
  const eachLink = sql`(SELECT o.*, ${endedOf(company, entry, view)} AS ended FROM ${withState})`;
  const eachOwner = entry.via === undefined ? sql`${eachLink} each_owner` : byOwner(eachLink);
  return sql`
    SELECT SUM(n) AS matching, SUM(ended) AS ended, SUM(IF(state > 0, dead, 0)) AS dead, SUM(ended > dead) AS customers, MAX(ended) AS most,
      SUM(IF(state > 0, n - ended, 0)) AS since, SUM(IF(state = 0, n, 0)) AS outsiders, SUM(IF(state IS NULL, n, 0)) AS nobodys,
      SUM(IF(state IS NULL AND ${namesNobody(sql`link`)}, n, 0)) AS ownerless,
      SUM(missing) AS missing, SUM(zero) AS zero, SUM(future) AS future, SUM(lately) AS lately
    FROM ${eachOwner}`;
}

/** Two links away a customer has several. */
function byOwner(eachLink: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`(SELECT owner, MIN(link) AS link, MAX(state) AS state, SUM(n) AS n, SUM(ended) AS ended, SUM(dead) AS dead, SUM(missing) AS missing, SUM(zero) AS zero,
      SUM(future) AS future, SUM(lately) AS lately
      FROM ${eachLink} each_link GROUP BY owner, IF(owner IS NULL, link, NULL)) each_owner`;
}

/**
 * The rows that meet the entry's condition, by their link: `link`, `n`, how many were there at the cutoff, `early`, how many hold the
 * dead value, `dead`, and ages.
 */
function byLink(company: Company, entry: RevokeEntry, { now }: ScanView): RawBuilder<unknown> {
  const link = sql.id('s', linkName(entry));
  const early =
    entry.createdAt === undefined
      ? sql`COUNT(*)`
      : sql`SUM(${isUpTo(entry.createdAt, 's', { instant: company.cutoff, now })})`;
  const ages = entry.createdAt === undefined ? NO_AGES : agesOf(entry.createdAt, 's', now, sql`TRUE`);
  return sql`SELECT ${link} AS link, COUNT(*) AS n, ${early} AS early, ${deadOf(entry)} AS dead ${ages} FROM ${matching(company, entry)} s GROUP BY ${link}`;
}

/** A value that is the same for everybody may be there already; another one never is. */
function deadOf({ column, dead }: RevokeEntry): RawBuilder<unknown> {
  return isFixed(dead) ? sql`SUM(${sql.id('s', column!)} <=> ${dead})` : sql`0`;
}

function isFixed(dead: RevokeEntry['dead']): dead is string | null {
  return dead === null || typeof dead === 'string';
}

const NO_AGES = sql`, 0 AS missing, 0 AS zero, 0 AS future, 0 AS lately`;

function matching(company: Company, entry: RevokeEntry): RawBuilder<unknown> {
  const { column, createdAt, dead } = entry;
  return entryRows(company, entry, [linkName(entry), createdAt?.column, isFixed(dead) ? column : undefined]);
}

/**
 * Each link with its owner and what becomes of the owner's password: 3 it is expired, 2 it was chosen since, 1 there is none, 0 the owner
 * is not in the cohort, NULL there is no owner.
 */
function withOwners(company: Company, entry: RevokeEntry, view: RevokeView): RawBuilder<unknown> {
  const links = byLink(company, entry, view);
  const state = stateOf(company, view);
  const key = customerColumn(company, 'key');
  if (entry.via) {
    const owned = overTableBetween(company, entry.via, { links, link: company.links.get(entry)! }, view);
    return view.isTable
      ? sql`SELECT g.*, (SELECT MAX(${state}) FROM ${source(company)} WHERE ${key} = g.owner) AS state FROM (${owned} LIMIT ${NO_LIMIT}) g`
      : sortedTogether(owned, [...LINK_COLUMNS, 'owner'], sql`g.owner`, {
          name: 'state',
          rows: sql`SELECT ${key} AS value, ${state} AS known FROM ${source(company)} WHERE ${key} IS NOT NULL`,
        });
  }
  const owner = ownerOfLink(company.links.get(entry)!, sql`g.link`);
  const asked = entry.key === undefined ? customerColumn(company, 'email') : key;
  // An empty address is nobody's.
  const known = entry.key === undefined ? sql`${asked} <> ''` : sql`${asked} IS NOT NULL`;
  // In a view or a SELECT a server finds keys by an index that it makes itself, and MariaDB none of more than 1,000 octets.
  const short = keyBytesOf(company.keyColumn.sqlType) <= 1_000;
  const indexed = entry.key === undefined ? view.isTable && view.emailIndexed : view.isTable || short;
  const withState = indexed
    ? sql`SELECT g.*, (SELECT MAX(${state}) FROM ${source(company)} WHERE ${asked} = ${owner} AND ${known}) AS state FROM (${links}) g`
    : sortedTogether(links, LINK_COLUMNS, owner, {
        name: 'state',
        rows: sql`SELECT ${asked} AS value, ${state} AS known FROM ${source(company)} WHERE ${known}`,
      });
  return sql`SELECT e.*, e.link AS owner FROM (${withState}) e`;
}

/** Keeps a server from merging a subquery into what is around it. */
const NO_LIMIT = sql.raw('18446744073709551615');

const LINK_COLUMNS = ['link', 'n', 'early', 'dead', 'missing', 'zero', 'future', 'lately'];

/** By the index of the table between where the link is compared with it as it is; else as the deletion writes its values. */
function overTableBetween(
  company: Company,
  via: NonNullable<RevokeEntry['via']>,
  { links, link }: { links: RawBuilder<unknown>; link: LinkColumn },
  view: RevokeView,
): RawBuilder<unknown> {
  const [column, key] = [sql.id('v', via.column), sql.id('v', via.key)];
  const between = sql`FROM ${companyTable(company, via.table)} v`;
  if (link.sameAsKey && view.isIndexed(via.table, via.column))
    return sql`SELECT g.*, (SELECT MIN(${key}) ${between} WHERE ${column} = g.link) AS owner FROM (${links}) g`;
  const written = asWritten(link, column);
  return sortedTogether(links, LINK_COLUMNS, sql`g.link`, {
    name: 'owner',
    rows: sql`SELECT ${written} AS value, ${key} AS known ${between} WHERE ${written} IS NOT NULL`,
  });
}

/**
 * The rows of `g`, each with what `others` knows of its value: by sorting both together, where no index finds one for the other. A
 * join would compare each with each on MariaDB, whose temporary tables take no keys of more than 1,000 octets.
 * @param others give `value` and `known`.
 */
function sortedTogether(
  rows: RawBuilder<unknown>,
  columns: string[],
  value: RawBuilder<unknown>,
  others: { name: string; rows: RawBuilder<unknown> },
): RawBuilder<unknown> {
  const ownColumns = sql.join(columns.map((name) => sql.id('g', name)));
  const noColumns = sql.join(columns.map((name) => (name === 'n' ? sql`0` : sql`NULL`)));
  const allColumns = sql.join(columns.map((name) => sql.id('w', name)));
  return sql`SELECT ${allColumns}, w.${sql.id(others.name)} FROM (
      SELECT u.*, MAX(u.known) OVER (PARTITION BY u.value) AS ${sql.id(others.name)} FROM (
        SELECT ${ownColumns}, ${value} AS value, NULL AS known FROM (${rows}) g
        UNION ALL SELECT ${noColumns}, o.value, o.known FROM (${others.rows}) o) u) w
    WHERE w.n > 0`;
}

function stateOf(
  company: Company,
  { now, earlier }: { now: number; earlier: EarlierCohorts | null },
): RawBuilder<unknown> {
  const { usable, stolen } = valuesOf(company, now);
  const before = wasExpiredBefore(earlier, customerColumn(company, 'key'));
  return sql`CASE WHEN NOT ${isAffected(company, now)} THEN 0 WHEN ${stolen} THEN 3 WHEN ${usable} THEN 2 WHEN ${before} THEN 3 ELSE 1 END`;
}

/** As revoke.ts has it in the chunk that freezes a customer. */
function endedOf(company: Company, entry: RevokeEntry, { now }: ScanView): RawBuilder<unknown> {
  const { createdAt } = entry;
  if (createdAt === undefined) return sql`IF(state > 0, n, 0)`;
  const chosen = chosenAt(company, entry, createdAt);
  if (chosen === null) return sql`CASE WHEN state >= 2 THEN n WHEN state = 1 THEN early ELSE 0 END`;
  const made = sql.id('s', createdAt.column);
  const upToThat = sql`(SELECT COUNT(*) FROM ${matching(company, entry)} s
        WHERE ${sql.id('s', linkName(entry))} = o.link AND NOT COALESCE(${made} > ${chosen} AND ${made} <= ${inForm(createdAt, now + AHEAD)}, FALSE))`;
  return sql`CASE WHEN state = 3 THEN n WHEN state = 2 THEN ${upToThat} WHEN state = 1 THEN early ELSE 0 END`;
}

/** When the owner of `o` chose the newest password; null: nothing says it in the form of the entry's time. */
function chosenAt(company: Company, entry: RevokeEntry, createdAt: ColumnTime): RawBuilder<unknown> | null {
  if (entry.via) return newPasswordsTime(company, createdAt, sql`o.owner`);
  const owner = ownerOfLink(company.links.get(entry)!, sql`o.link`);
  if (entry.key !== undefined) return newPasswordsTime(company, createdAt, owner);
  const ofCustomer = newPasswordsTime(company, createdAt, customerColumn(company, 'key'));
  return ofCustomer === null
    ? null
    : sql`(SELECT MAX(${ofCustomer}) FROM ${source(company)} WHERE ${customerColumn(company, 'email')} = ${owner})`;
}
