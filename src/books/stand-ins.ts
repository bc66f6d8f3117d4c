import { createHmac } from 'node:crypto';
import { type RawBuilder, sql } from 'kysely';
import { customerColumn, source } from '../company/company';
import { isNameless, keyFromSql, type SqlKey } from '../company/key-column';
import type { CustomerId } from '../incident/vocabulary';
import { type Books, keyOf } from './books';

/**
 * What goes to Temporal and into a dot journal for a customer's key: the key itself where it is a number or a UUID; its MAC where it may
 * say whose it is, such as an address or a login name (C93). Always the same for the same key.
 */
export function standInOf({ company, messageKey }: Books, customerId: CustomerId): CustomerId {
  return isNameless(company.keyColumn, customerId) ? customerId : standIn(messageKey, customerId);
}

const MARK = '~';
const STAND_IN = /^~[0-9a-f]{32}$/;

/** HMAC-SHA256 cut to 128 bits. The two in JSON: no Message-ID's MAC (of four) is like it. */
function standIn(messageKey: Buffer, customerId: CustomerId): string {
  const text = JSON.stringify(['key', customerId]);
  return `${MARK}${createHmac('sha256', messageKey).update(text).digest('hex').slice(0, 32)}`;
}

/** Keys on their way to Temporal, in their order: what stands for one can be asked for again, by any worker (keysFor). */
export async function leaveStandIns(
  books: Books,
  customers: readonly CustomerId[],
): Promise<Map<CustomerId, CustomerId>> {
  const standIns = new Map(customers.map((customerId) => [customerId, standInOf(books, customerId)]));
  const left = [...standIns].filter(([customerId, told]) => told !== customerId);
  if (left.length > 0)
    await sql`
      INSERT INTO stand_ins (incident, mac, customer)
      VALUES ${sql.join(left.map(([customerId, told]) => sql`(${books.incident}, ${macOf(told)}, ${customerId})`))}
      ON DUPLICATE KEY UPDATE mac = mac`.execute(books.db);
  return standIns;
}

function macOf(told: string): Buffer {
  return Buffer.from(told.slice(MARK.length), 'hex');
}

/** A MAC stands for a key, and neither the ledger nor the company's table has it any more. */
export class KeyLostError extends Error {
  readonly code = 'KEY_LOST';
  constructor() {
    super('The key for which a MAC stands is neither in the ledger nor among the customers');
    this.name = 'KeyLostError';
  }
}

/**
 * The keys for which these stand, by the ledger's rows; where a server has lost some, and for the MACs of a journal, by making the MAC of
 * everybody: a minute or two for 24 million. What is no stand-in is its own key, as in runs and journals of older versions.
 * @throws KeyLostError
 */
export async function keysFor(
  books: Books,
  told: readonly CustomerId[],
): Promise<Map<CustomerId, CustomerId>> {
  const keys = new Map<CustomerId, CustomerId>();
  const sought = new Set<string>();
  for (const customerId of told) {
    if (STAND_IN.test(customerId)) sought.add(customerId);
    else keys.set(customerId, customerId);
  }
  const found = (standIn: string, customerId: CustomerId) => {
    if (sought.delete(standIn)) keys.set(standIn, customerId);
  };
  for (const [standIn, customerId] of await rowsOf(books, [...sought])) found(standIn, customerId);
  for (const walked of [cohortKeys, customerKeys]) {
    if (sought.size === 0) return keys;
    for await (const page of walked(books)) {
      for (const customerId of page) found(standInOf(books, customerId), customerId);
      if (sought.size === 0) return keys;
    }
  }
  throw new KeyLostError();
}

async function rowsOf({ db, incident }: Books, standIns: string[]): Promise<[string, CustomerId][]> {
  const known: [string, CustomerId][] = [];
  for (let from = 0; from < standIns.length; from += AT_ONCE) {
    const macs = standIns.slice(from, from + AT_ONCE).map(macOf);
    const { rows } = await sql<{ mac: Buffer; customer: string }>`
      SELECT mac, customer FROM stand_ins WHERE incident = ${incident} AND mac IN (${sql.join(macs)})`.execute(
      db,
    );
    for (const { mac, customer } of rows) known.push([`${MARK}${mac.toString('hex')}`, customer]);
  }
  return known;
}

const AT_ONCE = 1_000;
const PAGE = 10_000;

function cohortKeys(books: Books): AsyncGenerator<CustomerId[]> {
  return pagesOf(
    books,
    (after) => sql`
      SELECT customer_id AS customer FROM cohort WHERE incident = ${books.incident} ${after === null ? sql`` : sql`AND customer_id > ${after}`}
      ORDER BY customer_id LIMIT ${PAGE}`,
  );
}

/** In the expiry a range's end is not in the cohort yet. */
function customerKeys(books: Books): AsyncGenerator<CustomerId[]> {
  const key = customerColumn(books.company, 'key');
  return pagesOf(
    books,
    (after) => sql`
      SELECT ${key} AS customer FROM ${source(books.company)} ${after === null ? sql`` : sql`WHERE ${key} > ${after}`}
      ORDER BY ${key} LIMIT ${PAGE}`,
  );
}

async function* pagesOf(
  books: Books,
  pageAfter: (after: SqlKey | null) => RawBuilder<{ customer: SqlKey }>,
): AsyncGenerator<CustomerId[]> {
  for (let after: SqlKey | null = null; ; ) {
    const { rows }: { rows: { customer: SqlKey }[] } = await pageAfter(after).execute(books.db);
    yield rows.map(({ customer }) => keyFromSql(customer));
    if (rows.length < PAGE) return;
    after = keyOf(books, keyFromSql(rows.at(-1)!.customer));
  }
}
