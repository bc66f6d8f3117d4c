import { sql } from 'kysely';
import type { Company } from '../company/company';
import type { SqlKey } from '../company/key-column';
import { keyFromSql, keyToSql } from '../company/key-column';
import { hasChosen, isBack } from '../company/passwords';
import type { CustomerId, Disposition, NoticeState, Wave } from '../incident/vocabulary';
import { isoTime } from './gate';
import type { LedgerDatabase } from './open-database';

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
