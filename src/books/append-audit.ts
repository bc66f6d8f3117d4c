import { createHash } from 'node:crypto';
import { sql } from 'kysely';
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
export async function appendAudit(trx: LedgerDatabase, incident: number, entry: AuditEntry): Promise<void> {
  const { rows: locked } = await sql<{ at: string }>`
    SELECT UTC_TIMESTAMP(6) AS at FROM incidents WHERE incident = ${incident} FOR UPDATE`.execute(trx);
  if (locked.length === 0) throw new Error(`There is no incident ${incident} in the ledger.`);
  await appendNext(trx, incident, locked[0]!.at, entry);
}

/** Behind the chain's last entry. Who calls sees to it that two at once do not: see appendAudit, recordNotStarted. */
export async function appendNext(
  trx: LedgerDatabase,
  incident: number,
  at: string,
  entry: AuditEntry,
): Promise<void> {
  const last = await trx
    .selectFrom('audit')
    .select(['seq', 'hash'])
    .where('incident', '=', incident)
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst();
  const row = {
    incident,
    seq: (last?.seq ?? 0) + 1,
    at,
    who: entry.who.slice(0, 200),
    action: entry.action,
    detail: JSON.stringify(entry.detail),
    prev_hash: last?.hash ?? CHAIN_START,
  };
  await trx
    .insertInto('audit')
    .values({ ...row, hash: entryHash(row) })
    .execute();
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
