import { sql } from 'kysely';
import { keyFromSql, type SqlKey } from '../company/key-column';
import { hasChosen, isBack } from '../company/passwords';
import type { SendingLane, TimeSpan } from '../evidence/known-messages';
import type { CustomerId, Disposition, NoticeState, Wave } from '../incident/vocabulary';
import { type BareBooks, type Books, keyOf } from './books';
import { REBUILT } from './rebuild-claim';
import { flag, isoTime, isoTimeOrNull, select, sqlTime, sqlTimeMs } from './rows';

/** What the books say of one customer. Times are ISO 8601 in UTC. */
export interface BookedCustomer {
  id: CustomerId;
  password: Disposition;
  /** When the cohort was frozen with this customer in it, and the password expired if it had to be. */
  expiredAt: string;
  /** The password in use is another than what died; null: the fingerprints, which tell it, were purged. */
  chosen: boolean | null;
  /** What died lets somebody in again (I3); null: likewise. */
  oldIsBack: boolean | null;
  notices: BookedNotice[];
}

export interface BookedNotice {
  wave: Wave;
  state: NoticeState;
  address: string | null;
  attempts: number;
  replyCode: number | null;
  replyText: string | null;
  queueId: string | null;
  reason: string | null;
  claimedAt: string | null;
  settledAt: string | null;
  retryAt: string | null;
  /** Of the incident's file: the words of the last attempt. Null: no attempt, or one that was rebuilt. */
  version: number | null;
  /** By which the last attempt went. Null: likewise, or an older version's. */
  relay: string | null;
}

/** Customers outside the cohort are not in the answer. By both primary keys: in milliseconds at any size. */
export async function findBookedCustomers(books: Books, ids: CustomerId[]): Promise<BookedCustomer[]> {
  if (ids.length === 0) return [];
  const { db, incident, company } = books;
  const keys = sql.join(ids.map((id) => keyOf(books, id)));
  const cohort = await select<CohortRow, Omit<BookedCustomer, 'notices'>>(
    db,
    sql`
      SELECT k.customer_id AS id, k.password, k.expired_at AS expiredAt,
        (${hasChosen(company)} AND k.reappeared_at IS NULL) AS chosen, ${isBack(company)} AS oldIsBack FROM cohort k
      WHERE k.incident = ${incident} AND k.customer_id IN (${keys}) ORDER BY k.customer_id`,
    { id: keyFromSql, expiredAt: isoTime, chosen: flag, oldIsBack: flag },
  );
  const notices = await select<NoticeRow, BookedNotice & { customerId: CustomerId }>(
    db,
    sql`
      SELECT n.customer_id AS customerId, n.wave, n.state, n.address, n.attempt AS attempts, n.reply_code AS replyCode,
        n.reply_text AS replyText, n.queue_id AS queueId, n.reason, n.claimed_at AS claimedAt, n.settled_at AS settledAt,
        n.retry_at AS retryAt, c.version, c.relay
      FROM notices n LEFT JOIN claims c ON c.claim_id = n.claim_id
      WHERE n.incident = ${incident} AND n.wave IN ('notice','reminder') AND n.customer_id IN (${keys})
      ORDER BY n.customer_id, n.wave`,
    { customerId: keyFromSql, claimedAt: isoTimeOrNull, settledAt: isoTimeOrNull, retryAt: isoTimeOrNull },
  );
  return cohort.map((customer) => ({
    ...customer,
    notices: notices
      .filter(({ customerId }) => customerId === customer.id)
      .map(({ customerId: _, ...notice }) => notice),
  }));
}

type CohortRow = Pick<BookedCustomer, 'password' | 'expiredAt'> & {
  id: SqlKey;
  chosen: number | string;
  oldIsBack: number | string;
};

type NoticeRow = BookedNotice & { customerId: SqlKey };

/** Whether this customer of the cohort has a row in the ledger. */
export async function hasNotice(books: Books, wave: Wave, customerId: CustomerId): Promise<boolean> {
  const { rows } = await sql`
    SELECT 1 FROM notices
    WHERE incident = ${books.incident} AND wave = ${wave} AND customer_id = ${keyOf(books, customerId)}
      AND address_role = 'primary'`.execute(books.db);
  return rows.length > 0;
}

/** One in doubt, with all that bounds when its dot went out. Milliseconds since 1970, by the database's clock. */
export interface Doubtful {
  customerId: CustomerId;
  /** What is decided holds only for this claim. */
  claimId: string;
  claimedMs: number;
  /** Whose claim it was, and until when a dot of it could go out; null: the claim is not in the ledger, or was rebuilt there by a worker's clock. */
  claim: (SendingLane & { leaseUntilMs: number }) | null;
  attempt: number;
}

/** Everybody in doubt, in key order. */
export async function listDoubtful({ db, incident }: BareBooks, wave: Wave): Promise<Doubtful[]> {
  const { rows } = await sql<DoubtfulRow>`
      SELECT n.customer_id AS customerId, n.claim_id AS claimId, n.claimed_at AS claimedAt, n.attempt, c.worker, c.lane, c.relay,
        IF(n.reason = ${REBUILT}, NULL, c.lease_until) AS leaseUntil
      FROM notices n LEFT JOIN claims c ON c.claim_id = n.claim_id
      WHERE n.incident = ${incident} AND n.wave = ${wave} AND n.state = 'in_doubt' ORDER BY n.customer_id`.execute(
    db,
  );
  return rows.map(({ customerId, claimId, claimedAt, attempt, worker, lane, relay, leaseUntil }) => ({
    attempt,
    customerId: keyFromSql(customerId),
    claimId: String(claimId),
    claimedMs: sqlTimeMs(claimedAt),
    claim:
      leaseUntil === null
        ? null
        : { worker: worker!, lane: lane!, relay, leaseUntilMs: sqlTimeMs(leaseUntil) },
  }));
}

interface DoubtfulRow {
  customerId: SqlKey;
  claimId: string;
  claimedAt: string;
  attempt: number;
  worker: string | null;
  lane: string | null;
  relay: string | null;
  leaseUntil: string | null;
}

/** A message that the relay took: its words are in the ledger. */
export interface SentNotice {
  customerId: CustomerId;
  queueId: string | null;
  /** Between the claim and the booking. */
  accepted: TimeSpan;
  firstAttempt: boolean;
  /** Whose claim it was; null: that is not in the ledger. */
  sender: SendingLane | null;
}

const ROWS_AT_ONCE = 10_000;

/** What was sent and may have been accepted within one of the spans (null: at any time), in key order: one scan of the notices. */
export async function* listSent(
  books: Books,
  wave: Wave,
  spans: TimeSpan[] | null,
): AsyncGenerator<SentNotice[]> {
  if (spans?.length === 0) return;
  const within = spans?.map(
    ({ from, to }) => sql`(n.claimed_at <= ${sqlTime(to)} AND n.settled_at >= ${sqlTime(from)})`,
  );
  const during = within ? sql`AND (${sql.join(within, sql` OR `)})` : sql``;
  for (let after = sql``; ; ) {
    const { rows } = await sql<SentRow>`
      SELECT n.customer_id AS customerId, n.queue_id AS queueId, n.claimed_at AS claimedAt, n.settled_at AS settledAt, n.attempt,
        c.worker, c.lane, c.relay
      FROM notices n LEFT JOIN claims c ON c.claim_id = n.claim_id
      WHERE n.incident = ${books.incident} AND n.wave = ${wave} AND n.state = 'sent' ${during} ${after}
      ORDER BY n.customer_id LIMIT ${ROWS_AT_ONCE}`.execute(books.db);
    const sent = rows.map((row) => ({
      customerId: keyFromSql(row.customerId),
      queueId: row.queueId,
      accepted: { from: sqlTimeMs(row.claimedAt), to: sqlTimeMs(row.settledAt) },
      firstAttempt: row.attempt === 1,
      sender: row.worker === null ? null : { worker: row.worker, lane: row.lane!, relay: row.relay },
    }));
    yield sent;
    if (sent.length < ROWS_AT_ONCE) return;
    after = sql`AND n.customer_id > ${keyOf(books, sent.at(-1)!.customerId)}`;
  }
}

interface SentRow {
  customerId: SqlKey;
  queueId: string | null;
  claimedAt: string;
  settledAt: string;
  attempt: number;
  worker: string | null;
  lane: string | null;
  relay: string | null;
}
