import { sql } from 'kysely';
import type { CustomerId, Wave } from '../incident/vocabulary';
import { appendAudit } from './append-audit';
import { inTransaction } from './in-transaction';
import { type KeyColumn, keyToSql } from './key-column';
import type { LedgerDatabase } from './open-database';
import { sqlTime } from './sql-time';

/** Whom a verdict is about; it holds only while they are in doubt under this claim. */
export interface Judged {
  customerId: CustomerId;
  claimId: string;
}

export interface Accepted extends Judged {
  queueId: string | null;
  /** When the relay took it, by the database's clock; null: the evidence has no time. */
  acceptedMs: number | null;
  by: 'log' | 'events';
}

/** Who weighed the evidence, and what it was: counts, files with their hashes. No personal data. */
export interface EvidenceEntry {
  by: string;
  detail: Record<string, unknown>;
}

/** `lookup` tells by these words how we know. */
export const SETTLED_FROM = { log: 'settled from log', events: 'settled from events' } as const;

const AT_ONCE = 500;

/**
 * Books as sent those in doubt of whom the relay's own log, or a provider's events, show that it took their message (I2, I6). Whoever
 * was decided otherwise meanwhile, or is in doubt under another claim, stays as they are. Returns how many it booked.
 */
export async function settleAccepted(
  db: LedgerDatabase,
  incident: number,
  wave: Wave,
  keyColumn: KeyColumn,
  accepted: Accepted[],
  { by, detail }: EvidenceEntry,
): Promise<number> {
  return inTransaction(db, async (trx) => {
    let customers = 0;
    for (const one of accepted) {
      const at = one.acceptedMs === null ? sql`UTC_TIMESTAMP(3)` : sql`${sqlTime(one.acceptedMs)}`;
      const { numAffectedRows } = await sql`
        UPDATE notices SET state = 'sent', reply_code = 250, queue_id = ${one.queueId?.slice(0, 64) ?? null},
          reason = ${SETTLED_FROM[one.by]}, settled_at = GREATEST(claimed_at, LEAST(UTC_TIMESTAMP(3), ${at}))
        WHERE incident = ${incident} AND wave = ${wave} AND address_role = 'primary'
          AND customer_id = ${keyToSql(keyColumn, one.customerId)}
          AND claim_id = ${one.claimId} AND state = 'in_doubt'`.execute(trx);
      customers += Number(numAffectedRows ?? 0n);
    }
    if (customers > 0)
      await appendAudit(trx, incident, {
        who: by,
        action: 'in-doubt-accepted',
        detail: { customers, ...detail },
      });
    return customers;
  });
}

/** Releases those whom the evidence calls absent, by an operator's word: sent again, with the same Message-ID. Returns how many. */
export async function releaseAbsent(
  db: LedgerDatabase,
  incident: number,
  wave: Wave,
  keyColumn: KeyColumn,
  absent: Judged[],
  { by, detail }: EvidenceEntry,
): Promise<number> {
  return inTransaction(db, async (trx) => {
    let customers = 0;
    for (const claimId of new Set(absent.map((one) => one.claimId))) {
      const keys = absent
        .filter((one) => one.claimId === claimId)
        .map(({ customerId }) => keyToSql(keyColumn, customerId));
      for (let i = 0; i < keys.length; i += AT_ONCE) {
        const { numAffectedRows } = await sql`
          UPDATE notices SET state = 'released', claim_id = NULL, settled_at = UTC_TIMESTAMP(3)
          WHERE incident = ${incident} AND wave = ${wave} AND address_role = 'primary'
            AND customer_id IN (${sql.join(keys.slice(i, i + AT_ONCE))})
            AND claim_id = ${claimId} AND state = 'in_doubt'`.execute(trx);
        customers += Number(numAffectedRows ?? 0n);
      }
    }
    if (customers > 0)
      await appendAudit(trx, incident, {
        who: by,
        action: 'in-doubt-absent',
        detail: { customers, ...detail },
      });
    return customers;
  });
}
