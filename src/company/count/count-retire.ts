import { type QueryExecutorProvider, type RawBuilder, sql } from 'kysely';
import type { ColumnTime, RetireEntry } from '../../incident/database-schema';
import { AHEAD, firstOf, inForm, isKnownUpTo } from '../column-time';
import { type Company, companyTable, customerColumn, source } from '../company';
import { isDead, isSourceRow, isStolen, isUsable } from '../passwords';

/** What an entry of `retire` is about, over all rows of its table, whoever's they are. */
export interface RetireCounts {
  table: string;
  column: string;
  rows: number;
  /** Values that let somebody in. */
  usable: number;
  /** Of them: set up to the cutoff, or nobody knows when. */
  stolen: number;
  /** Of them, when they were set; null: the file names no column that says it. */
  ages: Ages | null;
  /** What an expiry has made of them already. */
  dead: number;
  /** Neither NULL nor empty nor dead, and no password by the file's `usable`. */
  notJudged: number;
  /** Usable ones whose key is no customer's. */
  orphans: number;
  /** Usable ones of one customer, at most. */
  mostOfOne: number;
}

/** Of times, by what they say (C62). The first three count as before the cutoff. */
export interface Ages {
  /** NULL. */
  missing: number;
  /** 0, or a zero date (C30). */
  zero: number;
  /** More than a day ahead. */
  future: number;
  /** Within the week before now. */
  lately: number;
}

const WEEK = 7 * 86_400_000;

/** Reads each table once, and each customer's key where the passwords have their own table. */
export async function countRetire(
  db: QueryExecutorProvider,
  company: Company,
  now: number,
): Promise<RetireCounts[]> {
  const counts: RetireCounts[] = [];
  for (const entry of company.mapping.retire) counts.push(await countEntry(db, company, entry, now));
  return counts;
}

async function countEntry(
  db: QueryExecutorProvider,
  company: Company,
  entry: RetireEntry,
  now: number,
): Promise<RetireCounts> {
  const value = sql.id('t', entry.column);
  const key = sql.id('t', entry.key);
  const usable = isUsable(company, entry, 't');
  const dead = isDead(company, entry, 't');
  const table = companyTable(company, entry.table);
  const orphans = isSourceRow(company, entry)
    ? sql`FALSE`
    : sql`NOT EXISTS (SELECT 1 FROM ${source(company)} WHERE ${customerColumn(company, 'key')} = ${key})`;
  const { rows } = await sql<Record<string, string | null>>`
    SELECT COUNT(*) AS 'rows', SUM(${usable}) AS usable, SUM(${usable} AND ${isStolen(company, entry, 't', now)}) AS stolen,
      SUM((${dead}) IS TRUE) AS dead,
      SUM((LENGTH(${value}) > 0 AND NOT (${dead})) IS TRUE AND NOT ${usable}) AS notJudged,
      SUM(${usable} AND ${orphans}) AS orphans
      ${entry.setAt === undefined ? sql`` : agesOf(entry.setAt, 't', now, usable)}
    FROM ${table} t`.execute(db);
  const most = await sql<{ most: string | null }>`
    SELECT MAX(passwords) AS most FROM (SELECT COUNT(*) AS passwords FROM ${table} t WHERE ${usable}
      AND ${key} IS NOT NULL GROUP BY ${key}) each_customer`.execute(db);
  const count = (name: string) => Number(rows[0]![name] ?? 0);
  return {
    table: entry.table,
    column: entry.column,
    rows: count('rows'),
    usable: count('usable'),
    stolen: count('stolen'),
    ages: entry.setAt === undefined ? null : readAges(rows[0]!),
    dead: count('dead'),
    notJudged: count('notJudged'),
    orphans: count('orphans'),
    mostOfOne: Number(most.rows[0]!.most ?? 0),
  };
}

/** Further columns of a SELECT: rows that meet the condition, by their time under this alias. */
export function agesOf(
  time: ColumnTime,
  alias: string,
  now: number,
  condition: RawBuilder<unknown>,
): RawBuilder<unknown> {
  const column = sql.id(alias, time.column);
  const zero = sql`${column} < ${firstOf(time)}`;
  const known = isKnownUpTo(time, alias, now + AHEAD);
  return sql`, SUM(${condition} AND ${column} IS NULL) AS missing, SUM((${condition} AND ${zero}) IS TRUE) AS zero,
      SUM((${condition} AND ${column} > ${inForm(time, now + AHEAD)}) IS TRUE) AS future,
      SUM(${condition} AND ${known} AND ${column} > ${inForm(time, now - WEEK)}) AS lately`;
}

export function readAges(row: Record<string, string | null>): Ages {
  const count = (name: keyof Ages) => Number(row[name] ?? 0);
  return {
    missing: count('missing'),
    zero: count('zero'),
    future: count('future'),
    lately: count('lately'),
  };
}

/** So many fingerprints a cohort's row can hold. */
export const MOST_VALUES = 32;

/** Usable values of one customer over all entries, at most; told only where the entries alone would not rule it out. */
export async function countMostOfOne(
  db: QueryExecutorProvider,
  company: Company,
  counts: RetireCounts[],
): Promise<number> {
  const sum = counts.reduce((all, { mostOfOne }) => all + mostOfOne, 0);
  if (sum <= MOST_VALUES) return sum;
  const each = company.mapping.retire.map(
    (entry) =>
      sql`SELECT ${sql.id('t', entry.key)} AS customer FROM ${companyTable(company, entry.table)} t WHERE ${isUsable(company, entry, 't')} AND ${sql.id('t', entry.key)} IS NOT NULL`,
  );
  const { rows } = await sql<{ most: string | null }>`
    SELECT MAX(passwords) AS most FROM (SELECT COUNT(*) AS passwords FROM (${sql.join(each, sql` UNION ALL `)}) v
      GROUP BY customer) each_customer`.execute(db);
  return Number(rows[0]!.most ?? 0);
}
