import { sql } from 'kysely';
import { inTransaction } from '../company/in-transaction';
import { keyToSql } from '../company/key-column';
import type { CustomerId, Wave } from '../incident/vocabulary';
import { type Candidate, type CohortView, type Found, findCandidates } from './candidates';
import type { Decision } from './claim';
import type { LedgerDatabase } from './open-database';

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

export interface RebuildContext extends CohortView {
  db: LedgerDatabase;
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
  context: RebuildContext,
  claim: LostClaim,
  known: (found: Found) => Rebuilt | undefined,
): Promise<RebuiltCounts> {
  return inTransaction(context.db, async (trx) => {
    const counts: RebuiltCounts = { sent: 0, in_doubt: 0, released: 0 };
    const span = { after: claim.after, upTo: claim.at };
    const found = await findCandidates(trx, context, span, MOST_ROWS, 'unsettled');
    const claimId = context.go ? await insertSettledClaim(trx, context, claim) : '';
    for (const row of found) {
      const rebuilt = known(row);
      if (rebuilt === undefined || (row.state !== null && rebuilt.state === 'released')) continue;
      counts[rebuilt.state]++;
      if (context.go) await writeRow(trx, context, { claim, claimId, row, rebuilt });
    }
    return counts;
  });
}

/** Of one claim; a pass over the rest of a big ledger is cut into pieces by its caller. */
const MOST_ROWS = 1_000_000;

async function insertSettledClaim(
  trx: LedgerDatabase,
  { incident, wave, company: { keyColumn } }: RebuildContext,
  { token, lane, worker, claimedAt, after, at }: LostClaim,
): Promise<string> {
  const { insertId } = await sql`
    INSERT INTO claims (incident, wave, lane, worker, token, claimed_at, lease_until, first_customer, last_customer, settled)
    VALUES (${incident}, ${wave}, ${lane}, ${worker}, ${token}, ${claimedAt}, ${claimedAt} + INTERVAL 1 SECOND,
      ${keyToSql(keyColumn, after ?? at)}, ${keyToSql(keyColumn, at)}, 1)`.execute(trx);
  return String(insertId);
}

interface Row {
  claim: LostClaim;
  claimId: string;
  row: Found;
  rebuilt: Rebuilt;
}

async function writeRow(trx: LedgerDatabase, context: RebuildContext, write: Row): Promise<void> {
  const {
    incident,
    wave,
    company: { keyColumn },
  } = context;
  const { candidate, state } = write.row;
  const key = keyToSql(keyColumn, candidate.customerId);
  const columns = columnsOf(context, write);
  if (state === null) {
    await sql`
      INSERT INTO notices SET incident = ${incident}, wave = ${wave}, customer_id = ${key}, address_role = 'primary',
        attempt = ${write.rebuilt.state === 'released' ? 0 : 1}, ${columns}`.execute(trx);
  } else {
    await sql`
      UPDATE notices SET ${columns}, retry_at = NULL
      WHERE incident = ${incident} AND wave = ${wave} AND customer_id = ${key} AND address_role = 'primary'
        AND state = ${state}`.execute(trx);
  }
}

function columnsOf(
  { decide, incident, wave, company: { keyColumn } }: RebuildContext,
  { claim, claimId, row, rebuilt }: Row,
) {
  if (rebuilt.state === 'released') return sql`state = 'released', settled_at = UTC_TIMESTAMP(3)`;
  const decision = decide(row.candidate, wave);
  const { address, contentHash } =
    'skip' in decision
      ? { address: (row.candidate.email ?? '').slice(0, 320), contentHash: Buffer.alloc(8) }
      : decision;
  // The clock of the worker may have been wrong; that the expiry came first is certain (I4).
  const claimedAt = sql`GREATEST(${claim.claimedAt}, (SELECT k.expired_at FROM cohort k
    WHERE k.incident = ${incident} AND k.customer_id = ${keyToSql(keyColumn, row.candidate.customerId)}))`;
  const claimed = sql`claim_id = ${claimId}, address = ${address}, content_hash = ${contentHash}, claimed_at = ${claimedAt}, reason = ${REBUILT}`;
  return rebuilt.state === 'sent'
    ? sql`state = 'sent', ${claimed}, reply_code = ${rebuilt.replyCode}, queue_id = ${rebuilt.queueId}, settled_at = UTC_TIMESTAMP(3)`
    : sql`state = 'in_doubt', ${claimed}, settled_at = NULL`;
}

/** Why such a row says less than others: its address is that of the day of the rebuilding. */
const REBUILT = 'rebuilt by reconcile';
