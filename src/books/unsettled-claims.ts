import { sql } from 'kysely';
import { keyFromSql, type SqlKey } from '../company/key-column';
import type { CustomerId, Wave } from '../incident/vocabulary';
import { type BareBooks, type Books, keyOf, transaction, type WaveBooks } from './books';
import type { LedgerDatabase } from './open-database';
import { affected, select } from './rows';
import type { ClaimRef } from './settle-claim';
import { movableBy, moveTo, TRANSITIONS, type Transition } from './transitions';

export interface OpenClaim extends ClaimRef {
  /** Whose outcome is not known to the ledger. */
  customers: CustomerId[];
}

/** A worker's claims that it has not settled, swept or not, with the customers that are still theirs. */
export async function openClaimsOf(books: Books, worker: string): Promise<OpenClaim[]> {
  const claims = await select<ClaimSpanRow & { token: string }, ClaimSpan & { token: string }>(
    books.db,
    sql`
      SELECT claim_id AS claimId, token, wave, first_customer AS firstCustomer, last_customer AS lastCustomer FROM claims
      WHERE incident = ${books.incident} AND settled IN (0, 2) AND worker = ${worker}`,
    SPAN,
  );
  const open: OpenClaim[] = [];
  for (const claim of claims) {
    const { rows } = await sql<{ customerId: SqlKey }>`
      SELECT customer_id AS customerId FROM notices WHERE ${heldBy(books, claim)} AND state IN ('sending','in_doubt')`.execute(
      books.db,
    );
    const { claimId, token, wave } = claim;
    open.push({ claimId, token, wave, customers: rows.map(({ customerId }) => keyFromSql(customerId)) });
  }
  return open;
}

interface ClaimSpanRow {
  claimId: string;
  wave: Wave;
  firstCustomer: SqlKey;
  lastCustomer: SqlKey;
}

interface ClaimSpan {
  claimId: string;
  wave: Wave;
  firstCustomer: CustomerId;
  lastCustomer: CustomerId;
}

const SPAN = { firstCustomer: keyFromSql, lastCustomer: keyFromSql };

/** The rows of a claim, found by the primary key. */
function heldBy(books: Books, { claimId, wave, firstCustomer, lastCustomer }: ClaimSpan) {
  return sql`incident = ${books.incident} AND wave = ${wave} AND address_role = 'primary'
        AND customer_id BETWEEN ${keyOf(books, firstCustomer)} AND ${keyOf(books, lastCustomer)} AND claim_id = ${claimId}`;
}

async function moveHeld(
  books: Books,
  claim: ClaimSpan,
  transition: Transition & { to: 'in_doubt' | 'released' },
): Promise<number> {
  return affected(
    await sql`
      UPDATE notices SET ${moveTo(transition)} WHERE ${heldBy(books, claim)} AND ${movableBy(transition)}`.execute(
      books.db,
    ),
  );
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
    const batch = claims.slice(from, from + 1_000);
    const { rows } = await sql<{ token: string }>`
      SELECT token FROM claims WHERE token IN (${sql.join(batch.map(({ token }) => token))})`.execute(db);
    for (const { token } of rows) known.add(token);
  }
  return claims.filter(({ token }) => !known.has(token));
}

/**
 * Calls what an abandoned claim left open what it is: in doubt (I2). A claim is abandoned when its lease is over: no dot
 * of it can go out any more; a reply that is still on its way, or the dot journal of its owner, may yet settle it.
 * @returns how many customers became in doubt.
 */
export async function sweepLeases(books: Books): Promise<number> {
  const abandoned = await select<ClaimSpanRow, ClaimSpan>(
    books.db,
    sql`
      SELECT claim_id AS claimId, wave, first_customer AS firstCustomer, last_customer AS lastCustomer FROM claims
      WHERE incident = ${books.incident} AND settled = 0 AND lease_until <= UTC_TIMESTAMP(3)`,
    SPAN,
  );
  let inDoubt = 0;
  for (const claim of abandoned) {
    inDoubt += await transaction(books, async (sweeping) => {
      // The claim first, as settle-claim.ts does: whoever locks it has its rows.
      const { numAffectedRows: taken } = await sql`
        UPDATE claims SET settled = 2 WHERE claim_id = ${claim.claimId} AND settled = 0`.execute(sweeping.db);
      return taken === 1n ? moveHeld(sweeping, claim, TRANSITIONS.abandoned) : 0;
    });
  }
  return inDoubt;
}

/**
 * Gives back what a claim holds, if it was committed: of what was never rendered no dot can have gone out, also when its lease is over by
 * now and it was swept. A locking read: a plain one can find nothing and the commit land afterwards.
 */
export async function releaseUnacknowledged(books: WaveBooks, token: string): Promise<void> {
  await transaction(books, async (releasing) => {
    const lost = await select<ClaimSpanRow, ClaimSpan>(
      releasing.db,
      sql`
        SELECT claim_id AS claimId, wave, first_customer AS firstCustomer, last_customer AS lastCustomer FROM claims
        WHERE incident = ${books.incident} AND settled IN (0, 2) AND token = ${token} FOR UPDATE`,
      SPAN,
    );
    for (const claim of lost) {
      await moveHeld(releasing, claim, TRANSITIONS.unacknowledged);
      await sql`UPDATE claims SET settled = 1 WHERE claim_id = ${claim.claimId}`.execute(releasing.db);
    }
  });
}

/** Every process that has claimed for this incident, as far as the ledger knows. One scan of claims: some 100,000 rows. */
export async function claimWorkers({ db, incident }: BareBooks): Promise<string[]> {
  const { rows } = await sql<{ worker: string }>`
    SELECT DISTINCT worker FROM claims WHERE incident = ${incident}`.execute(db);
  return rows.map(({ worker }) => worker);
}
