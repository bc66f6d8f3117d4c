import { sql } from 'kysely';
import type { LedgerDatabase } from './open-database';

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
