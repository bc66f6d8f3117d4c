import { type RawBuilder, sql } from 'kysely';
import { inTransaction } from '../company/in-transaction';
import type { SqlKey } from '../company/key-column';
import { type KeyColumn, keyFromSql, keyToSql } from '../company/key-column';
import type { Wave } from '../incident/vocabulary';
import { type AuditEntry, appendAudit } from './append-audit';
import { lockOpenIncident } from './lock-open-incident';
import type { LedgerDatabase } from './open-database';

/** A decision about many notices. */
export interface NoticeChange {
  /** Which of them. */
  which: RawBuilder<unknown>;
  /** SET of the UPDATE. */
  change: RawBuilder<unknown>;
  /** The record of the decision, to which `customers` is added. */
  entry: AuditEntry;
}

/** The incident's row is locked while so many are changed, 32 ms (MariaDB 10.11): claims and a pause wait for no longer. */
export const NOTICES_PER_TRANSACTION = 5_000;

/**
 * Carries out a decision in short transactions, each with its own audit entry, so that what was done and its record are one
 * (I6); killed half-way, the same command goes on. Notices are looked for without locks: over 24 million that takes 10 s.
 * @returns how many it changed. @throws IncidentOverError
 */
export async function changeNotices(
  db: LedgerDatabase,
  { incident, wave, keyColumn }: { incident: number; wave: Wave; keyColumn: KeyColumn },
  { which, change, entry }: NoticeChange,
): Promise<number> {
  const ours = sql`incident = ${incident} AND wave = ${wave} AND address_role = 'primary'`;
  let after: SqlKey | null = null;
  let changed = 0;
  for (;;) {
    const behind: RawBuilder<unknown> = after === null ? sql`` : sql`AND customer_id > ${after}`;
    const { rows } = await sql<{ customer_id: SqlKey }>`
      SELECT customer_id FROM notices WHERE ${ours} ${behind} AND ${which}
      ORDER BY customer_id LIMIT ${NOTICES_PER_TRANSACTION}`.execute(db);
    if (rows.length === 0) return changed;
    const keys = rows.map((row) => keyToSql(keyColumn, keyFromSql(row.customer_id)));
    after = keys.at(-1)!;
    changed += await inTransaction(db, async (trx) => {
      await lockOpenIncident(trx, incident);
      const { numAffectedRows } = await sql`
        UPDATE notices SET ${change} WHERE ${ours} AND customer_id IN (${sql.join(keys)}) AND ${which}`.execute(
        trx,
      );
      const customers = Number(numAffectedRows ?? 0n);
      if (customers > 0)
        await appendAudit(trx, incident, { ...entry, detail: { customers, ...entry.detail } });
      return customers;
    });
  }
}
