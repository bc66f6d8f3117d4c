import { sql } from 'kysely';
import { inTransaction } from '../company/in-transaction';
import type { SqlKey } from '../company/key-column';
import { keyFromSql, keyToSql } from '../company/key-column';
import type { ClaimContext } from './claim-context';

// A locking read: a plain one can find nothing and the commit land afterwards. What the claim holds was never rendered,
// so no dot can have gone out for it.
export async function releaseLostClaim(context: ClaimContext, claimToken: string): Promise<void> {
  const key = (value: SqlKey) => keyToSql(context.company.keyColumn, keyFromSql(value));
  await inTransaction(context.db, async (trx) => {
    const { rows } = await sql<{ claim_id: string; first_customer: SqlKey; last_customer: SqlKey }>`
      SELECT claim_id, first_customer, last_customer FROM claims
      WHERE incident = ${context.incident} AND settled = 0 AND token = ${claimToken} FOR UPDATE`.execute(trx);
    for (const claim of rows) {
      await sql`
        UPDATE notices SET state = 'released', claim_id = NULL, settled_at = UTC_TIMESTAMP(3)
        WHERE incident = ${context.incident} AND wave = ${context.wave}
          AND customer_id BETWEEN ${key(claim.first_customer)} AND ${key(claim.last_customer)}
          AND claim_id = ${claim.claim_id} AND state IN ('sending','in_doubt')`.execute(trx);
      await sql`UPDATE claims SET settled = 1 WHERE claim_id = ${claim.claim_id}`.execute(trx);
    }
  });
}
