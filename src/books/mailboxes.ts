import { sql } from 'kysely';
import { appendAudit } from './audit-chain';
import { type BareBooks, transaction } from './books';
import { advanceLane, type Claimed, type ClaimResult, lockLane, mayLaneSend, type PacedBooks } from './claim';

/**
 * How far the company's own mailboxes are mailed. They are nobody's notices, so it stands in the audit, an entry for each slice. Messages
 * are counted from 0.
 */
export interface MailboxProgress {
  mailboxes: number;
  messages: number;
  /** All before this one have had their turn, but for `again`. */
  upTo: number;
  /** Certainly not sent: a pause came before their dot. */
  again: number[];
  /** What the relay did not take of those before, in words that name nobody; the first few. */
  refused: string[];
}

/** As the record has it; null: nothing was mailed yet. An entry of an older version has no progress: with it they were done. */
export async function mailboxProgress({
  db,
  incident,
}: BareBooks): Promise<Pick<MailboxProgress, 'upTo' | 'again' | 'refused'> | null> {
  const { rows } = await sql<{ detail: string }>`
    SELECT detail FROM audit WHERE incident = ${incident} AND action = 'canary-mailboxes' ORDER BY seq DESC LIMIT 1`.execute(
    db,
  );
  if (rows.length === 0) return null;
  const {
    upTo = Number.MAX_SAFE_INTEGER,
    again = [],
    refused = [],
  } = JSON.parse(rows[0]!.detail) as Partial<MailboxProgress>;
  return { upTo, again, refused };
}

/** On record, unless another attempt has the lane by now. @returns whether it is. */
export async function recordMailboxes(books: PacedBooks, progress: MailboxProgress): Promise<boolean> {
  return transaction(books, async (recorded) => {
    const lane = await lockLane(recorded);
    if (lane?.token !== books.laneToken) return false;
    const entry = { action: 'canary-mailboxes', detail: { ...progress } };
    await appendAudit(recorded, { who: 'the workflow', ...entry });
    return true;
  });
}

/** The next messages to mailboxes, by the same gate, lane and pace as a claim of customers; `most` of them. */
export async function claimMailboxes(
  books: PacedBooks,
  most: number,
): Promise<{ kind: 'claimed'; messages: number } | Exclude<ClaimResult, Claimed>> {
  return transaction(books, async (claiming) => {
    const lane = await mayLaneSend(claiming);
    if (lane.kind !== 'may-send') return lane;
    const messages = Math.min(most, lane.messages);
    await advanceLane(claiming, lane.ratePerSecond, messages);
    return { kind: 'claimed', messages };
  });
}
