import { sql } from 'kysely';
import type { SqlKey } from '../company/key-column';
import { type KeyColumn, keyFromSql, keyToSql } from '../company/key-column';
import type { TimeSpan } from '../evidence/known-messages';
import type { CustomerId, Wave } from '../incident/vocabulary';
import type { LedgerDatabase } from './open-database';
import { sqlTime, sqlTimeMs } from './sql-time';

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
