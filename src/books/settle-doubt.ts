import { type RawBuilder, sql } from 'kysely';
import { inTransaction } from '../company/in-transaction';
import { type KeyColumn, keyFromSql, keyToSql, type SqlKey } from '../company/key-column';
import type { CustomerId, Wave } from '../incident/vocabulary';
import { appendAudit } from './audit';
import { lockOpenIncident } from './incident-row';
import type { LedgerDatabase } from './open-database';
import { changeNotices } from './reopen-notices';
import { sqlTime } from './sql-time';

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

/** Which notices, and how their keys travel. */
export interface Ledger {
  incident: number;
  wave: Wave;
  keyColumn: KeyColumn;
}

/** Who weighed the evidence, and what it was: counts, files with their hashes. No personal data. */
export interface EvidenceEntry {
  by: string;
  detail: Record<string, unknown>;
}

/** `lookup` tells by these words how we know. */
export const SETTLED_FROM = { log: 'settled from log', events: 'settled from events' } as const;

/**
 * Books as sent those in doubt of whom the relay's own log, or a provider's events, show that it took their message (I2, I6). Whoever
 * was decided otherwise meanwhile, or is in doubt under another claim, stays as they are. Returns how many it booked.
 * @throws IncidentOverError
 */
export async function settleAccepted(
  db: LedgerDatabase,
  ledger: Ledger,
  accepted: Accepted[],
  entry: EvidenceEntry,
): Promise<number> {
  return settleSome(db, ledger, accepted, { ...entry, action: 'in-doubt-accepted' }, (one) => {
    const at = one.acceptedMs === null ? sql`UTC_TIMESTAMP(3)` : sql`${sqlTime(one.acceptedMs)}`;
    return sql`state = 'sent', reply_code = 250, queue_id = ${one.queueId?.slice(0, 64) ?? null},
      reason = ${SETTLED_FROM[one.by]}, settled_at = GREATEST(claimed_at, LEAST(UTC_TIMESTAMP(3), ${at}))`;
  });
}

/**
 * Releases those whom the evidence calls absent, by an operator's word: sent again, with the same Message-ID. Returns how many.
 * @throws IncidentOverError
 */
export async function releaseAbsent(
  db: LedgerDatabase,
  ledger: Ledger,
  absent: Judged[],
  entry: EvidenceEntry,
): Promise<number> {
  const change = sql`state = 'released', claim_id = NULL, settled_at = UTC_TIMESTAMP(3)`;
  return settleSome(db, ledger, absent, { ...entry, action: 'in-doubt-absent' }, () => change);
}

/** A statement for each: those in doubt are few, and each has an own queue id and time. */
async function settleSome<J extends Judged>(
  db: LedgerDatabase,
  { incident, wave, keyColumn }: Ledger,
  judged: J[],
  { by, action, detail }: EvidenceEntry & { action: string },
  change: (one: J) => RawBuilder<unknown>,
): Promise<number> {
  let changed = 0;
  for (let i = 0; i < judged.length; i += AT_ONCE) {
    changed += await inTransaction(db, async (trx) => {
      await lockOpenIncident(trx, incident);
      let customers = 0;
      for (const one of judged.slice(i, i + AT_ONCE)) {
        const { numAffectedRows } = await sql`
          UPDATE notices SET ${change(one)}
          WHERE incident = ${incident} AND wave = ${wave} AND address_role = 'primary'
            AND customer_id = ${keyToSql(keyColumn, one.customerId)}
            AND claim_id = ${one.claimId} AND state = 'in_doubt'`.execute(trx);
        customers += Number(numAffectedRows ?? 0n);
      }
      if (customers > 0)
        await appendAudit(trx, incident, { who: by, action, detail: { customers, ...detail } });
      return customers;
    });
  }
  return changed;
}

/** The incident's row is locked for so many statements. */
const AT_ONCE = 200;
