import { sql } from 'kysely';
import { microBatch, spentMicroseconds } from '../incident/pacer';
import type { Receiver } from '../incident/receiver';
import type { CustomerId, KeyRange } from '../incident/vocabulary';
import { type BareBooks, keyOf, transaction } from './books';
import { type Candidate, findCandidates } from './candidates';
import { bookByReceiver, byReceiver, type Decided, type ReceiverBooks } from './kept-back';
import type { ServerIdentity } from './ledger-identity';
import { type Probe, readReceivers } from './receivers';
import { type ClaimRelay, chooseOpenRelay, type OfferedRelays } from './relays';
import { movableBy, moveTo, TRANSITIONS } from './transitions';
import { lostClaims } from './unsettled-claims';

/** What the caller's rules say of a candidate. `contentHash`: the first 8 bytes of the variant's hash. */
export type Decision = { address: string; contentHash: Buffer } | { skip: string };

/** The books as one attempt claims from them. */
export interface LaneBooks extends ReceiverBooks {
  identity: ServerIdentity;
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
  /** Of the incident's file, as the caller's notices are made from it. */
  version: number;
  relays: OfferedRelays;
}

export interface Claimed {
  kind: 'claimed';
  claimId: string | null;
  /** By which alone its customers are told. */
  relay: ClaimRelay;
  token: string;
  /** To be sent now, in key order. */
  customers: ClaimedCustomer[];
  /** By reason. */
  skipped: Record<string, number>;
  /** Not sent: they wait for receivers that are aside or paused. */
  keptBack: number;
  /** Of `customers`: those by whom a receiver that is aside is tried. */
  probes: ReadonlyMap<CustomerId, Probe>;
  /** Receivers that were aside or paused at any time. */
  knownReceivers: ReadonlySet<Receiver>;
  /** Everything up to this key is claimed or has its row already. */
  at: CustomerId;
  /** Nothing of the range is left after `at`. */
  rangeDone: boolean;
}

export type ClaimedCustomer = Candidate & { address: string };

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
  | { kind: 'lost-commits' }
  /** The file was amended: what the caller would send are words of an older version. */
  | { kind: 'amended' }
  /** Of the caller's relays none takes part. */
  | { kind: 'no-relay' }
  /** One takes part, and the caller has no session with it now. */
  | { kind: 'no-session' };

/**
 * Claims the next micro-batch of the range, in one short transaction: gate (share lock), lane (compare-and-set), candidates,
 * rows `sending`. Once it has committed these customers are this claim's alone (I2).
 * @param token a fresh UUID: a commit whose acknowledgement is lost is looked for by it (releaseUnacknowledged).
 * @throws CommitUnknownError: the rows, if they are there, stay this claim's, and nobody will send them.
 */
export async function claimNotices(books: LaneBooks, range: KeyRange, token: string): Promise<ClaimResult> {
  for (let reading = 1; ; reading++) {
    try {
      const claim = await transaction(books, (claiming) => claimIn(claiming, range, token));
      if (claim.kind === 'claimed' && claim.claimId !== null) books.acknowledged.last = { token };
      return claim;
    } catch (error) {
      // Somebody else's row got there first: read again who is left.
      if (reading < 20 && (error instanceof TakenMeanwhile || isDuplicateKey(error))) continue;
      throw error;
    }
  }
}

class TakenMeanwhile extends Error {}

/** What is asked before anything is sent in a lane, customers' or not. */
export type PacedBooks = Pick<
  LaneBooks,
  | 'db'
  | 'incident'
  | 'identity'
  | 'lane'
  | 'lanes'
  | 'laneToken'
  | 'batchLimit'
  | 'acknowledged'
  | 'version'
  | 'relays'
>;

/** The lane may send so many messages now. */
interface MaySend {
  kind: 'may-send';
  messages: number;
  ratePerSecond: number;
  relay: ClaimRelay;
}

/** Within a transaction: server, gate (share lock), lane and pace. Who sends then moves the pace on (advanceLane). */
export async function mayLaneSend(books: PacedBooks): Promise<MaySend | Exclude<ClaimResult, Claimed>> {
  const gate = await readGateShared(books);
  if (gate.here !== gate.serverIdentity) return { kind: 'other-server' };
  // By itself: inside the locking read it would wait for another lane's settling.
  const { last } = books.acknowledged;
  if (last !== null && (await lostClaims(books.db, [last])).length > 0) return { kind: 'lost-commits' };
  if (gate.gate === 'closed') return { kind: 'gate-closed', reason: gate.reason, by: gate.by };
  if (gate.version !== books.version) return { kind: 'amended' };
  // The run waits for it, too: but a run that a reset took back to before the amendment does not know.
  if (gate.version > 1 && gate.approvedAt === null)
    return { kind: 'gate-closed', reason: 'nobody has approved the amended texts', by: '' };
  const lane = await lockLane(books);
  if (lane?.token !== books.laneToken) return { kind: 'lane-lost' };
  const microseconds = Number(lane.microseconds);
  if (microseconds > 0) return { kind: 'wait', milliseconds: Math.ceil(microseconds / 1000) };
  // After the lock on the gate, so that whichever was left out before it is seen.
  const relay = await chooseOpenRelay(books, books.relays);
  if ('kind' in relay) return relay;

  const { ratePerSecond } = gate;
  return {
    kind: 'may-send',
    messages: Math.min(books.batchLimit, microBatch(ratePerSecond, books.lanes)),
    ratePerSecond,
    relay,
  };
}

async function claimIn(books: LaneBooks, range: KeyRange, token: string): Promise<ClaimResult> {
  const lane = await mayLaneSend(books);
  if (lane.kind !== 'may-send') return lane;
  const { messages: limit, ratePerSecond, relay } = lane;
  // After the lock on the gate, so that whoever was put aside before it is seen.
  const receivers = await readReceivers(books);
  const candidates = await findCandidates(books, range, limit, 'claimable', receivers);
  const rangeDone = candidates.length < limit;
  const at = rangeDone ? range.upTo : candidates.at(-1)!.customerId;
  const all = candidates.map((candidate) => ({ ...candidate, decision: books.decide(candidate) }));
  const { goesOn: decided, probes, ...others } = await byReceiver(books, receivers, all);
  const toSend = decided.filter(isToSend);
  const claimId = toSend.length > 0 ? await insertClaim(books, { token, relay: relay.relay }, toSend) : null;
  const withoutRow = decided.filter((candidate) => candidate.state === null);
  const withRow = decided.filter((candidate) => candidate.state !== null);
  await insertNotices(books, claimId, withoutRow);
  if (!(await claimAgain(books, claimId, withRow))) throw new TakenMeanwhile();
  if (!(await bookByReceiver(books, others))) throw new TakenMeanwhile();
  if (toSend.length > 0) await advanceLane(books, ratePerSecond, toSend.length);

  const skipped: Record<string, number> = {};
  for (const { decision } of decided) {
    if ('skip' in decision) skipped[decision.skip] = (skipped[decision.skip] ?? 0) + 1;
  }
  const customers = toSend.map(({ state: _, decision: { address }, ...customer }) => ({
    ...customer,
    address,
  }));
  return {
    ...{ kind: 'claimed', claimId, relay, token, customers, skipped, probes, at, rangeDone },
    keptBack: others.keptBack.length,
    knownReceivers: new Set(receivers.map(({ receiver }) => receiver)),
  };
}

async function readGateShared({ db, incident, identity }: PacedBooks) {
  const { rows } = await sql<{
    gate: 'open' | 'closed';
    reason: string;
    by: string;
    ratePerSecond: number;
    serverIdentity: string;
    here: string;
    version: number;
    approvedAt: string | null;
  }>`
    SELECT gate, gate_reason AS reason, gate_by AS \`by\`, rate_per_second AS ratePerSecond,
      server_identity AS serverIdentity, ${identity} AS here, version, approved_at AS approvedAt
    FROM incidents WHERE incident = ${incident} LOCK IN SHARE MODE`.execute(db);
  return rows[0]!;
}

export async function lockLane({ db, incident, lane }: Pick<PacedBooks, 'db' | 'incident' | 'lane'>) {
  const { rows } = await sql<{ token: string; microseconds: string }>`
    SELECT token, TIMESTAMPDIFF(MICROSECOND, UTC_TIMESTAMP(6), next_send_at) AS microseconds
    FROM lanes WHERE incident = ${incident} AND lane = ${lane} FOR UPDATE`.execute(db);
  return rows[0];
}

/** The lane's share of the rate: so many messages take lanes / rate seconds each, from now on: what a lane lay idle is not made up for. */
export async function advanceLane(
  { db, incident, lane, lanes }: PacedBooks,
  ratePerSecond: number,
  messages: number,
) {
  const microseconds = spentMicroseconds(messages, ratePerSecond, lanes);
  await sql`
    UPDATE lanes SET next_send_at = UTC_TIMESTAMP(6) + INTERVAL ${microseconds} MICROSECOND
    WHERE incident = ${incident} AND lane = ${lane}`.execute(db);
}

function isDuplicateKey(error: unknown): boolean {
  return (error as { errno?: number }).errno === 1062;
}

type ToSend = Decided & { decision: { address: string; contentHash: Buffer } };

function isToSend(candidate: Decided): candidate is ToSend {
  return 'address' in candidate.decision;
}

async function insertClaim(
  books: LaneBooks,
  { token, relay }: { token: string; relay: string },
  customers: ToSend[],
): Promise<string> {
  const { incident, wave, lane, worker, leaseSeconds, version } = books;
  const first = keyOf(books, customers[0]!.customerId);
  const last = keyOf(books, customers.at(-1)!.customerId);
  const { insertId } = await sql`
    INSERT INTO claims (incident, wave, lane, worker, token, claimed_at, lease_until, first_customer, last_customer, version,
      relay)
    VALUES (${incident}, ${wave}, ${lane}, ${worker}, ${token}, UTC_TIMESTAMP(3),
      UTC_TIMESTAMP(3) + INTERVAL ${leaseSeconds} SECOND, ${first}, ${last}, ${version}, ${relay})`.execute(
    books.db,
  );
  return String(insertId);
}

// A plain INSERT: INSERT IGNORE would swallow a violated CHECK too. A duplicate key means that another got there first.
async function insertNotices(books: LaneBooks, claimId: string | null, candidates: Decided[]): Promise<void> {
  if (candidates.length === 0) return;
  const { claimed, spared } = TRANSITIONS;
  const values = candidates.map(({ customerId, decision }) => {
    const key = sql`${books.incident}, ${books.wave}, ${keyOf(books, customerId)}, 'primary'`;
    return 'skip' in decision
      ? sql`(${key}, ${sql.lit(spared.to)}, NULL, 0, NULL, NULL, ${decision.skip}, NULL, UTC_TIMESTAMP(3))`
      : sql`(${key}, ${sql.lit(claimed.to)}, ${claimId}, 1, ${decision.address}, ${decision.contentHash}, NULL, UTC_TIMESTAMP(3), NULL)`;
  });
  await sql`
    INSERT INTO notices (incident, wave, customer_id, address_role, state, claim_id, attempt, address, content_hash, reason, claimed_at, settled_at)
    VALUES ${sql.join(values)}`.execute(books.db);
}

/** False when one of the rows was no longer as it was read: the transaction must be given up. */
async function claimAgain(books: LaneBooks, claimId: string | null, candidates: Decided[]): Promise<boolean> {
  const { claimed, spared } = TRANSITIONS;
  for (const { customerId, decision, state } of candidates) {
    const [transition, columns] =
      'skip' in decision
        ? [spared, sql`${moveTo(spared, { reason: decision.skip })}, claim_id = NULL`]
        : [claimed, moveTo(claimed, { claimId: claimId!, ...decision })];
    const { numAffectedRows } = await sql`
      UPDATE notices SET ${columns}, reply_code = NULL, reply_text = NULL, queue_id = NULL
      WHERE incident = ${books.incident} AND wave = ${books.wave} AND customer_id = ${keyOf(books, customerId)}
        AND address_role = 'primary' AND state = ${state} AND ${movableBy(transition)}`.execute(books.db);
    if (numAffectedRows !== 1n) return false;
  }
  return true;
}

/**
 * Takes the lane for one attempt: whoever held it before can neither expire nor claim in it any more, so an activity that
 * timed out but still runs never works beside its retry. The lane's next-send time stays: a retry cannot outrun the rate.
 */
export async function takeLane({ db, incident }: BareBooks, lane: string, token: string): Promise<void> {
  await sql`
    INSERT INTO lanes (incident, lane, token, next_send_at) VALUES (${incident}, ${lane}, ${token}, UTC_TIMESTAMP(6))
    ON DUPLICATE KEY UPDATE token = ${token}`.execute(db);
}
