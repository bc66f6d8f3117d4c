import type { QueryExecutorProvider } from 'kysely';
import type { DatabaseMapping } from '../../incident/database-schema';
import type { CompanyCatalog } from '../catalog';

/** Something about the company's database that the operator must know before the run. */
export interface CompanyFinding {
  /**
   * `stops`: the run would fail or break a promise. `warns`: it goes on, and somebody should look. `waits`: was not looked at, as
   * something that stops is in the way (I7).
   */
  severity: 'stops' | 'warns' | 'waits';
  what: string;
  todo: string;
}

export function stops(what: string, todo: string): CompanyFinding {
  return { severity: 'stops', what, todo };
}

export function warns(what: string, todo: string): CompanyFinding {
  return { severity: 'warns', what, todo };
}

/** @param what was not looked at. Whatever stops the run says what to do. */
export function waits(what: string): CompanyFinding {
  return { severity: 'waits', what, todo: '' };
}

export function number(value: number): string {
  return value.toLocaleString('en-US');
}

export function counted(count: number, noun: string): string {
  return `${number(count)} ${count === 1 ? noun : `${noun}s`}`;
}

export function orNone(path: string): string {
  return `if nobody has one now, write noneBecause: and why under ${path}`;
}

export function orNeither(path: string): string {
  return `if no customer has one now, write noneBecause: and orphansBecause:, each with why, under ${path}`;
}

export function orOrphans(path: string): string {
  return `if that is right (deleted accounts leave such rows), write orphansBecause: and why under ${path}`;
}

/** What is inspected: the file's mapping on this very server, as this very user. Times are milliseconds since 1970. */
export interface Subject {
  db: QueryExecutorProvider;
  companySchema: string;
  mapping: DatabaseMapping;
  catalog: CompanyCatalog;
  cutoff: number;
  now: number;
}
