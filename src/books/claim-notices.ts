import { sql } from 'kysely';
import { CommitUnknownError, inTransaction } from '../company/in-transaction';
import { microBatch, spentMicroseconds } from '../incident/pacer';
import type { CustomerId, KeyRange } from '../incident/vocabulary';
import type { ClaimContext } from './claim-context';
import { type Candidate, findCandidates } from './find-candidates';
import { lostClaims } from './lost-claims';
import type { LedgerDatabase } from './open-database';
import { releaseLostClaim } from './release-claim';
import { claimAgain, insertClaim, insertNotices, isToSend } from './write-claim';

export interface Claimed {
  kind: 'claimed';
  claimId: string | null;
  claimToken: string;
  /** To be sent now, in key order. */
  customers: (Candidate & { address: string })[];
  /** By reason. */
  skipped: Record<string, number>;
  /** Everything up to this key is claimed or has its row already. */
  at: CustomerId;
  /** Nothing of the range is left behind `at`. */
  rangeDone: boolean;
}

export type ClaimResult =
  | Claimed
  | { kind: 'gate-closed'; reason: string; by: string }
  /** The rate allows the lane's next message only then. */
  | { kind: 'wait'; milliseconds: number }
  /** Another attempt took the lane. */
  | { kind: 'lane-lost' }
  /** This is not the server on which the incident began: a failover, a restored copy, a clone. */
  | { kind: 'other-server' }
  /** The ledger lacks a claim that it had acknowledged: the same, seen by what is missing. */
  | { kind: 'lost-commits' };

/**
 * Claims the next micro-batch of the range, in one short transaction: gate (share lock), lane (compare-and-set), candidates,
 * rows `sending`. Once it has committed these customers are this claim's alone (I2).
 * @param claimToken a fresh UUID: a commit whose acknowledgement is lost is looked for by it.
 */
export async function claimNotices(
  context: ClaimContext,
  range: KeyRange,
  claimToken: string,
): Promise<ClaimResult> {
  for (let reading = 1; ; reading++) {
    try {
      const claim = await inTransaction(context.db, (trx) => claimIn(trx, context, range, claimToken));
      if (claim.kind === 'claimed' && claim.claimId !== null)
        context.acknowledged.last = { token: claimToken };
      return claim;
    } catch (error) {
      // Somebody else's row got there first: read again who is left.
      if (reading < 20 && (error instanceof TakenMeanwhile || isDuplicateKey(error))) continue;
      // A lost acknowledgement: the rows, if they are there, stay this claim's, and nobody will send them.
      if (error instanceof CommitUnknownError) await releaseLostClaim(context, claimToken);
      throw error;
    }
  }
}

class TakenMeanwhile extends Error {}

async function claimIn(
  trx: LedgerDatabase,
  context: ClaimContext,
  range: KeyRange,
  claimToken: string,
): Promise<ClaimResult> {
  const gate = await readGateShared(trx, context);
  if (gate.here !== gate.server_identity) return { kind: 'other-server' };
  // By itself: inside the locking read it would wait for another lane's settling.
  const { last } = context.acknowledged;
  if (last !== null && (await lostClaims(trx, [last])).length > 0) return { kind: 'lost-commits' };
  if (gate.gate === 'closed') return { kind: 'gate-closed', reason: gate.gate_reason, by: gate.gate_by };
  const lane = await lockLane(trx, context);
  if (lane?.token !== context.laneToken) return { kind: 'lane-lost' };
  const microseconds = Number(lane.microseconds);
  if (microseconds > 0) return { kind: 'wait', milliseconds: Math.ceil(microseconds / 1000) };

  const limit = Math.min(context.batchLimit, microBatch(gate.rate_per_second, context.lanes));
  const found = await findCandidates(trx, context, range, limit);
  const rangeDone = found.length < limit;
  const at = rangeDone ? range.upTo : found.at(-1)!.candidate.customerId;
  const decided = found.map((row) => ({ ...row, decision: context.decide(row.candidate) }));
  const toSend = decided.filter(isToSend);
  const claimId = toSend.length > 0 ? await insertClaim(trx, context, claimToken, toSend) : null;
  const fresh = decided.filter((row) => row.state === null);
  const again = decided.filter((row) => row.state !== null);
  await insertNotices(trx, context, claimId, fresh);
  if (!(await claimAgain(trx, context, claimId, again))) throw new TakenMeanwhile();
  if (toSend.length > 0) await advanceLane(trx, context, gate.rate_per_second, toSend.length);

  const skipped: Record<string, number> = {};
  for (const { decision } of decided) {
    if ('skip' in decision) skipped[decision.skip] = (skipped[decision.skip] ?? 0) + 1;
  }
  const customers = toSend.map(({ candidate, decision }) => ({ ...candidate, address: decision.address }));
  return { kind: 'claimed', claimId, claimToken, customers, skipped, at, rangeDone };
}

async function readGateShared(trx: LedgerDatabase, { incident, identity }: ClaimContext) {
  const { rows } = await sql<{
    gate: 'open' | 'closed';
    gate_reason: string;
    gate_by: string;
    rate_per_second: number;
    server_identity: string;
    here: string;
  }>`SELECT gate, gate_reason, gate_by, rate_per_second, server_identity, ${identity} AS here
     FROM incidents WHERE incident = ${incident} LOCK IN SHARE MODE`.execute(trx);
  return rows[0]!;
}

async function lockLane(trx: LedgerDatabase, { incident, lane }: ClaimContext) {
  const { rows } = await sql<{ token: string; microseconds: string }>`
    SELECT token, TIMESTAMPDIFF(MICROSECOND, UTC_TIMESTAMP(6), next_send_at) AS microseconds
    FROM lanes WHERE incident = ${incident} AND lane = ${lane} FOR UPDATE`.execute(trx);
  return rows[0];
}

/** The lane's share of the rate: so many messages take lanes / rate seconds each. */
async function advanceLane(
  trx: LedgerDatabase,
  context: ClaimContext,
  ratePerSecond: number,
  messages: number,
) {
  const microseconds = spentMicroseconds(messages, ratePerSecond, context.lanes);
  await sql`
    UPDATE lanes SET next_send_at = GREATEST(next_send_at, UTC_TIMESTAMP(6)) + INTERVAL ${microseconds} MICROSECOND
    WHERE incident = ${context.incident} AND lane = ${context.lane}`.execute(trx);
}

function isDuplicateKey(error: unknown): boolean {
  return (error as { errno?: number }).errno === 1062;
}
