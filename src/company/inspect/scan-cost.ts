import { type CompanyFinding, number, type Subject, stops, warns } from './finding';

/** Tables of fewer rows are read as fast as an index. */
export const SMALL_TABLE = 10_000;

/** Rows that a server reads in a second at least, from memory; from a disk it takes longer. */
const ROWS_PER_SECOND = 1_000_000;
const MOST_SECONDS = 3_600;

export interface Scan {
  table: string;
  /** By the server's estimate. */
  rows: number;
  /** For so many customers the table is read once. */
  customersEach: number;
}

/**
 * A table that is read whole again and again: told with how often and how long, and a stop where it costs more than an hour. It also
 * waits for whoever changes any row of the table.
 * @param why completes "... : for each 5,000 customers it reads all ... rows".
 * @param instead what to write in the file.
 */
export function scanFinding(subject: Subject, why: string, scan: Scan, instead: string): CompanyFinding {
  const times = Math.max(1, Math.ceil(estimatedCustomers(subject) / scan.customersEach));
  const seconds = (times * scan.rows) / ROWS_PER_SECOND;
  const each = `for each ${number(scan.customersEach)} customers the server would read all of ${scan.table} (about ${number(scan.rows)} rows)`;
  const many = times === 1 ? '' : `, ${number(times)} times in all`;
  if (seconds > MOST_SECONDS)
    return stops(`${why}: ${each}${many}, at least ${number(Math.round(seconds / 3_600))} hours`, instead);
  return warns(
    `${why}: ${each}${many}`,
    scan.rows <= SMALL_TABLE
      ? 'nothing to do while the table is this small'
      : `nothing to do: it takes ${number(Math.max(1, Math.round(seconds / 60)))} min longer in all; if that is too long, ${instead}`,
  );
}

/** By the server's statistics, of the table of the customers or of their passwords. */
export function estimatedCustomers({ catalog, mapping }: Subject): number {
  const names = [mapping.customers.table, ...mapping.retire.map(({ table }) => table)];
  return Math.max(0, ...catalog.tables.filter(({ name }) => names.includes(name)).map(({ rows }) => rows));
}
