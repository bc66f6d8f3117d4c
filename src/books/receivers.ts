import { type RawBuilder, sql } from 'kysely';
import { cutText } from '../incident/cut-text';
import { BY_BREAKER } from '../incident/goes-without';
import type { Receiver, ReceiverState } from '../incident/receiver';
import type { ReceiverTrip } from '../incident/receiver-run';
import { receiverWaitSeconds } from '../incident/receiver-wait';
import { appendAudit } from './audit-chain';
import { type BareBooks, transaction } from './books';
import { lockOpenIncident } from './incident-decisions';
import { isNoLedger } from './ledger-identity';
import type { LedgerDatabase } from './open-database';
import { affected, flag, isoTime, isoTimeOrNull, select } from './rows';

/** A receiver that was put aside or paused at any time. Times are ISO 8601 in UTC. */
export interface KnownReceiver {
  receiver: Receiver;
  state: ReceiverState;
  /** Counts its changes. */
  fence: number;
  since: string;
  putBy: string;
  /** In our words. */
  reason: string;
  /** What it said to those for whom it was put aside; null: somebody paused it. */
  replyCode: number | null;
  nextTryAt: string | null;
  /** It is aside, and a few may be tried now. */
  isTryDue: boolean;
}

type ReceiverRow = Omit<KnownReceiver, 'fence' | 'isTryDue'> & {
  fence: number | string;
  isTryDue: number | string;
};

export async function readReceivers({ db, incident }: BareBooks): Promise<KnownReceiver[]> {
  return select<ReceiverRow, KnownReceiver>(
    db,
    sql`
      SELECT receiver, state, fence, since, put_by AS putBy, reason, reply_code AS replyCode, next_try_at AS nextTryAt,
        COALESCE(next_try_at <= UTC_TIMESTAMP(6), 0) AS isTryDue
      FROM receivers WHERE incident = ${incident} ORDER BY receiver`,
    { fence: Number, since: isoTime, nextTryAt: isoTimeOrNull, isTryDue: flag },
  );
}

/** The same of a ledger that may be an older version's; null: it is, and knows of no receivers. */
export async function readReceiversIfAny(books: BareBooks): Promise<KnownReceiver[] | null> {
  return readReceivers(books).catch((error) => {
    if (isNoLedger(error)) return null;
    throw error;
  });
}

/** Whether a deferred notice, `n`, may be claimed: by its own time, or by the receiver that it waits for. */
export function isDue(receivers: readonly KnownReceiver[]): RawBuilder<boolean> {
  const named = (of: (known: KnownReceiver) => boolean) =>
    // The empty name is nobody's: a list must not be empty.
    sql.join(['', ...receivers.filter(of).map(({ receiver }) => receiver)]);
  const paused = named(({ state }) => state === 'paused');
  // Its time is when it gives up.
  const aside = named(({ state, isTryDue }) => state === 'aside' && !isTryDue);
  return sql<boolean>`CASE WHEN n.receiver IS NULL OR n.receiver IN (${aside}) THEN n.retry_at <= UTC_TIMESTAMP(3)
    WHEN n.receiver IN (${paused}) THEN FALSE ELSE TRUE END`;
}

/** A try of a few customers of a receiver that is aside: what comes of it counts as long as nobody has changed the receiver since. */
export interface Probe {
  receiver: Receiver;
  fence: number;
}

/** Who dies with a try, or is stopped, leaves it to the next one after so long. */
const TRY_SECONDS = 120;

/** Within the transaction of a claim. @returns null: another lane or worker tries. */
export async function takeTry(
  { db, incident }: BareBooks,
  { receiver, fence }: KnownReceiver,
): Promise<Probe | null> {
  const taken = affected(
    await sql`
      UPDATE receivers SET next_try_at = UTC_TIMESTAMP(6) + INTERVAL ${TRY_SECONDS} SECOND, fence = fence + 1
      WHERE incident = ${incident} AND receiver = ${receiver} AND fence = ${fence} AND state = 'aside'`.execute(
      db,
    ),
  );
  return taken === 1 ? { receiver, fence: fence + 1 } : null;
}

/** A receiver that was opened so lately and refuses again has not been let in. */
const LATELY_SECONDS = 900;

/**
 * Puts a receiver aside, and records it. Once this has committed no claim takes its customers but for a try: each claim that is under way holds
 * a share lock on the incident's row, which is locked first here.
 * @returns how many were put aside within the last minute, this one included; null: it was not open, so that nothing was changed.
 */
export async function putAside(
  books: BareBooks,
  receiver: Receiver,
  { code, said, customers }: ReceiverTrip,
): Promise<number | null> {
  return transaction(books, async (decided) => {
    await lockOpenIncident(decided);
    const { db, incident } = decided;
    const { rows } = await sql<{ state: ReceiverState; tries: number; lately: number | string }>`
      SELECT state, tries, since > UTC_TIMESTAMP(6) - INTERVAL ${LATELY_SECONDS} SECOND AS lately
      FROM receivers WHERE incident = ${incident} AND receiver = ${receiver} FOR UPDATE`.execute(db);
    const before = rows[0];
    if (before !== undefined && before.state !== 'open') return null;
    // "Too much at once" from one that took some is no reason to wait longer.
    const tries = before !== undefined && flag(before.lately) && code >= 500 ? before.tries + 1 : 0;
    await writeReceiver(decided, receiver, {
      state: 'aside',
      by: BY_BREAKER,
      reason: said,
      code,
      tries,
      waitSeconds: receiverWaitSeconds(code, tries),
    });
    await appendAudit(decided, {
      who: BY_BREAKER,
      action: 'receiver-aside',
      detail: { receiver, customers, reason: said },
    });
    const { rows: counted } = await sql<{ lately: string }>`
      SELECT COUNT(*) AS lately FROM receivers
      WHERE incident = ${incident} AND state = 'aside' AND since > UTC_TIMESTAMP(6) - INTERVAL 60 SECOND`.execute(
      db,
    );
    return Number(counted[0]!.lately);
  });
}

/** What a try showed. Nothing is changed where somebody has changed the receiver since. */
export async function settleTry(
  books: BareBooks,
  { receiver, fence }: Probe,
  isAccepted: boolean,
): Promise<void> {
  await transaction(books, async (decided) => {
    // In the order of whoever decides.
    await lockOpenIncident(decided);
    const { db, incident } = decided;
    const { rows } = await sql<{ tries: number; code: number }>`
      SELECT tries, reply_code AS code FROM receivers
      WHERE incident = ${incident} AND receiver = ${receiver} AND fence = ${fence} AND state = 'aside' FOR UPDATE`.execute(
      db,
    );
    const aside = rows[0];
    if (aside === undefined) return;
    if (!isAccepted) {
      const tries = aside.tries + 1;
      await sql`
        UPDATE receivers SET fence = fence + 1, tries = ${tries},
          next_try_at = UTC_TIMESTAMP(6) + INTERVAL ${receiverWaitSeconds(aside.code, tries)} SECOND
        WHERE incident = ${incident} AND receiver = ${receiver}`.execute(db);
      return;
    }
    await openReceiver(decided, receiver, { by: BY_BREAKER, recorded: receiver });
  });
}

/** Somebody steers a receiver. */
export interface Steer {
  by: string;
  /** Its name on the record, which must not be a customer's: see nameOnRecord. */
  recorded: string;
}

/** From when on this has returned no claim takes a customer of it, until somebody resumes it. Of one that is paused nothing changes. */
export async function pauseReceiver(
  books: BareBooks,
  receiver: Receiver,
  { by, recorded, reason }: Steer & { reason: string },
): Promise<void> {
  await transaction(books, async (decided) => {
    await lockOpenIncident(decided);
    const before = await lockReceiver(decided, receiver);
    if (before?.state === 'paused') return;
    await writeReceiver(decided, receiver, {
      ...{ state: 'paused', by, reason, code: null, tries: 0, waitSeconds: null },
    });
    await appendAudit(decided, {
      who: by,
      action: 'receiver-paused',
      detail: { receiver: recorded, reason },
    });
  });
}

/** Opens it, whoever closed it: its customers are due at once. @returns whether it was not open. */
export async function resumeReceiver(books: BareBooks, receiver: Receiver, steer: Steer): Promise<boolean> {
  return transaction(books, async (decided) => {
    await lockOpenIncident(decided);
    const before = await lockReceiver(decided, receiver);
    if (before === undefined || before.state === 'open') return false;
    await openReceiver(decided, receiver, steer);
    return true;
  });
}

async function lockReceiver({ db, incident }: BareBooks, receiver: Receiver) {
  const { rows } = await sql<{ state: ReceiverState }>`
    SELECT state FROM receivers WHERE incident = ${incident} AND receiver = ${receiver} FOR UPDATE`.execute(
    db,
  );
  return rows[0];
}

const OPEN: ReceiverState = 'open';

/** The tries stay: were it put aside again soon, the next one would come later. */
async function openReceiver(decided: BareBooks, receiver: Receiver, { by, recorded }: Steer): Promise<void> {
  await sql`
    UPDATE receivers SET fence = fence + 1, state = ${OPEN}, since = UTC_TIMESTAMP(6), put_by = ${cutText(by, 200)},
      reason = '', reply_code = NULL, next_try_at = NULL
    WHERE incident = ${decided.incident} AND receiver = ${receiver}`.execute(decided.db);
  await appendAudit(decided, { who: by, action: 'receiver-opened', detail: { receiver: recorded } });
}

interface NewState {
  state: Exclude<ReceiverState, 'open'>;
  by: string;
  reason: string;
  code: number | null;
  tries: number;
  waitSeconds: number | null;
}

async function writeReceiver(
  { db, incident }: { db: LedgerDatabase; incident: number },
  receiver: Receiver,
  { state, by, reason, code, tries, waitSeconds }: NewState,
): Promise<void> {
  const nextTry = waitSeconds === null ? sql`NULL` : sql`UTC_TIMESTAMP(6) + INTERVAL ${waitSeconds} SECOND`;
  const [putBy, why] = [cutText(by, 200), cutText(reason, 500)];
  await sql`
    INSERT INTO receivers (incident, receiver, state, fence, since, put_by, reason, reply_code, tries, next_try_at)
    VALUES (${incident}, ${receiver}, ${state}, 1, UTC_TIMESTAMP(6), ${putBy}, ${why}, ${code}, ${tries}, ${nextTry})
    ON DUPLICATE KEY UPDATE state = ${state}, fence = fence + 1, since = UTC_TIMESTAMP(6), put_by = ${putBy}, reason = ${why},
      reply_code = ${code}, tries = ${tries}, next_try_at = ${nextTry}`.execute(db);
}
