import { createHash } from 'node:crypto';
import { type RawBuilder, sql } from 'kysely';
import { inTransaction } from '../company/in-transaction';
import type { BareBooks } from './books';
import type { AuditTable } from './ledger-tables';
import type { LedgerDatabase } from './open-database';

export interface AuditEntry {
  /** A person's name, or what acted: `the workflow`, `the breaker`. */
  who: string;
  action: string;
  /** Plain facts; no personal data of customers. */
  detail: Record<string, unknown>;
}

/** The hash that the first entry of an incident carries as that of the one before. */
export const CHAIN_START = Buffer.alloc(32);

/**
 * Appends to the incident's hash chain (I6), inside the caller's transaction, so that a decision and its record are one.
 * The incident's row is locked first: it is the order in which everything that decides takes its locks.
 */
export async function appendAudit(books: BareBooks, entry: AuditEntry): Promise<void> {
  const { db, incident } = books;
  const { rows: locked } = await sql<{ at: string }>`
    SELECT UTC_TIMESTAMP(6) AS at FROM incidents WHERE incident = ${incident} FOR UPDATE`.execute(db);
  if (locked.length === 0) throw new Error(`There is no incident ${incident} in the ledger.`);
  await appendNext(books, locked[0]!.at, entry);
}

/** The number that the next entry gets, for a statement of the transaction that appends it and has locked the incident's row. */
export function nextNumber({ incident }: BareBooks): RawBuilder<number> {
  return sql<number>`(SELECT COALESCE(MAX(seq), 0) + 1 FROM audit WHERE incident = ${incident})`;
}

/** After the chain's last entry. The caller sees to it that two never append at once: see appendAudit, recordNotStarted. */
async function appendNext({ db, incident }: BareBooks, at: string, entry: AuditEntry): Promise<void> {
  const { rows } = await sql<Pick<AuditTable, 'seq' | 'hash'>>`
    SELECT seq, hash FROM audit WHERE incident = ${incident} ORDER BY seq DESC LIMIT 1`.execute(db);
  const last = rows[0];
  const row = {
    incident,
    seq: (last?.seq ?? 0) + 1,
    at,
    who: entry.who.slice(0, 200),
    action: entry.action,
    detail: JSON.stringify(entry.detail),
    prev_hash: last?.hash ?? CHAIN_START,
  };
  await sql`
    INSERT INTO audit (incident, seq, at, who, action, detail, prev_hash, hash)
    VALUES (${incident}, ${row.seq}, ${at}, ${row.who}, ${row.action}, ${row.detail}, ${row.prev_hash}, ${entryHash(row)})`.execute(
    db,
  );
}

/** SHA-256 over the entry's fields, each with its length, and the hash of the entry before. */
export function entryHash(row: Omit<AuditTable, 'hash'>): Buffer {
  const hash = createHash('sha256').update(row.prev_hash);
  for (const field of [String(row.incident), String(row.seq), row.at, row.who, row.action, row.detail]) {
    const bytes = Buffer.from(field, 'utf8');
    hash.update(`${bytes.length}:`).update(bytes);
  }
  return hash.digest();
}

/** The incident's whole chain, as it is. */
export async function readAudit({ db, incident }: BareBooks): Promise<AuditTable[]> {
  const { rows: entries } = await sql<AuditTable>`
    SELECT * FROM audit WHERE incident = ${incident} ORDER BY seq`.execute(db);
  return entries;
}

/** Walks the incident's audit chain (I6), or that of NOT_STARTED; null when it is whole, else the first break in words. */
export async function verifyAudit(books: BareBooks): Promise<string | null> {
  const { incident } = books;
  const entries = await readAudit(books);
  let before: Buffer = CHAIN_START;
  for (const [index, entry] of entries.entries()) {
    if (entry.seq !== index + 1) return `entry ${index + 1} is missing: the next one is ${entry.seq}`;
    if (!entry.prev_hash.equals(before)) return `entry ${entry.seq} does not follow from the entry before it`;
    if (!entryHash(entry).equals(entry.hash)) return `entry ${entry.seq} was changed after it was written`;
    before = entry.hash;
  }
  const mayBeEmpty = incident === NOT_STARTED;
  return entries.length === 0 && !mayBeEmpty ? 'there is no entry: even the start must be recorded' : null;
}

/** The audit chain of what is done with files that were not started: those have no number. Incidents are numbered from 1. */
export const NOT_STARTED = 0;

/**
 * Appends to that chain (I6). There is no incident's row to lock, so two at once may both want the next number: the primary key
 * gives it to one of them, and the other reads the chain again and comes after. So it neither forks nor loses an entry.
 */
export async function recordNotStarted(db: LedgerDatabase, entry: AuditEntry): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await inTransaction(db, async (trx) => {
        const { rows } = await sql<{ at: string }>`SELECT UTC_TIMESTAMP(6) AS at`.execute(trx);
        await appendNext({ db: trx, incident: NOT_STARTED }, rows[0]!.at, entry);
      });
    } catch (error) {
      if ((error as { errno?: number }).errno !== DUPLICATE_KEY || attempt >= MOST_AT_ONCE) throw error;
    }
  }
}

const DUPLICATE_KEY = 1062;
/** Each time that one is too late another one was in time: so many at once all come through. */
const MOST_AT_ONCE = 100;

/** The audit's action before test mails go out. */
export const TEST_SEND = 'test-send';

/** What that entry's detail says, beside others. */
export interface RecordedTest {
  /** What the Message-IDs begin with. */
  test: string;
  /** How many, at most: some may have been refused. */
  mails: number;
}

/** The tests on the record of an incident, and of files before their start. */
export async function listTests({ db, incident }: BareBooks): Promise<RecordedTest[]> {
  const { rows: entries } = await sql<{ detail: string }>`
    SELECT detail FROM audit
    WHERE incident IN (${incident}, ${NOT_STARTED}) AND action = ${TEST_SEND} ORDER BY incident, seq`.execute(
    db,
  );
  return entries.map(({ detail }) => JSON.parse(detail) as RecordedTest);
}
