import { type RawBuilder, sql } from 'kysely';
import type { Providers, Receiver } from '../incident/receiver';
import type { Wave } from '../incident/vocabulary';
import type { BareBooks } from './books';
import { select } from './rows';

/** The customers of one receiver, by what became of their notice. Whom the run has not come to yet is not in it. */
export interface ReceiverCounts {
  receiver: Receiver;
  customers: number;
  told: number;
  /** For good. */
  refused: number;
  /** Each by itself, to be tried again. */
  putOff: number;
  /** For the receiver. */
  waiting: number;
}

type CountsRow = {
  [Column in keyof ReceiverCounts]: ReceiverCounts[Column] extends number ? string : Receiver;
};

/**
 * By receiver, those with most customers first: one scan of the notices. The receiver is that of the address to which the notice went, or was
 * to go; where addresses were purged there is none. @param always these, too.
 */
export async function listReceivers(
  { db, incident }: BareBooks,
  { wave, providers, most, always }: { wave: Wave; providers: Providers; most: number; always: Receiver[] },
): Promise<ReceiverCounts[]> {
  const numbers = { customers: Number, told: Number, refused: Number, putOff: Number, waiting: Number };
  return select<CountsRow, ReceiverCounts>(
    db,
    sql`
      SELECT receiver, COUNT(*) AS customers, SUM(state = 'sent') AS told, SUM(state = 'failed') AS refused,
        SUM(state = 'deferred' AND NOT waits) AS putOff, SUM(state = 'deferred' AND waits) AS waiting
      FROM (
        SELECT state, receiver IS NOT NULL AS waits, COALESCE(receiver, ${receiverSql(providers)}) AS receiver
        FROM notices WHERE incident = ${incident} AND wave = ${wave} AND address_role = 'primary'
      ) n
      WHERE receiver <> ''
      GROUP BY receiver ORDER BY receiver IN (${sql.join(['', ...always])}) DESC, customers DESC, receiver
      LIMIT ${most + always.length}`,
    numbers,
  );
}

/** As receiversBy (incident/receiver.ts) has it. */
function receiverSql(providers: Providers): RawBuilder<Receiver> {
  const domain = sql`SUBSTRING_INDEX(address, '@', -1)`;
  const whens = Object.entries(providers).map(
    ([name, domains]) => sql`WHEN ${domain} IN (${sql.join(domains)}) THEN ${name}`,
  );
  return whens.length === 0 ? sql`${domain}` : sql`CASE ${sql.join(whens, sql` `)} ELSE ${domain} END`;
}
