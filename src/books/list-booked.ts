import { sql } from 'kysely';
import { keyFromSql, type SqlKey } from '../company/key-column';
import type { CustomerId, NoticeState, Wave } from '../incident/vocabulary';
import { type Books, keyOf } from './books';
import { select } from './rows';

/** A cohort customer in one wave, for the proof. Times are UTC, as the database has them. */
export interface CohortNotice {
  customerId: CustomerId;
  /** Null, like the rest: nobody has come to this customer yet. */
  state: NoticeState | null;
  decision: number | null;
  attempt: number | null;
  claimedAt: string | null;
  settledAt: string | null;
  /** Of the last claim; null also where nobody knows. */
  relay: string | null;
}

const ROWS_AT_ONCE = 10_000;

/** The whole cohort in key order, by both primary keys. */
export async function* listCohortNotices(books: Books, wave: Wave): AsyncGenerator<CohortNotice[]> {
  for (let after = sql``; ; ) {
    const customers = await select<Omit<CohortNotice, 'customerId'> & { customerId: SqlKey }, CohortNotice>(
      books.db,
      sql`
        SELECT k.customer_id AS customerId, n.state, n.decision, n.attempt, n.claimed_at AS claimedAt, n.settled_at AS settledAt,
          c.relay
        FROM cohort k LEFT JOIN notices n ON n.incident = k.incident AND n.wave = ${wave} AND n.customer_id = k.customer_id
          AND n.address_role = 'primary' LEFT JOIN claims c ON c.claim_id = n.claim_id
        WHERE k.incident = ${books.incident} ${after} ORDER BY k.customer_id LIMIT ${ROWS_AT_ONCE}`,
      { customerId: keyFromSql },
    );
    yield customers;
    if (customers.length < ROWS_AT_ONCE) return;
    after = sql`AND k.customer_id > ${keyOf(books, customers.at(-1)!.customerId)}`;
  }
}
