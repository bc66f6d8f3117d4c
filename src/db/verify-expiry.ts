import { type RawBuilder, sql } from 'kysely';
import type { CustomerId } from '../incident/vocabulary';
import { type Company, companyTime } from './company-tables';
import { keyFromSql } from './key-column';
import type { SqlKey } from './ledger-tables';
import { type ExpiredIncident, leftoverChecks } from './leftover-checks';
import type { LedgerDatabase } from './open-database';

export interface ExpiryFinding {
  /** What is left alive, in the operator's words. */
  what: string;
  count: number;
  todo: string;
}

export interface ExpiryVerdict {
  clean: boolean;
  findings: ExpiryFinding[];
}

/**
 * Looks whether anything that the thief may hold still opens a door (I3): in the company's own tables, by statements of its own
 * that share nothing with the expiry's. Reads every customer and every credential once.
 */
export async function verifyExpiry(
  db: LedgerDatabase,
  company: Company,
  incident: ExpiredIncident,
): Promise<ExpiryVerdict> {
  const findings: ExpiryFinding[] = [];
  for (const { what, todo, alive } of leftoverChecks(db, company, withCutoff(company, incident))) {
    const { rows } = await sql<{ alive: string }>`SELECT COUNT(*) AS alive ${alive}`.execute(db);
    const count = Number(rows[0]!.alive);
    if (count > 0) findings.push({ what, count, todo });
  }
  return { clean: findings.length === 0, findings };
}

/** Whom the findings are about: up to 20 customers' ids for each, for the operator's own screen (not for Temporal). */
export async function findLeftovers(
  db: LedgerDatabase,
  company: Company,
  incident: ExpiredIncident,
): Promise<{ what: string; customers: CustomerId[] }[]> {
  const found: { what: string; customers: CustomerId[] }[] = [];
  for (const { what, alive, customer } of leftoverChecks(db, company, withCutoff(company, incident))) {
    const customers = await someKeys(db, alive, customer);
    if (customers.length > 0) found.push({ what, customers });
  }
  return found;
}

async function someKeys(db: LedgerDatabase, alive: RawBuilder<unknown>, customer: RawBuilder<unknown>) {
  const { rows } = await sql<{
    customer: SqlKey;
  }>`SELECT DISTINCT ${customer} AS customer ${alive} LIMIT 20`.execute(db);
  return rows.map((row) => keyFromSql(row.customer));
}

function withCutoff({ mapping }: Company, incident: ExpiredIncident): ExpiredIncident {
  return { ...incident, cutoff: companyTime(incident.cutoff, mapping.timeZone) };
}
