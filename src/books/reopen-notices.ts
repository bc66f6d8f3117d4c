import { type RawBuilder, sql } from 'kysely';
import { keyFromSql, type SqlKey } from '../company/key-column';
import type { RelayCode } from '../incident/reopening';
import type { CustomerId, Wave } from '../incident/vocabulary';
import { type AuditEntry, appendAudit, nextNumber } from './audit-chain';
import { type BareBooks, type Books, keyOf, transaction } from './books';
import { lockOpenIncident } from './incident-decisions';
import type { LedgerDatabase } from './open-database';
import { affected, isoTime, sqlTime } from './rows';
import { movableBy, moveTo, TRANSITIONS, type Transition } from './transitions';

/** A decision about many notices of a wave. */
export interface NoticeChange {
  transition: Transition;
  /** Which of those that the transition may move: more conditions, each with its AND. */
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
  books: Books,
  wave: Wave,
  { transition, which, change, entry }: NoticeChange,
): Promise<number> {
  const chosen = sql`incident = ${books.incident} AND wave = ${wave} AND address_role = 'primary' AND ${movableBy(transition)} ${which}`;
  let after = sql``;
  let changed = 0;
  for (;;) {
    const { rows } = await sql<{ customerId: SqlKey }>`
      SELECT customer_id AS customerId FROM notices WHERE ${chosen} ${after}
      ORDER BY customer_id LIMIT ${NOTICES_PER_TRANSACTION}`.execute(books.db);
    if (rows.length === 0) return changed;
    const keys = rows.map(({ customerId }) => keyOf(books, keyFromSql(customerId)));
    after = sql`AND customer_id > ${keys.at(-1)}`;
    changed += await transaction(books, async (decided) => {
      await lockOpenIncident(decided);
      const customers = affected(
        await sql`UPDATE notices SET ${change} WHERE ${chosen} AND customer_id IN (${sql.join(keys)})`.execute(
          decided.db,
        ),
      );
      if (customers > 0) await appendAudit(decided, { ...entry, detail: { customers, ...entry.detail } });
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
export async function reopenWindow({ db, incident }: BareBooks, since: string): Promise<ReopenWindow> {
  const { rows } = await sql<{ now: string; retried: string | null }>`
    SELECT UTC_TIMESTAMP(3) AS now, MIN(at) AS retried FROM audit
    WHERE incident = ${incident} AND action = ${RETRY} AND at >= ${sqlTime(Date.parse(since))}`.execute(db);
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
  { db, incident }: BareBooks,
  wave: Wave,
  { cause, window }: { cause: Cause; window: ReopenWindow },
): Promise<Reopenable> {
  const { transition, which } = causedBy(cause);
  const { rows } = await sql<{
    customers: string;
    later: string;
    replyCode: number | null;
    reason: string;
    replyText: string | null;
    example: SqlKey | null;
  }>`
    SELECT COALESCE(SUM(${ended(window)}), 0) AS customers, COALESCE(SUM(settled_at > ${endOf(window)}), 0) AS later,
      reply_code AS replyCode, reason, MIN(IF(${ended(window)}, reply_text, NULL)) AS replyText,
      MIN(IF(${ended(window)}, customer_id, NULL)) AS example
    FROM notices
    WHERE incident = ${incident} AND wave = ${wave} AND address_role = 'primary' AND ${movableBy(transition)} ${which}
    GROUP BY reply_code, reason ORDER BY customers DESC, reason`.execute(db);
  const groups = rows
    .map(({ later: _, ...group }) => ({ ...group, customers: Number(group.customers) }))
    .filter(({ customers }) => customers > 0)
    .map((group) => ({ ...group, example: keyFromSql(group.example!) }));
  return {
    groups: groups.slice(0, 20),
    customers: groups.reduce((sum, { customers }) => sum + customers, 0),
    later: rows.reduce((sum, row) => sum + Number(row.later), 0),
  };
}

/**
 * Sets them `released`, on the record (I6): the next pass claims them with the address that they have then. @returns
 * how many.
 */
export async function reopenNotices(
  books: Books,
  wave: Wave,
  { cause, window, by, reason }: { cause: Cause; window: ReopenWindow; by: string; reason: string },
): Promise<number> {
  const named = 'failed' in cause ? cause.failed : cause;
  const { transition, which } = causedBy(cause);
  return changeNotices(books, wave, {
    transition,
    which: sql`${which} AND ${ended(window)}`,
    change: moveTo(transition, { decision: nextNumber(books) }),
    entry: { who: by, action: RETRY, detail: { ...named, since: window.since, upTo: window.upTo, reason } },
  });
}

const RETRY = 'retry';

function ended(window: ReopenWindow): RawBuilder<boolean> {
  return sql<boolean>`(settled_at >= ${sqlTime(Date.parse(window.since))} AND settled_at <= ${endOf(window)})`;
}

function endOf({ upTo }: ReopenWindow): string {
  return sqlTime(Date.parse(upTo));
}

/** The reason of a refusal is where it came and its code, enhanced where there is one: `rcpt 5.7.1` (settlement.ts). */
function causedBy(cause: Cause) {
  if ('skipped' in cause)
    return {
      transition: TRANSITIONS.skippedRetried,
      // With or without the character that it names (mailable-address.ts).
      which: sql`AND ${cause.skipped} IN (reason, SUBSTRING_INDEX(reason, ' ', 1))`,
    };
  const { code, enhanced } = cause.failed;
  if (code === null && enhanced === null)
    return { transition: TRANSITIONS.failedRetried, which: sql`AND reply_code IS NULL` };
  const ofCode = code === null ? sql`` : sql`AND reply_code = ${code}`;
  const ofEnhanced = enhanced === null ? sql`` : sql`AND SUBSTRING_INDEX(reason, ' ', -1) = ${enhanced}`;
  return { transition: TRANSITIONS.failedRetried, which: sql`${ofCode} ${ofEnhanced}` };
}
