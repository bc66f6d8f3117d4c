import { sql } from 'kysely';
import { keyToSql } from '../company/key-column';
import type { ClaimContext, Decision } from './claim-context';
import type { Candidate, Found } from './find-candidates';
import type { LedgerDatabase } from './open-database';

export interface Decided extends Found {
  decision: Decision;
}

export function isToSend(
  row: Decided,
): row is Decided & { decision: { address: string; contentHash: Buffer } } {
  return 'address' in row.decision;
}

export async function insertClaim(
  trx: LedgerDatabase,
  context: ClaimContext,
  claimToken: string,
  rows: { candidate: Candidate }[],
): Promise<string> {
  const key = (row: { candidate: Candidate }) =>
    keyToSql(context.company.keyColumn, row.candidate.customerId);
  const { insertId } = await sql`
    INSERT INTO claims (incident, wave, lane, worker, token, claimed_at, lease_until, first_customer, last_customer)
    VALUES (${context.incident}, ${context.wave}, ${context.lane}, ${context.worker}, ${claimToken}, UTC_TIMESTAMP(3),
      UTC_TIMESTAMP(3) + INTERVAL ${context.leaseSeconds} SECOND, ${key(rows[0]!)}, ${key(rows.at(-1)!)})`.execute(
    trx,
  );
  return String(insertId);
}

// A plain INSERT: INSERT IGNORE would swallow a violated CHECK too. A duplicate key means that another got there first.
export async function insertNotices(
  trx: LedgerDatabase,
  context: ClaimContext,
  claimId: string | null,
  rows: Decided[],
): Promise<void> {
  if (rows.length === 0) return;
  const values = rows.map(({ candidate, decision }) => {
    const key = keyToSql(context.company.keyColumn, candidate.customerId);
    return 'skip' in decision
      ? sql`(${context.incident}, ${context.wave}, ${key}, 'primary', 'skipped', NULL, 0, NULL, NULL, ${decision.skip}, NULL, UTC_TIMESTAMP(3))`
      : sql`(${context.incident}, ${context.wave}, ${key}, 'primary', 'sending', ${claimId}, 1, ${decision.address}, ${decision.contentHash}, NULL, UTC_TIMESTAMP(3), NULL)`;
  });
  await sql`
    INSERT INTO notices (incident, wave, customer_id, address_role, state, claim_id, attempt, address, content_hash, reason, claimed_at, settled_at)
    VALUES ${sql.join(values)}`.execute(trx);
}

/** False when one of the rows was no longer as it was read: the transaction must be given up. */
export async function claimAgain(
  trx: LedgerDatabase,
  context: ClaimContext,
  claimId: string | null,
  rows: Decided[],
): Promise<boolean> {
  for (const { candidate, decision, state } of rows) {
    const change =
      'skip' in decision
        ? sql`state = 'skipped', reason = ${decision.skip}, claim_id = NULL, settled_at = UTC_TIMESTAMP(3)`
        : sql`state = 'sending', reason = NULL, claim_id = ${claimId}, attempt = attempt + 1, address = ${decision.address},
            content_hash = ${decision.contentHash}, claimed_at = UTC_TIMESTAMP(3), settled_at = NULL`;
    const { numAffectedRows } = await sql`
      UPDATE notices SET ${change}, retry_at = NULL, reply_code = NULL, reply_text = NULL, queue_id = NULL
      WHERE incident = ${context.incident} AND wave = ${context.wave}
        AND customer_id = ${keyToSql(context.company.keyColumn, candidate.customerId)} AND address_role = 'primary'
        AND state = ${state}`.execute(trx);
    if (numAffectedRows !== 1n) return false;
  }
  return true;
}
