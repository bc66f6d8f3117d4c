import { sql } from 'kysely';
import { appendAudit } from './audit-chain';
import { type BareBooks, transaction } from './books';
import { advanceLane, type Claimed, type ClaimResult, lockLane, mayLaneSend, type PacedBooks } from './claim';
import { listVersions } from './file-versions';
import { type IncidentRow, incidentOf } from './incident-row';
import type { ClaimRelay } from './relays';

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
  /** Of the incident's file. */
  version: number;
}

/** Which of the company's own mailboxes are to see the words that are in effect, and how far that is. */
export interface DueMailboxes {
  mailboxes: string[];
  /** Null: nothing was mailed yet. */
  progress: Pick<MailboxProgress, 'upTo' | 'again' | 'refused'> | null;
  /** Other words than those that the run was started with. */
  amended: boolean;
}

/**
 * Who has seen these very words is not mailed again after an amendment of something else; a mailbox that was added is. Where the mailboxes
 * and the words stay the same, so does how far they are.
 */
export async function dueMailboxes(books: BareBooks, row: IncidentRow): Promise<DueMailboxes> {
  const versions = (await listVersions(books)).map(({ version, content_hash: contentHash, file }) => ({
    ...{ version, contentHash, mailboxes: incidentOf({ file }).canary.mailboxes },
  }));
  const recorded = await recordedProgress(books);
  const { mailboxes } = incidentOf(row).canary;
  const isSame = (seen: (typeof versions)[number]) =>
    seen.contentHash === row.content_hash && seen.mailboxes.join() === mailboxes.join();
  const begun = versions.findLastIndex((seen) => !isSame(seen)) + 1;
  const seenBy = new Set(
    versions
      .slice(0, begun)
      .filter(({ version, contentHash }) => contentHash === row.content_hash && isDone(recorded, version))
      .flatMap((seen) => seen.mailboxes),
  );
  return {
    mailboxes: mailboxes.filter((mailbox) => !seenBy.has(mailbox)),
    progress:
      recorded.findLast(({ version }) => versions.findIndex((seen) => seen.version === version) >= begun) ??
      null,
    amended: versions[0]?.contentHash !== row.content_hash,
  };
}

function isDone(recorded: MailboxProgress[], version: number): boolean {
  const last = recorded.findLast((progress) => progress.version === version);
  return last !== undefined && last.upTo >= last.messages && last.again.length === 0;
}

/** As the record has it. An entry of an older version has no progress: with it they were done. */
async function recordedProgress({ db, incident }: BareBooks): Promise<MailboxProgress[]> {
  const { rows } = await sql<{ detail: string }>`
    SELECT detail FROM audit WHERE incident = ${incident} AND action = 'canary-mailboxes' ORDER BY seq`.execute(
    db,
  );
  return rows.map(({ detail }) => ({
    ...{ upTo: Number.MAX_SAFE_INTEGER, again: [], refused: [], version: 1, mailboxes: 0, messages: 0 },
    ...(JSON.parse(detail) as Partial<MailboxProgress>),
  }));
}

/** On record, unless another attempt has the lane by now. @returns whether it is. */
export async function recordMailboxes(
  books: BareBooks & Pick<PacedBooks, 'lane' | 'laneToken'>,
  progress: MailboxProgress,
): Promise<boolean> {
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
): Promise<{ kind: 'claimed'; messages: number; relay: ClaimRelay } | Exclude<ClaimResult, Claimed>> {
  return transaction(books, async (claiming) => {
    const lane = await mayLaneSend(claiming);
    if (lane.kind !== 'may-send') return lane;
    const messages = Math.min(most, lane.messages);
    await advanceLane(claiming, lane.ratePerSecond, messages);
    return { kind: 'claimed', messages, relay: lane.relay };
  });
}
