import { sql } from 'kysely';
import type { DatabaseMapping } from '../incident/incident-schema';
import { companyTime, customersTable, hasPassword, madeUpToCutoff, setUpToCutoff } from './company-tables';
import type { LedgerDatabase } from './open-database';

export interface CompanyCounts {
  /** Passwords that would be expired. */
  expired: number;
  /** In the cohort, with a password chosen after the cutoff: left alone (I5). */
  changedSince: number;
  /** In the cohort without a password, such as with an outside login (C41). */
  none: number;
  /** Made after the cutoff: not in the cohort. */
  outside: number;
  /** Of `expired`: nobody knows when the password was set. */
  unknownAge: number;
  /** Of the cohort: nobody knows when the account was made (NULL, or a zero date: C30). */
  unknownCreation: number;
  /** Of `outside`: the password is nevertheless said to be from before the cutoff. Look at these before the run. */
  contradictory: number;
}

/** What the run would find if it began now. Reads the customers table once: about a minute for 24 million. */
export async function countCompany(
  db: LedgerDatabase,
  { companySchema, mapping }: { companySchema: string; mapping: DatabaseMapping },
  cutoff: string,
): Promise<CompanyCounts> {
  const time = companyTime(cutoff, mapping.timeZone);
  const inside = madeUpToCutoff(mapping, 'c', time);
  const password = hasPassword(mapping, 'c');
  const old = setUpToCutoff(mapping, 'c', time);
  const column = (name: string) => sql.id('c', name);
  const unknown = (name: string) => sql`(${column(name)} IS NULL OR ${column(name)} < '0001-01-01')`;
  const { passwordSetAt, createdAt } = mapping.customers;
  const { rows } = await sql<Record<keyof CompanyCounts, string | null>>`
    SELECT SUM(${inside} AND ${password} AND ${old}) AS expired,
      SUM(${inside} AND ${password} AND NOT ${old}) AS changedSince,
      SUM(${inside} AND NOT ${password}) AS none,
      SUM(NOT ${inside}) AS outside,
      SUM(${inside} AND ${password} AND ${unknown(passwordSetAt)}) AS unknownAge,
      SUM(${inside} AND ${unknown(createdAt)}) AS unknownCreation,
      SUM(NOT ${inside} AND ${password} AND ${column(passwordSetAt)} <= ${time} AND NOT ${unknown(passwordSetAt)}) AS contradictory
    FROM ${customersTable(companySchema, mapping)} c`.execute(db);
  const counts = Object.entries(rows[0]!).map(([name, count]) => [name, Number(count ?? 0)]);
  return Object.fromEntries(counts) as CompanyCounts;
}
