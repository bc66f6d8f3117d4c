import { sql } from 'kysely';
import type { Company } from '../company/company';
import { CommitUnknownError, inTransaction } from '../company/in-transaction';
import type { RunStatement } from '../company/inspect/run-statements';
import { keyToSql } from '../company/key-column';
import { microBatch, spentMicroseconds } from '../incident/pacer';
import type { CustomerId, KeyRange, Wave } from '../incident/vocabulary';
import { type Candidate, candidatesQuery, type Found, findCandidates } from './candidates';
import type { ServerIdentity } from './ledger-identity';
import { lostClaims, releaseLostClaim } from './open-claims';
import type { LedgerDatabase } from './open-database';

/** What the caller's rules say of a candidate. `contentHash`: the first 8 bytes of the variant's hash. */
export type Decision = { address: string; contentHash: Buffer } | { skip: string };

export interface ClaimContext {
  db: LedgerDatabase;
  incident: number;
  company: Company;
  identity: ServerIdentity;
  wave: Wave;
  /** A reminder goes to whom the notice was sent so long ago. */
  remindAfterSeconds: number;
  lane: string;
  /** Lanes that share the rate. */
  lanes: number;
  laneToken: string;
  worker: string;
  leaseSeconds: number;
  batchLimit: number;
  decide(candidate: Candidate): Decision;
  /** The last claim that this process was told is committed: it must still be there. Moved on by each claim. */
  acknowledged: { last: { token: string } | null };
}

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

/** Customers in a claim, at most. */
export const MOST_IN_A_CLAIM = 200;

/** What a claim asks of the company's tables, for the dry run to EXPLAIN. */
export function claimStatements(company: Company, range: KeyRange): RunStatement[] {
  const { customers, retire } = company.mapping;
  return (['notice', 'reminder'] as const).map((wave) => ({
    doing: wave === 'notice' ? 'claiming who is told next' : 'claiming who is reminded next',
    statement: candidatesQuery({ incident: 0, company, wave, remindAfterSeconds: 0 }, range, MOST_IN_A_CLAIM),
    customersEach: MOST_IN_A_CLAIM,
    aliases: {
      c: customers.table ?? 'the SELECT of the customers',
      t: retire.map(({ table }) => table).join(' or '),
    },
  }));
}

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

/**
 * Takes the lane for one attempt: whoever held it before can neither expire nor claim in it any more, so an activity that
 * timed out but still runs never works beside its retry. The lane's next-send time stays: a retry cannot outrun the rate.
 */
export async function takeLane(
  db: LedgerDatabase,
  incident: number,
  lane: string,
  token: string,
): Promise<void> {
  await sql`
    INSERT INTO lanes (incident, lane, token, next_send_at) VALUES (${incident}, ${lane}, ${token}, UTC_TIMESTAMP(6))
    ON DUPLICATE KEY UPDATE token = ${token}`.execute(db);
}
