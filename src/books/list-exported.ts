import { sql } from 'kysely';
import { customerColumn, source } from '../company/company';
import { keyFromSql, type SqlKey } from '../company/key-column';
import type { CustomerId, Disposition, NoticeState, Wave } from '../incident/vocabulary';
import { type Books, keyOf } from './books';
import { flag, select } from './rows';

/*
 * The whole cohort for those who ask for an account of the response, a page at a time in key order, by both primary keys. Times are
 * UTC, as the database has them.
 */

/** A cohort customer without a name: the notice as booked, and the place as the company's table has it now. */
export interface PlacedNotice {
  /** By the company's table now; a deleted account has none. */
  country: string | null;
  region: string | null;
  /** False: the account was deleted since. */
  present: boolean;
  password: Disposition;
  expiredAt: string;
  /** Null, like the rest: there is no notice. */
  state: NoticeState | null;
  reason: string | null;
  /** The first 8 octets of the hash of the text that was claimed last. */
  contentHash: Buffer | null;
  settledAt: string | null;
}

const ROWS_AT_ONCE = 10_000;

export async function* listPlacedNotices(
  books: Books,
  wave: Wave,
  pageSize = ROWS_AT_ONCE,
): AsyncGenerator<PlacedNotice[]> {
  const { db, incident, company } = books;
  const columnOf = (column: 'key' | 'country' | 'region') => customerColumn(company, column);
  for (let after = sql``; ; ) {
    const customers = await select<PlacedRow, PlacedNotice & { customerId: CustomerId }>(
      db,
      sql`
        SELECT k.customer_id AS customerId, k.password, k.expired_at AS expiredAt, n.state, n.reason, n.content_hash AS contentHash,
          n.settled_at AS settledAt, ${columnOf('key')} IS NOT NULL AS present, ${columnOf('country')} AS country,
          ${columnOf('region')} AS region
        FROM (SELECT incident, customer_id, password, expired_at FROM cohort k
          WHERE incident = ${incident} ${after} ORDER BY customer_id LIMIT ${pageSize}) k
        LEFT JOIN notices n ON n.incident = k.incident AND n.wave = ${wave} AND n.customer_id = k.customer_id
          AND n.address_role = 'primary'
        LEFT JOIN ${source(company)} ON ${columnOf('key')} = k.customer_id
        ORDER BY k.customer_id`,
      { customerId: keyFromSql, present: flag },
    );
    if (customers.length === 0) return;
    yield customers;
    after = sql`AND k.customer_id > ${keyOf(books, customers.at(-1)!.customerId)}`;
  }
}

type PlacedRow = Omit<PlacedNotice, 'present'> & { customerId: SqlKey; present: number | string };

/** Everything that the books say of a customer in one wave: personal data. */
export interface BookedRecord {
  customerId: CustomerId;
  password: Disposition;
  expiredAt: string;
  /** Null, like the rest: there is no notice. */
  state: NoticeState | null;
  reason: string | null;
  address: string | null;
  attempt: number | null;
  replyCode: number | null;
  replyText: string | null;
  queueId: string | null;
  /** By which the last attempt went; null also where nobody knows. */
  relay: string | null;
  decision: number | null;
  claimedAt: string | null;
  settledAt: string | null;
}

export async function* listBookedRecords(books: Books, wave: Wave): AsyncGenerator<BookedRecord[]> {
  const { db, incident } = books;
  for (let after = sql``; ; ) {
    const customers = await select<Omit<BookedRecord, 'customerId'> & { customerId: SqlKey }, BookedRecord>(
      db,
      sql`
        SELECT k.customer_id AS customerId, k.password, k.expired_at AS expiredAt, n.state, n.reason, n.address, n.attempt,
          n.reply_code AS replyCode, n.reply_text AS replyText, n.queue_id AS queueId, n.decision, n.claimed_at AS claimedAt,
          n.settled_at AS settledAt, c.relay
        FROM cohort k LEFT JOIN notices n ON n.incident = k.incident AND n.wave = ${wave} AND n.customer_id = k.customer_id
          AND n.address_role = 'primary' LEFT JOIN claims c ON c.claim_id = n.claim_id
        WHERE k.incident = ${incident} ${after} ORDER BY k.customer_id LIMIT ${ROWS_AT_ONCE}`,
      { customerId: keyFromSql },
    );
    if (customers.length > 0) yield customers;
    if (customers.length < ROWS_AT_ONCE) return;
    after = sql`AND k.customer_id > ${keyOf(books, customers.at(-1)!.customerId)}`;
  }
}
