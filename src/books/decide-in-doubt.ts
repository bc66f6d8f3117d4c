import { sql } from 'kysely';
import type { SqlKey } from '../company/key-column';
import { type KeyColumn, keyFromSql, keyToSql } from '../company/key-column';
import type { CustomerId, Wave } from '../incident/vocabulary';
import { changeNotices } from './change-notices';
import type { LedgerDatabase } from './open-database';

export interface InDoubt {
  customerId: CustomerId;
  /** UTC, as the database has it. */
  claimedAt: string;
}

/** Who may or may not have been told, at most `limit`, in key order. */
export async function listInDoubt(
  db: LedgerDatabase,
  incident: number,
  wave: Wave,
  limit: number,
): Promise<InDoubt[]> {
  const { rows } = await sql<{ customer_id: SqlKey; claimed_at: string }>`
    SELECT customer_id, claimed_at FROM notices
    WHERE incident = ${incident} AND wave = ${wave} AND state = 'in_doubt' ORDER BY customer_id LIMIT ${limit}`.execute(
    db,
  );
  return rows.map((row) => ({ customerId: keyFromSql(row.customer_id), claimedAt: row.claimed_at }));
}

export interface InDoubtDecision {
  /** `resend`: send it again, whatever became of the first. `leave`: they are not told again. */
  decision: 'resend' | 'leave';
  by: string;
  reason: string;
  /** One customer only; without it everybody in doubt. */
  customerId?: CustomerId;
}

/** Carries out what an operator decided for those in doubt, on the record (I2, I6). Returns how many it was about. */
export async function decideInDoubt(
  db: LedgerDatabase,
  incident: number,
  wave: Wave,
  keyColumn: KeyColumn,
  { decision, by, reason, customerId }: InDoubtDecision,
): Promise<number> {
  const one = customerId === undefined ? sql`` : sql`AND customer_id = ${keyToSql(keyColumn, customerId)}`;
  return changeNotices(
    db,
    { incident, wave, keyColumn },
    {
      which: sql`state = 'in_doubt' ${one}`,
      change:
        decision === 'resend'
          ? sql`state = 'released', claim_id = NULL, settled_at = UTC_TIMESTAMP(3)`
          : sql`state = 'left', reason = 'left in doubt', settled_at = UTC_TIMESTAMP(3)`,
      entry: { who: by, action: `in-doubt-${decision}`, detail: { reason } },
    },
  );
}
