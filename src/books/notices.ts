import { sql } from 'kysely';
import type { Company } from '../company/company';
import { type KeyColumn, keyFromSql, keyToSql, type SqlKey } from '../company/key-column';
import { hasChosen, isBack } from '../company/passwords';
import type { TimeSpan } from '../evidence/known-messages';
import type { CustomerId, Disposition, NoticeState, Wave } from '../incident/vocabulary';
import type { LedgerDatabase } from './open-database';
import { isoTime, sqlTime, sqlTimeMs } from './sql-time';

/** What the books say of one customer. Times are ISO 8601 in UTC. */
export interface BookedCustomer {
  id: CustomerId;
  password: Disposition;
  /** When the cohort was frozen with this customer in it, and the password expired if it had to be. */
  expiredAt: string;
  /** The password in use is another than what died. */
  chosen: boolean;
  /** What died lets somebody in again (I3). */
  oldIsBack: boolean;
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
}

/** Customers outside the cohort are not in the answer. By both primary keys: in milliseconds at any size. */
export async function findBookedCustomers(
  db: LedgerDatabase,
  incident: number,
  company: Company,
  ids: CustomerId[],
): Promise<BookedCustomer[]> {
  if (ids.length === 0) return [];
  const keys = sql.join(ids.map((id) => keyToSql(company.keyColumn, id)));
  const cohort = await sql<{
    customer_id: SqlKey;
    password: Disposition;
    expired_at: string;
    chosen: number;
    back: number;
  }>`
    SELECT k.customer_id, k.password, k.expired_at, (${hasChosen(company)} AND k.reappeared_at IS NULL) AS chosen, ${isBack(company)} AS back FROM cohort k
    WHERE k.incident = ${incident} AND k.customer_id IN (${keys}) ORDER BY k.customer_id`.execute(db);
  const notices = await sql<NoticeRow>`
    SELECT customer_id, wave, state, address, attempt, reply_code, reply_text, queue_id, reason, claimed_at, settled_at, retry_at
    FROM notices WHERE incident = ${incident} AND wave IN ('notice','reminder') AND customer_id IN (${keys})
    ORDER BY customer_id, wave`.execute(db);
  return cohort.rows.map((row) => {
    const id = keyFromSql(row.customer_id);
    return {
      id,
      password: row.password,
      expiredAt: isoTime(row.expired_at),
      chosen: Number(row.chosen) === 1,
      oldIsBack: Number(row.back) === 1,
      notices: notices.rows.filter((notice) => keyFromSql(notice.customer_id) === id).map(bookedNotice),
    };
  });
}

interface NoticeRow {
  customer_id: SqlKey;
  wave: Wave;
  state: NoticeState;
  address: string | null;
  attempt: number;
  reply_code: number | null;
  reply_text: string | null;
  queue_id: string | null;
  reason: string | null;
  claimed_at: string | null;
  settled_at: string | null;
  retry_at: string | null;
}

function bookedNotice(row: NoticeRow): BookedNotice {
  return {
    wave: row.wave,
    state: row.state,
    address: row.address,
    attempts: Number(row.attempt),
    replyCode: row.reply_code === null ? null : Number(row.reply_code),
    replyText: row.reply_text,
    queueId: row.queue_id,
    reason: row.reason,
    claimedAt: row.claimed_at && isoTime(row.claimed_at),
    settledAt: row.settled_at && isoTime(row.settled_at),
    retryAt: row.retry_at && isoTime(row.retry_at),
  };
}

/** Whether this customer of the cohort has a row in the ledger. */
export async function hasNotice(
  db: LedgerDatabase,
  incident: number,
  wave: Wave,
  keyColumn: KeyColumn,
  customerId: CustomerId,
): Promise<boolean> {
  const { rows } = await sql`
    SELECT 1 FROM notices
    WHERE incident = ${incident} AND wave = ${wave} AND customer_id = ${keyToSql(keyColumn, customerId)}
      AND address_role = 'primary'`.execute(db);
  return rows.length > 0;
}

/** One in doubt, with all that bounds when its dot went out. Milliseconds since 1970, by the database's clock. */
export interface Doubtful {
  customerId: CustomerId;
  /** What is decided holds only for this claim. */
  claimId: string;
  claimedMs: number;
  /** No dot went out later; null: the claim is not in the ledger. */
  leaseUntilMs: number | null;
}

/** Everybody in doubt, in key order. */
export async function listDoubtful(db: LedgerDatabase, incident: number, wave: Wave): Promise<Doubtful[]> {
  const { rows } = await sql<{
    customer_id: SqlKey;
    claim_id: string;
    claimed_at: string;
    lease_until: string | null;
  }>`
    SELECT n.customer_id, n.claim_id, n.claimed_at, c.lease_until FROM notices n
    LEFT JOIN claims c ON c.claim_id = n.claim_id
    WHERE n.incident = ${incident} AND n.wave = ${wave} AND n.state = 'in_doubt' ORDER BY n.customer_id`.execute(
    db,
  );
  return rows.map((row) => ({
    customerId: keyFromSql(row.customer_id),
    claimId: String(row.claim_id),
    claimedMs: sqlTimeMs(row.claimed_at),
    leaseUntilMs: row.lease_until === null ? null : sqlTimeMs(row.lease_until),
  }));
}

/** A message that the relay took: its words are in the ledger. */
export interface SentNotice {
  customerId: CustomerId;
  queueId: string | null;
  /** Between the claim and the booking. */
  accepted: TimeSpan;
  firstAttempt: boolean;
}

const ROWS_AT_ONCE = 10_000;

/** What was sent and may have been accepted within one of the spans (null: at any time), in key order: one scan of the notices. */
export async function* listSent(
  db: LedgerDatabase,
  incident: number,
  wave: Wave,
  keyColumn: KeyColumn,
  spans: TimeSpan[] | null,
): AsyncGenerator<SentNotice[]> {
  if (spans?.length === 0) return;
  const within = spans?.map(
    ({ from, to }) => sql`(claimed_at <= ${sqlTime(to)} AND settled_at >= ${sqlTime(from)})`,
  );
  const during = within ? sql`AND (${sql.join(within, sql` OR `)})` : sql``;
  let behind = sql``;
  for (;;) {
    const { rows } = await sql<{
      customer_id: SqlKey;
      queue_id: string | null;
      claimed_at: string;
      settled_at: string;
      attempt: number;
    }>`
      SELECT customer_id, queue_id, claimed_at, settled_at, attempt FROM notices
      WHERE incident = ${incident} AND wave = ${wave} AND state = 'sent' ${during} ${behind}
      ORDER BY customer_id LIMIT ${ROWS_AT_ONCE}`.execute(db);
    yield rows.map((row) => ({
      customerId: keyFromSql(row.customer_id),
      queueId: row.queue_id,
      accepted: { from: sqlTimeMs(row.claimed_at), to: sqlTimeMs(row.settled_at) },
      firstAttempt: Number(row.attempt) === 1,
    }));
    if (rows.length < ROWS_AT_ONCE) return;
    behind = sql`AND customer_id > ${keyToSql(keyColumn, keyFromSql(rows.at(-1)!.customer_id))}`;
  }
}
