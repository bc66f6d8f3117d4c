import { sql } from 'kysely';
import { inTransaction } from '../company/in-transaction';
import type { SqlKey } from '../company/key-column';
import { type KeyColumn, keyFromSql, keyToSql } from '../company/key-column';
import type { Wave } from '../incident/vocabulary';
import type { LedgerDatabase } from './open-database';

/**
 * Calls what an abandoned claim left behind what it is: in doubt (I2). A claim is abandoned when its lease is over: no dot
 * of it can go out any more; a reply that is still on its way, or the dot journal of its owner, may yet settle it.
 * @returns how many customers became in doubt.
 */
export async function sweepLeases(
  db: LedgerDatabase,
  incident: number,
  keyColumn: KeyColumn,
): Promise<number> {
  const { rows: abandoned } = await sql<{
    claim_id: string;
    wave: Wave;
    first_customer: SqlKey;
    last_customer: SqlKey;
  }>`
    SELECT claim_id, wave, first_customer, last_customer FROM claims
    WHERE incident = ${incident} AND settled = 0 AND lease_until <= UTC_TIMESTAMP(3)`.execute(db);
  let inDoubt = 0;
  for (const claim of abandoned) {
    const key = (value: SqlKey) => keyToSql(keyColumn, keyFromSql(value));
    inDoubt += await inTransaction(db, async (trx) => {
      // The claim first, as settle-claim.ts does: whoever locks it has its rows.
      const { numAffectedRows: taken } = await sql`
        UPDATE claims SET settled = 2 WHERE claim_id = ${claim.claim_id} AND settled = 0`.execute(trx);
      if (taken !== 1n) return 0;
      const { numAffectedRows } = await sql`
        UPDATE notices SET state = 'in_doubt'
        WHERE incident = ${incident} AND wave = ${claim.wave} AND address_role = 'primary'
          AND customer_id BETWEEN ${key(claim.first_customer)} AND ${key(claim.last_customer)}
          AND claim_id = ${claim.claim_id} AND state = 'sending'`.execute(trx);
      return Number(numAffectedRows ?? 0n);
    });
  }
  return inDoubt;
}
