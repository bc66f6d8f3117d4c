import { type QueryExecutorProvider, type RawBuilder, sql } from 'kysely';
import type { KeyRange } from '../incident/vocabulary';
import { isUnknown } from './column-time';
import { type Company, companyTable, inRange } from './company';
import { keyFromSql, keyToSql, type SqlKey } from './key-column';
import { fingerprint, isUsable } from './passwords';

/**
 * Marks whoever of a range that was expired a moment ago has a password again, by no time of its own newer than the cutoff. A login
 * that read the old hash before our commit may have written it anew, in another form, just after: such a value is counted and named,
 * and not believed to be a new password. It is not touched either: it may be one (I5). Reads the range once, without locks.
 * @param now milliseconds since 1970.
 * @returns how many.
 */
export async function markReappeared(
  db: QueryExecutorProvider,
  company: Company,
  { incident, range, now }: { incident: number; range: KeyRange; now: number },
): Promise<number> {
  let marked = 0;
  for (const i of company.mapping.retire.keys()) {
    const { rows } = await reappearedQuery(company, i, { incident, range, now }).execute(db);
    if (rows.length === 0) continue;
    const keys = rows.map(({ customer }) => keyToSql(company.keyColumn, keyFromSql(customer)));
    const { numAffectedRows } = await sql`
      UPDATE cohort SET reappeared_at = UTC_TIMESTAMP(6)
      WHERE incident = ${incident} AND reappeared_at IS NULL AND customer_id IN (${sql.join(keys)})`.execute(
      db,
    );
    marked += Number(numAffectedRows ?? 0n);
  }
  return marked;
}

/** Whose value of this entry is usable, another than died, and not dated newer. */
export function reappearedQuery(
  company: Company,
  i: number,
  { incident, range, now }: { incident: number; range: KeyRange; now: number },
): RawBuilder<{ customer: SqlKey }> {
  const entry = company.mapping.retire[i]!;
  const key = sql.id('t', entry.key);
  const print = fingerprint(company, i, sql`k.customer_id`, sql.id('t', entry.column));
  const undated = entry.setAt === undefined ? sql`TRUE` : isUnknown(entry.setAt, 't', now);
  return sql<{ customer: SqlKey }>`
    SELECT ${key} AS customer FROM ${companyTable(company, entry.table)} t
    WHERE ${inRange(key, company.keyColumn, range)} AND ${isUsable(company, entry, 't')} AND ${undated}
      AND (SELECT k.password = 'expired' AND k.reappeared_at IS NULL AND LOCATE(${print}, k.fingerprints) = 0
        FROM cohort k WHERE k.incident = ${incident} AND k.customer_id = ${key}) = 1`;
}

export async function countReappeared(db: QueryExecutorProvider, incident: number): Promise<number> {
  const { rows } = await sql<{ customers: string }>`
    SELECT COUNT(*) AS customers FROM cohort WHERE incident = ${incident} AND reappeared_at IS NOT NULL`.execute(
    db,
  );
  return Number(rows[0]!.customers);
}
