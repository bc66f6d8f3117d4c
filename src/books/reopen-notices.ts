import { type RawBuilder, sql } from 'kysely';
import { inTransaction } from '../company/in-transaction';
import { type KeyColumn, keyFromSql, keyToSql, type SqlKey } from '../company/key-column';
import type { RelayCode } from '../incident/reopening';
import type { CustomerId, Wave } from '../incident/vocabulary';
import { type AuditEntry, appendAudit } from './audit';
import { lockOpenIncident, utcDateTime } from './incident-row';
import type { LedgerDatabase } from './open-database';
import { isoTime } from './sql-time';

/** A decision about many notices. */
export interface NoticeChange {
  /** Which of them. */
  which: RawBuilder<unknown>;
  /** SET of the UPDATE. */
  change: RawBuilder<unknown>;
  /** The record of the decision, to which `customers` is added. */
  entry: AuditEntry;
}

/** The incident's row is locked while so many are changed, 32 ms (MariaDB 10.11): claims and a pause wait for no longer. */
export const NOTICES_PER_TRANSACTION = 5_000;

/**
 * Carries out a decision in short transactions, each with its own audit entry, so that what was done and its record are one
 * (I6); killed half-way, the same command goes on. Notices are looked for without locks: over 24 million that takes 10 s.
 * @returns how many it changed. @throws IncidentOverError
 */
export async function changeNotices(
  db: LedgerDatabase,
  { incident, wave, keyColumn }: { incident: number; wave: Wave; keyColumn: KeyColumn },
  { which, change, entry }: NoticeChange,
): Promise<number> {
  const ours = sql`incident = ${incident} AND wave = ${wave} AND address_role = 'primary'`;
  let after: SqlKey | null = null;
  let changed = 0;
  for (;;) {
    const behind: RawBuilder<unknown> = after === null ? sql`` : sql`AND customer_id > ${after}`;
    const { rows } = await sql<{ customer_id: SqlKey }>`
      SELECT customer_id FROM notices WHERE ${ours} ${behind} AND ${which}
      ORDER BY customer_id LIMIT ${NOTICES_PER_TRANSACTION}`.execute(db);
    if (rows.length === 0) return changed;
    const keys = rows.map((row) => keyToSql(keyColumn, keyFromSql(row.customer_id)));
    after = keys.at(-1)!;
    changed += await inTransaction(db, async (trx) => {
      await lockOpenIncident(trx, incident);
      const { numAffectedRows } = await sql`
        UPDATE notices SET ${change} WHERE ${ours} AND customer_id IN (${sql.join(keys)}) AND ${which}`.execute(
        trx,
      );
      const customers = Number(numAffectedRows ?? 0n);
      if (customers > 0)
        await appendAudit(trx, incident, { ...entry, detail: { customers, ...entry.detail } });
      return customers;
    });
  }
}

/** Notices that ended without being sent, by their cause. Certainly not accepted, so they may be sent (I2). */
export type Cause = { failed: RelayCode } | { skipped: string };

/** Settled from `since` on, up to `upTo`. ISO 8601 in UTC. */
export interface ReopenWindow {
  since: string;
  upTo: string;
  /** An earlier retry from this time on ended the window: what ended after it is for a later `since`. */
  endedByRetry: boolean;
}

/** What a retry is about. */
export interface Reopenable {
  /** The most frequent first, 20 at most. */
  groups: ReopenableGroup[];
  customers: number;
  /** Of this cause too, but ended after the window. */
  later: number;
}

export interface ReopenableGroup {
  customers: number;
  replyCode: number | null;
  reason: string;
  /** Of one of them. */
  replyText: string | null;
  example: CustomerId;
}

/**
 * Each retry reopens what it covers once: from `since` up to now, or up to the first retry that was made in between. What failed
 * again has ended after that one, and only a retry with a later `since` covers it; so the same command said twice sends to nobody twice.
 */
export async function reopenWindow(
  db: LedgerDatabase,
  incident: number,
  since: string,
): Promise<ReopenWindow> {
  const { rows } = await sql<{ now: string; retried: string | null }>`
    SELECT UTC_TIMESTAMP(3) AS now, MIN(at) AS retried FROM audit
    WHERE incident = ${incident} AND action = ${RETRY} AND at >= ${utcDateTime(since)}`.execute(db);
  const { now, retried } = rows[0]!;
  return { since, upTo: isoTime(retried ?? now), endedByRetry: retried !== null };
}

/** By the database's clock, as every time in the ledger is; ISO 8601. */
export async function databaseNow(db: LedgerDatabase): Promise<string> {
  const { rows } = await sql<{ now: string }>`SELECT UTC_TIMESTAMP(3) AS now`.execute(db);
  return isoTime(rows[0]!.now);
}

/** One scan of the primary key. */
export async function surveyReopenable(
  db: LedgerDatabase,
  incident: number,
  wave: Wave,
  { cause, window }: { cause: Cause; window: ReopenWindow },
): Promise<Reopenable> {
  const { rows } = await sql<{
    customers: string;
    later: string;
    reply_code: number | null;
    reason: string;
    reply_text: string | null;
    example: SqlKey | null;
  }>`
    SELECT COALESCE(SUM(${ended(window)}), 0) AS customers, COALESCE(SUM(settled_at > ${utcDateTime(window.upTo)}), 0) AS later,
      reply_code, reason, MIN(IF(${ended(window)}, reply_text, NULL)) AS reply_text, MIN(IF(${ended(window)}, customer_id, NULL)) AS example
    FROM notices WHERE incident = ${incident} AND wave = ${wave} AND address_role = 'primary' AND ${ofCause(cause)}
    GROUP BY reply_code, reason ORDER BY customers DESC, reason`.execute(db);
  const groups = rows
    .filter((row) => Number(row.customers) > 0)
    .map((row) => ({
      customers: Number(row.customers),
      replyCode: row.reply_code,
      reason: row.reason,
      replyText: row.reply_text,
      example: keyFromSql(row.example!),
    }));
  return {
    groups: groups.slice(0, 20),
    customers: groups.reduce((sum, { customers }) => sum + customers, 0),
    later: rows.reduce((sum, row) => sum + Number(row.later), 0),
  };
}

/**
 * Sets them `released`, on the record (I6): the next pass claims them with the address that they have then. The time of deferral
 * begins anew, or what was given up would be given up at its first 4xx. @returns how many.
 */
export async function reopenNotices(
  db: LedgerDatabase,
  ledger: { incident: number; wave: Wave; keyColumn: KeyColumn },
  { cause, window, by, reason }: { cause: Cause; window: ReopenWindow; by: string; reason: string },
): Promise<number> {
  const named = 'failed' in cause ? cause.failed : cause;
  return changeNotices(db, ledger, {
    which: sql`${ofCause(cause)} AND ${ended(window)}`,
    change: sql`state = 'released', claim_id = NULL, first_deferred_at = NULL, settled_at = UTC_TIMESTAMP(3)`,
    entry: { who: by, action: RETRY, detail: { ...named, since: window.since, upTo: window.upTo, reason } },
  });
}

const RETRY = 'retry';

function ended({ since, upTo }: ReopenWindow): RawBuilder<boolean> {
  return sql<boolean>`(settled_at >= ${utcDateTime(since)} AND settled_at <= ${utcDateTime(upTo)})`;
}

/** The reason of a refusal is where it came and its code, enhanced where there is one: `rcpt 5.7.1` (settlement.ts). */
function ofCause(cause: Cause): RawBuilder<boolean> {
  if ('skipped' in cause) return sql<boolean>`(state = 'skipped' AND reason = ${cause.skipped})`;
  const { code, enhanced } = cause.failed;
  const coded = code === null ? sql`` : sql`AND reply_code = ${code}`;
  const said = enhanced === null ? sql`` : sql`AND SUBSTRING_INDEX(reason, ' ', -1) = ${enhanced}`;
  return sql<boolean>`(state = 'failed' ${coded} ${said})`;
}
