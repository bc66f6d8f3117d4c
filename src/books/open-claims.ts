import { sql } from 'kysely';
import type { SqlKey } from '../company/key-column';
import { type KeyColumn, keyFromSql, keyToSql } from '../company/key-column';
import type { CustomerId, Wave } from '../incident/vocabulary';
import type { LedgerDatabase } from './open-database';

export interface OpenClaim {
  claimId: string;
  token: string;
  wave: Wave;
  /** Whose outcome is not known to the ledger. */
  customers: CustomerId[];
}

/** A worker's claims that it has not settled, swept or not, with the customers that are still theirs. */
export async function openClaimsOf(
  db: LedgerDatabase,
  incident: number,
  worker: string,
  keyColumn: KeyColumn,
): Promise<OpenClaim[]> {
  const { rows } = await sql<{
    claim_id: string;
    token: string;
    wave: Wave;
    first_customer: SqlKey;
    last_customer: SqlKey;
  }>`
    SELECT claim_id, token, wave, first_customer, last_customer FROM claims
    WHERE incident = ${incident} AND settled IN (0, 2) AND worker = ${worker}`.execute(db);
  const key = (value: SqlKey) => keyToSql(keyColumn, keyFromSql(value));
  const claims: OpenClaim[] = [];
  for (const { claim_id: claimId, token, wave, first_customer, last_customer } of rows) {
    const { rows: held } = await sql<{ customer_id: SqlKey }>`
      SELECT customer_id FROM notices
      WHERE incident = ${incident} AND wave = ${wave} AND address_role = 'primary'
        AND customer_id BETWEEN ${key(first_customer)} AND ${key(last_customer)}
        AND claim_id = ${claimId} AND state IN ('sending','in_doubt')`.execute(db);
    claims.push({ claimId, token, wave, customers: held.map((row) => keyFromSql(row.customer_id)) });
  }
  return claims;
}
