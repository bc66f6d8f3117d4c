import { type QueryExecutorProvider, type RawBuilder, sql } from 'kysely';
import type { CustomerId } from '../incident/vocabulary';
import type { Company } from './company';
import { keyFromSql, type SqlKey } from './key-column';
import { type LeftoverCheck, leftoverChecks, unprovableChecks } from './leftover-checks';
import { countReappeared, rangesNotSeenInTime, reappearedQuery } from './reappeared';

export interface ExpiryFinding {
  /** What is left alive, in the operator's words. */
  what: string;
  count: number;
  todo: string;
}

export interface ExpiryVerdict {
  clean: boolean;
  findings: ExpiryFinding[];
  /** What nothing can tell: it may be left alive, or be new. */
  unprovable: ExpiryFinding[];
}

/**
 * Checks whether anything that the thief may hold still opens a door (I3): in the company's own tables, by statements that share
 * nothing with the expiry's. Reads every customer and every row of `revoke` once.
 * @param now milliseconds since 1970.
 * @param fingerprints false where they were purged: what only they can tell is not asked, and must be said by the caller (I7).
 */
export async function verifyExpiry(
  db: QueryExecutorProvider,
  company: Company,
  incident: number,
  now: number,
  fingerprints = true,
): Promise<ExpiryVerdict> {
  const askable = ({ byFingerprint }: LeftoverCheck) => fingerprints || !byFingerprint;
  const findings = await findAlive(db, leftoverChecks(company, incident, now).filter(askable));
  const unprovable = [
    ...(await findAlive(db, unprovableChecks(company, incident, now).filter(askable))),
    ...(await reappeared(db, incident)),
    ...(await notSeenInTime(db, company, incident, now)),
  ];
  return { clean: findings.length === 0, findings, unprovable };
}

async function reappeared(db: QueryExecutorProvider, incident: number): Promise<ExpiryFinding[]> {
  const count = await countReappeared(db, incident);
  if (count === 0) return [];
  return [
    {
      what: 'passwords appeared within seconds of their expiry: new ones, or the old ones rewritten by logins that were under way',
      count,
      todo: 'their customers are told to choose a new one; if your login rewrites hashes, turn that off, and reset these accounts',
    },
  ];
}

/** Of ranges that a killed worker did not look at within seconds. */
async function notSeenInTime(
  db: QueryExecutorProvider,
  company: Company,
  incident: number,
  now: number,
): Promise<ExpiryFinding[]> {
  const customers = new Set<CustomerId>();
  for (const { range } of await rangesNotSeenInTime(db, incident))
    for (const i of company.mapping.retire.keys()) {
      const { rows } = await reappearedQuery(company, i, { incident, range, now }).execute(db);
      for (const { customer } of rows) customers.add(keyFromSql(customer));
    }
  if (customers.size === 0) return [];
  return [
    {
      what: 'passwords appeared in ranges that nobody checked within a minute of their expiry (a worker was killed, or the check failed): new ones, or the old ones rewritten by logins that were under way',
      count: customers.size,
      todo: 'they count as new; if your login rewrites hashes, turn that off, and reset these accounts',
    },
  ];
}

async function findAlive(db: QueryExecutorProvider, checks: LeftoverCheck[]): Promise<ExpiryFinding[]> {
  const findings: ExpiryFinding[] = [];
  for (const { what, todo, alive } of checks) {
    const { rows } = await sql<{ alive: string }>`SELECT COUNT(*) AS alive ${alive}`.execute(db);
    const count = Number(rows[0]!.alive);
    if (count > 0) findings.push({ what, count, todo });
  }
  return findings;
}

/** Whom the findings are about: up to 20 customers' ids for each, for the operator's own screen (not for Temporal). */
export async function findLeftovers(
  db: QueryExecutorProvider,
  company: Company,
  incident: number,
  now: number,
): Promise<{ what: string; customers: CustomerId[] }[]> {
  const leftovers: { what: string; customers: CustomerId[] }[] = [];
  for (const { what, alive, customer } of leftoverChecks(company, incident, now)) {
    const customers = await someKeys(db, alive, customer);
    if (customers.length > 0) leftovers.push({ what, customers });
  }
  return leftovers;
}

async function someKeys(
  db: QueryExecutorProvider,
  alive: RawBuilder<unknown>,
  customer: RawBuilder<unknown>,
) {
  const { rows } = await sql<{
    customer: SqlKey;
  }>`SELECT DISTINCT ${customer} AS customer ${alive} LIMIT 20`.execute(db);
  return rows.map((row) => keyFromSql(row.customer));
}
