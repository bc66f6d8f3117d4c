import { type RawBuilder, sql } from 'kysely';
import { keyFromSql, type SqlKey } from '../company/key-column';
import { type CustomerId, WAVES, type Wave } from '../incident/vocabulary';
import { type BareBooks, type Books, keyOf } from './books';

/** So many rows are read in a few milliseconds: a search of them needs no word of its own. */
const FEW = 20_000;
const PAGE = 10_000;
/** Everybody with one address, at most. */
const LIMIT = 50;

/** Whether a search of all notices is over in a moment; reads no more than these few. */
export async function areNoticesFew({ db, incident }: BareBooks): Promise<boolean> {
  const { rows } = await sql<{ notices: string }>`
    SELECT COUNT(*) AS notices FROM (SELECT 1 FROM notices WHERE incident = ${incident} LIMIT ${sql.lit(FEW + 1)}) AS first`.execute(
    db,
  );
  return Number(rows[0]!.notices) <= FEW;
}

/** Whose notice went to this address, compared as `isSame` does. Reads every notice: no index has them by address. */
export function findByAddressThen(
  books: BareBooks,
  address: string,
  isSame: (used: string) => boolean,
): Promise<CustomerId[]> {
  return findNotices(books, sql`address = ${address}`, ({ address: used }) => used !== null && isSame(used));
}

/** Whose notice the relay gave this queue id, letter for letter. Reads every notice. */
export function findByQueueId(books: BareBooks, queueId: string): Promise<CustomerId[]> {
  return findNotices(books, sql`queue_id = ${queueId}`, (notice) => notice.queueId === queueId);
}

interface FoundNotice {
  customerId: SqlKey;
  address: string | null;
  queueId: string | null;
}

async function findNotices(
  { db, incident }: BareBooks,
  condition: RawBuilder<unknown>,
  isMeant: (notice: FoundNotice) => boolean,
): Promise<CustomerId[]> {
  const { rows } = await sql<FoundNotice>`
    SELECT customer_id AS customerId, address, queue_id AS queueId FROM notices
    WHERE incident = ${incident} AND ${condition} ORDER BY customer_id LIMIT ${sql.lit(LIMIT)}`.execute(db);
  return [...new Set(rows.filter(isMeant).map(({ customerId }) => keyFromSql(customerId)))];
}

/** The first customer with a notice for whom it holds; null: there is none. Reads every notice, a page at a time. */
export async function findTold(
  books: Books,
  holds: (customerId: CustomerId, wave: Wave) => boolean,
): Promise<CustomerId | null> {
  for (const wave of WAVES) {
    for (let after = sql``; ; ) {
      const { rows }: { rows: { customerId: SqlKey }[] } = await sql<{ customerId: SqlKey }>`
        SELECT customer_id AS customerId FROM notices
        WHERE incident = ${books.incident} AND wave = ${wave} ${after}
        ORDER BY customer_id LIMIT ${PAGE}`.execute(books.db);
      const ids = rows.map(({ customerId }) => keyFromSql(customerId));
      const found = ids.find((customerId) => holds(customerId, wave));
      if (found !== undefined) return found;
      if (rows.length < PAGE) break;
      after = sql`AND customer_id > ${keyOf(books, ids.at(-1)!)}`;
    }
  }
  return null;
}
