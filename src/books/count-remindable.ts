import { sql } from 'kysely';
import type { Company } from '../company/company';
import type { LedgerDatabase } from './open-database';
import { joinNotice, unreminded } from './unreminded';

export interface Remindable {
  /** Told, and without a new password now. */
  customers: number;
  /** The others, by why not (UNREMINDED). */
  spared: Record<string, number>;
}

/** Whom a reminder would go to if it went out now, whatever its time. One scan of the cohort with its notices and accounts. */
export async function countRemindable(
  db: LedgerDatabase,
  company: Company,
  incident: number,
): Promise<Remindable> {
  const { rows } = await sql<{ why: string | null; customers: string }>`
    SELECT ${unreminded(company, 0)} AS why, COUNT(*) AS customers FROM cohort k ${joinNotice}
    WHERE k.incident = ${incident} GROUP BY why`.execute(db);
  const found: Remindable = { customers: 0, spared: {} };
  for (const { why, customers } of rows) {
    if (why === null) found.customers = Number(customers);
    else found.spared[why] = Number(customers);
  }
  return found;
}
