import { sql } from 'kysely';
import type { LedgerDatabase } from './open-database';

/** A claim whose COMMIT was acknowledged. */
export interface AcknowledgedClaim {
  claimId: string;
  token: string;
}

/**
 * Those of the claims that are not in the ledger, though it had acknowledged them: the server has lost commits (a failover to a
 * copy that lagged, a restored backup). Whoever they told has no row any more and would be told again (I2).
 */
export async function lostClaims<Claim extends AcknowledgedClaim>(
  db: LedgerDatabase,
  claims: readonly Claim[],
): Promise<Claim[]> {
  const known = new Set<string>();
  for (let from = 0; from < claims.length; from += 1_000) {
    const some = claims.slice(from, from + 1_000);
    const { rows } = await sql<{ claim_id: string; token: string }>`
      SELECT claim_id, token FROM claims WHERE claim_id IN (${sql.join(some.map(({ claimId }) => claimId))})`.execute(
      db,
    );
    for (const { claim_id, token } of rows) known.add(`${claim_id} ${token}`);
  }
  return claims.filter(({ claimId, token }) => !known.has(`${claimId} ${token}`));
}
