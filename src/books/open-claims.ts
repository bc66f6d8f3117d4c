import { sql } from 'kysely';
import { inTransaction } from '../company/in-transaction';
import { type KeyColumn, keyFromSql, keyToSql, type SqlKey } from '../company/key-column';
import type { CustomerId, Wave } from '../incident/vocabulary';
import type { ClaimContext } from './claim';
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

/**
 * Those of the claims that are not in the ledger, though it had acknowledged them: the server has lost commits (a failover to a
 * copy that lagged, a restored backup). Whoever they told has no row any more and would be told again (I2).
 */
export async function lostClaims<Claim extends { token: string }>(
  db: LedgerDatabase,
  claims: readonly Claim[],
): Promise<Claim[]> {
  const known = new Set<string>();
  for (let from = 0; from < claims.length; from += 1_000) {
    const some = claims.slice(from, from + 1_000);
    const { rows } = await sql<{ token: string }>`
      SELECT token FROM claims WHERE token IN (${sql.join(some.map(({ token }) => token))})`.execute(db);
    for (const { token } of rows) known.add(token);
  }
  return claims.filter(({ token }) => !known.has(token));
}

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

/** Every process that has claimed for this incident, as far as the ledger knows. One scan of claims: some 100,000 rows. */
export async function claimWorkers(db: LedgerDatabase, incident: number): Promise<string[]> {
  const { rows } = await sql<{ worker: string }>`
    SELECT DISTINCT worker FROM claims WHERE incident = ${incident}`.execute(db);
  return rows.map(({ worker }) => worker);
}
