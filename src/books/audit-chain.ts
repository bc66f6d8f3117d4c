import { type RawBuilder, sql } from 'kysely';
import type { AuditHead } from '../incident/audit-head';
import { cutText } from '../incident/cut-text';
import { type BareBooks, type KeepHead, type NewHead, transaction } from './books';
import { CHAIN_START, chainBreak, entryHash } from './judge-audit';
import type { AuditTable } from './ledger-tables';
import type { LedgerDatabase } from './open-database';

export interface AuditEntry {
  /** A person's name, or what acted: `the workflow`, `the breaker`. */
  who: string;
  action: string;
  /** Plain facts; no personal data of customers. */
  detail: Record<string, unknown>;
}

/**
 * Appends to the incident's hash chain (I6), inside the caller's transaction, so that a decision and its record are one.
 * The incident's row is locked first: it is the order in which everything that decides takes its locks.
 */
export async function appendAudit(books: BareBooks, entry: AuditEntry): Promise<void> {
  const { db, incident } = books;
  const { rows: locked } = await sql<{ at: string; incidentId: string }>`
    SELECT UTC_TIMESTAMP(6) AS at, incident_id AS incidentId FROM incidents WHERE incident = ${incident} FOR UPDATE`.execute(
    db,
  );
  if (locked.length === 0) throw new Error(`There is no incident ${incident} in the ledger.`);
  const { at, incidentId } = locked[0]!;
  await appendNext(books, { at, incidentId }, entry);
}

/** The number that the next entry gets, for a statement of the transaction that appends it and has locked the incident's row. */
export function nextNumber({ incident }: BareBooks): RawBuilder<number> {
  return sql<number>`(SELECT COALESCE(MAX(seq), 0) + 1 FROM audit WHERE incident = ${incident})`;
}

/** After the chain's last entry. The caller sees to it that two never append at once: see appendAudit, recordNotStarted. */
async function appendNext(
  { db, incident, keepHead }: BareBooks,
  { at, incidentId }: { at: string; incidentId: string | null },
  entry: AuditEntry,
): Promise<void> {
  const { rows } = await sql<Pick<AuditTable, 'seq' | 'hash'>>`
    SELECT seq, hash FROM audit WHERE incident = ${incident} ORDER BY seq DESC LIMIT 1`.execute(db);
  const last = rows[0];
  const row = {
    incident,
    seq: (last?.seq ?? 0) + 1,
    at,
    who: cutText(entry.who, 200),
    action: entry.action,
    detail: JSON.stringify(entry.detail),
    prev_hash: last?.hash ?? CHAIN_START,
  };
  const hash = entryHash(row);
  await sql`
    INSERT INTO audit (incident, seq, at, who, action, detail, prev_hash, hash)
    VALUES (${incident}, ${row.seq}, ${at}, ${row.who}, ${row.action}, ${row.detail}, ${row.prev_hash}, ${hash})`.execute(
    db,
  );
  const { rows: ledgers } = await sql<{ id: string }>`SELECT id FROM ledger`.execute(db);
  const { seq, action } = row;
  await keepHead?.({
    ledger: ledgers[0]!.id,
    incident: incidentId,
    seq,
    hash: hash.toString('hex'),
    action,
    at,
  });
}

/** The chain of an incident, or that of NOT_STARTED, from its first entry on. */
export async function readAudit({ db, incident }: BareBooks): Promise<AuditTable[]> {
  const { rows } = await sql<AuditTable>`
    SELECT * FROM audit WHERE incident = ${incident} ORDER BY seq`.execute(db);
  return rows;
}

/** Null where the chain has no entry. */
export async function readHead({ db, incident }: BareBooks): Promise<NewHead | null> {
  const { rows } = await sql<Omit<NewHead, 'hash'> & { hash: Buffer }>`
    SELECT a.seq, a.hash, a.action, a.at, (SELECT id FROM ledger) AS ledger,
      (SELECT i.incident_id FROM incidents i WHERE i.incident = a.incident) AS incident
    FROM audit a WHERE a.incident = ${incident} ORDER BY a.seq DESC LIMIT 1`.execute(db);
  const last = rows[0];
  return last ? { ...last, hash: last.hash.toString('hex') } : null;
}

/** The audit's action of an operator who takes a database for the right one, although it has lost commits: heads of the chain, too. */
export const RECONCILE = 'reconcile';

/** Whether the chain does not hold this head any more, and nobody has put on record that it is lost. */
export async function isHeadLost({ db, incident }: BareBooks, { seq, hash }: AuditHead): Promise<boolean> {
  const { rows } = await sql`
    SELECT seq FROM audit
    WHERE incident = ${incident} AND (seq = ${seq} AND hash = ${Buffer.from(hash, 'hex')}
      OR action = ${RECONCILE} AND LOCATE(${hash}, detail) > 0) LIMIT 1`.execute(db);
  return rows.length === 0;
}

/** Walks the incident's audit chain (I6), or that of NOT_STARTED; null when it is whole, else the first break in words. */
export async function verifyAudit(books: BareBooks): Promise<string | null> {
  return chainBreak(await readAudit(books), { mayBeEmpty: books.incident === NOT_STARTED });
}

/** The audit chain of what is done with files that were not started: those have no number. Incidents are numbered from 1. */
export const NOT_STARTED = 0;

/**
 * Appends to that chain (I6). There is no incident's row to lock, so two at once may both want the next number: the primary key
 * gives it to one of them, and the other reads the chain again and comes after. So it neither forks nor loses an entry.
 */
export async function recordNotStarted(
  db: LedgerDatabase,
  entry: AuditEntry,
  keepHead?: KeepHead,
): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await transaction({ db, incident: NOT_STARTED, keepHead }, async (books) => {
        const { rows } = await sql<{ at: string }>`SELECT UTC_TIMESTAMP(6) AS at`.execute(books.db);
        await appendNext(books, { at: rows[0]!.at, incidentId: null }, entry);
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
