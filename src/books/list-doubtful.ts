import { sql } from 'kysely';
import type { SqlKey } from '../company/key-column';
import { keyFromSql } from '../company/key-column';
import type { CustomerId, Wave } from '../incident/vocabulary';
import type { LedgerDatabase } from './open-database';
import { sqlTimeMs } from './sql-time';

/** One in doubt, with all that bounds when its dot went out. Milliseconds since 1970, by the database's clock. */
export interface Doubtful {
  customerId: CustomerId;
  /** What is decided holds only for this claim. */
  claimId: string;
  claimedMs: number;
  /** No dot went out later; null: the claim is not in the ledger. */
  leaseUntilMs: number | null;
}

/** Everybody in doubt, in key order. */
export async function listDoubtful(db: LedgerDatabase, incident: number, wave: Wave): Promise<Doubtful[]> {
  const { rows } = await sql<{
    customer_id: SqlKey;
    claim_id: string;
    claimed_at: string;
    lease_until: string | null;
  }>`
    SELECT n.customer_id, n.claim_id, n.claimed_at, c.lease_until FROM notices n
    LEFT JOIN claims c ON c.claim_id = n.claim_id
    WHERE n.incident = ${incident} AND n.wave = ${wave} AND n.state = 'in_doubt' ORDER BY n.customer_id`.execute(
    db,
  );
  return rows.map((row) => ({
    customerId: keyFromSql(row.customer_id),
    claimId: String(row.claim_id),
    claimedMs: sqlTimeMs(row.claimed_at),
    leaseUntilMs: row.lease_until === null ? null : sqlTimeMs(row.lease_until),
  }));
}
