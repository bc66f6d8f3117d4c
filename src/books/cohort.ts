import { sql } from 'kysely';
import { sqlInForm } from '../company/column-time';
import { companyTable } from '../company/company';
import { keyFromSql, type SqlKey } from '../company/key-column';
import { hasChosen, isUsable } from '../company/passwords';
import type { CustomerId, Disposition, KeyRange } from '../incident/vocabulary';
import { type BareBooks, type Books, keyOf } from './books';
import { joinNotice, unreminded } from './candidates';

/** The last key of the cohort; null when it is empty. */
export async function cohortEnd({ db, incident }: BareBooks): Promise<CustomerId | null> {
  const { rows } = await sql<{ last: SqlKey }>`
    SELECT customer_id AS last FROM cohort WHERE incident = ${incident} ORDER BY customer_id DESC LIMIT 1`.execute(
    db,
  );
  return rows[0] ? keyFromSql(rows[0].last) : null;
}

/** The frozen cohort by what became of the password. */
export async function countCohort({ db, incident }: BareBooks): Promise<Record<Disposition, number>> {
  const { rows } = await sql<{ password: Disposition; customers: string }>`
    SELECT password, COUNT(*) AS customers FROM cohort WHERE incident = ${incident} GROUP BY password`.execute(
    db,
  );
  const counts: Record<Disposition, number> = { expired: 0, changed_since: 0, none: 0 };
  for (const row of rows) counts[row.password] = Number(row.customers);
  return counts;
}

/** The range that holds the first `customers` of the cohort; null when the cohort is empty or `customers` is 0. */
export async function canaryRange({ db, incident }: BareBooks, customers: number): Promise<KeyRange | null> {
  if (customers === 0) return null;
  const { rows } = await sql<{ last: SqlKey }>`
    SELECT customer_id AS last FROM (
      SELECT customer_id FROM cohort WHERE incident = ${incident} ORDER BY customer_id LIMIT ${customers}
    ) first_customers ORDER BY customer_id DESC LIMIT 1`.execute(db);
  return rows[0] ? { after: null, upTo: keyFromSql(rows[0].last) } : null;
}

/** Whether one of these customers, whose passwords were expired, has chosen one since. Reads their rows by the key. */
export async function hasAnyChosen(books: Books, customers: CustomerId[]): Promise<boolean> {
  const keys = customers.map((customerId) => keyOf(books, customerId));
  const { rows } = await sql`
    SELECT 1 FROM cohort k
    WHERE k.incident = ${books.incident} AND k.customer_id IN (${sql.join(keys)})
      AND ${hasChosen(books.company)} AND k.reappeared_at IS NULL LIMIT 1`.execute(books.db);
  return rows.length > 0;
}

export interface Remindable {
  /** Told, and without a new password now. */
  customers: number;
  /** The others, by why not (UNREMINDED). */
  spared: Record<string, number>;
}

/** Whom a reminder would go to if it went out now, whatever its time. One scan of the cohort with its notices and accounts. */
export async function countRemindable({ db, incident, company }: Books): Promise<Remindable> {
  const { rows } = await sql<{ why: string | null; customers: string }>`
    SELECT ${unreminded(company, 0)} AS why, COUNT(*) AS customers FROM cohort k ${joinNotice}
    WHERE k.incident = ${incident} GROUP BY why`.execute(db);
  const remindable: Remindable = { customers: 0, spared: {} };
  for (const { why, customers } of rows) {
    if (why === null) remindable.customers = Number(customers);
    else remindable.spared[why] = Number(customers);
  }
  return remindable;
}

/**
 * Customers who were reminded although they had a new password by then: must be 0. The company's times may be whole seconds, so one
 * that was chosen within the second of the claim is not counted. Null: no column of the company's says when a password was set.
 * @param now milliseconds since 1970.
 */
export async function countRemindedAfterChoosing(
  { db, incident, company }: Books,
  now: number,
): Promise<number | null> {
  const entry = company.mapping.retire.find(({ setAt }) => setAt !== undefined);
  if (entry === undefined) return null;
  const setAt = entry.setAt!;
  const claimed = sqlInForm(setAt, sql`(n.claimed_at - INTERVAL 1 SECOND)`, now);
  const { rows } = await sql<{ customers: string }>`
    SELECT COUNT(*) AS customers FROM notices n
    WHERE n.incident = ${incident} AND n.wave = 'reminder' AND n.state = 'sent'
      AND EXISTS (SELECT 1 FROM ${companyTable(company, entry.table)} t WHERE ${sql.id('t', entry.key)} = n.customer_id
        AND ${isUsable(company, entry, 't')} AND ${sql.id('t', setAt.column)} < ${claimed})`.execute(db);
  return Number(rows[0]!.customers);
}
