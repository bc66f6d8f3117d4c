import { sql } from 'kysely';
import { cutText } from '../incident/cut-text';
import type { CustomerId, Wave } from '../incident/vocabulary';
import { keyOf, transaction, type WaveBooks } from './books';
import { type Booked, type Candidate, findCandidates } from './candidates';
import type { Decision } from './claim';
import { movableBy, moveTo, TRANSITIONS } from './transitions';

/** What is known of a customer of a lost claim. */
export type Rebuilt =
  | { state: 'sent'; replyCode: number; queueId: string | null }
  | { state: 'in_doubt' }
  /** No dot went out, or it was refused: free. */
  | { state: 'released' };

/** A claim that the ledger has lost, as its worker's journal has it; for what no journal knows, one made up. */
export interface LostClaim {
  token: string;
  lane: string;
  worker: string;
  /** UTC, as a DATETIME. */
  claimedAt: string;
  /** The keys that it looked at. */
  after: CustomerId | null;
  at: CustomerId;
}

/** The books as `reconcile` brings them back to what is known. */
export interface RebuildBooks extends WaveBooks {
  decide(candidate: Candidate, wave: Wave): Decision;
  /** False: only counts. */
  go: boolean;
}

export type RebuiltCounts = Record<Rebuilt['state'], number>;

/**
 * Writes the rows that a lost claim had, and the claim itself, in one transaction. Rows with a final answer stay as they are;
 * a row that the older copy has in an earlier state is brought to what the journal knows. The address is the one of today.
 * @param known what became of a customer; undefined: leave an existing row alone, and do not make one.
 */
export function rebuildClaim(
  books: RebuildBooks,
  claim: LostClaim,
  known: (booked: Booked) => Rebuilt | undefined,
): Promise<RebuiltCounts> {
  return transaction(books, async (rebuilding) => {
    const counts: RebuiltCounts = { sent: 0, in_doubt: 0, released: 0 };
    const span = { after: claim.after, upTo: claim.at };
    const unsettled = await findCandidates(rebuilding, span, MOST_ROWS, 'unsettled');
    const claimId = books.go ? await insertSettledClaim(rebuilding, claim) : '';
    for (const booked of unsettled) {
      const rebuilt = known(booked);
      if (rebuilt === undefined || (booked.state !== null && rebuilt.state === 'released')) continue;
      counts[rebuilt.state]++;
      if (books.go)
        await writeRow(rebuilding, booked, moved(rebuilding, booked, { claim, claimId, rebuilt }));
    }
    return counts;
  });
}

/** Of one claim; a pass over the rest of a big ledger is cut into pieces by its caller. */
const MOST_ROWS = 1_000_000;

async function insertSettledClaim(books: RebuildBooks, claim: LostClaim): Promise<string> {
  const { token, lane, worker, claimedAt, after, at } = claim;
  const { insertId } = await sql`
    INSERT INTO claims (incident, wave, lane, worker, token, claimed_at, lease_until, first_customer, last_customer, settled,
      version)
    VALUES (${books.incident}, ${books.wave}, ${lane}, ${worker}, ${token}, ${claimedAt}, ${claimedAt} + INTERVAL 1 SECOND,
      ${keyOf(books, after ?? at)}, ${keyOf(books, at)}, 1, NULL)`.execute(books.db);
  return String(insertId);
}

type Moved = ReturnType<typeof moved>;

async function writeRow(
  books: RebuildBooks,
  { customerId, state }: Booked,
  { transition, columns, attempt }: Moved,
): Promise<void> {
  const key = keyOf(books, customerId);
  if (state === null)
    await sql`
      INSERT INTO notices SET incident = ${books.incident}, wave = ${books.wave}, customer_id = ${key}, address_role = 'primary',
        attempt = ${attempt}, ${columns}`.execute(books.db);
  else
    await sql`
      UPDATE notices SET ${columns}
      WHERE incident = ${books.incident} AND wave = ${books.wave} AND customer_id = ${key} AND address_role = 'primary'
        AND state = ${state} AND ${movableBy(transition)}`.execute(books.db);
}

function moved(
  books: RebuildBooks,
  booked: Booked,
  { claim, claimId, rebuilt }: { claim: LostClaim; claimId: string; rebuilt: Rebuilt },
) {
  const { rebuiltSent, rebuiltInDoubt, rebuiltReleased } = TRANSITIONS;
  if (rebuilt.state === 'released')
    return { transition: rebuiltReleased, columns: moveTo(rebuiltReleased), attempt: 0 };
  const decision = books.decide(booked, books.wave);
  const { address, contentHash } =
    'skip' in decision
      ? { address: cutText(booked.email ?? '', 320), contentHash: Buffer.alloc(8) }
      : decision;
  // The clock of the worker may have been wrong; that the expiry came first is certain (I4).
  const claimedAt = sql`GREATEST(${claim.claimedAt}, (SELECT k.expired_at FROM cohort k
    WHERE k.incident = ${books.incident} AND k.customer_id = ${keyOf(books, booked.customerId)}))`;
  const claimed = sql`claim_id = ${claimId}, address = ${address}, content_hash = ${contentHash}, claimed_at = ${claimedAt}, reason = ${REBUILT}`;
  return rebuilt.state === 'sent'
    ? { transition: rebuiltSent, columns: sql`${moveTo(rebuiltSent, rebuilt)}, ${claimed}`, attempt: 1 }
    : { transition: rebuiltInDoubt, columns: sql`${moveTo(rebuiltInDoubt)}, ${claimed}`, attempt: 1 };
}

/** Why such a row says less than others: its address is that of the day of the rebuilding, its times are a worker's or made up. */
export const REBUILT = 'rebuilt by reconcile';
