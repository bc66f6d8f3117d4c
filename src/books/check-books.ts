import { type RawBuilder, sql } from 'kysely';
import type { SqlKey } from '../company/key-column';
import { keyFromSql } from '../company/key-column';
import { type BooksProblem, booksProblems, type OpenKind } from '../incident/books';
import type { CustomerId, Wave } from '../incident/vocabulary';
import { isoTime } from './gate';
import type { LedgerDatabase } from './open-database';
import { surveyNotices } from './survey-notices';

/** What in the ledger keeps the incident from closing, counted (I1, I4); empty when the books add up. */
export async function checkBooks(db: LedgerDatabase, incident: number, wave: Wave): Promise<BooksProblem[]> {
  const survey = await surveyNotices(db, incident, wave);
  return booksProblems({ ...survey, early: await toldBeforeExpiry(db, incident, wave) });
}

/** The same for several waves, each problem of the reminder's said to be that. */
export async function checkWaves(
  db: LedgerDatabase,
  incident: number,
  waves: Wave[],
): Promise<(BooksProblem & { wave: Wave })[]> {
  const problems: (BooksProblem & { wave: Wave })[] = [];
  for (const wave of waves)
    for (const problem of await checkBooks(db, incident, wave))
      problems.push({
        ...problem,
        wave,
        what: wave === 'reminder' ? `${problem.what} (in the reminder wave)` : problem.what,
      });
  return problems;
}

/** Notices claimed before their customer's expiry was committed: must be 0 at any time (I4). */
export async function toldBeforeExpiry(db: LedgerDatabase, incident: number, wave: Wave): Promise<number> {
  const { rows } = await sql<{ notices: string }>`
    SELECT COUNT(*) AS notices ${openNotices(incident, wave, 'early')}`.execute(db);
  return Number(rows[0]!.notices);
}

/** One of those who keep the incident from closing. Times are ISO 8601 in UTC. */
export interface OpenNotice {
  customerId: CustomerId;
  /** By our rules or by the relay, as booked. */
  reason: string | null;
  replyCode: number | null;
  replyText: string | null;
  claimedAt: string | null;
  retryAt: string | null;
}

/** The first of one kind, in key order, for the operator's own screen (not for Temporal). */
export async function listOpenNotices(
  db: LedgerDatabase,
  incident: number,
  wave: Wave,
  { kind, limit }: { kind: OpenKind; limit: number },
): Promise<OpenNotice[]> {
  const key = kind === 'missing' ? sql`k.customer_id` : sql`n.customer_id`;
  const { rows } = await sql<{
    customer_id: SqlKey;
    reason: string | null;
    reply_code: number | null;
    reply_text: string | null;
    claimed_at: string | null;
    retry_at: string | null;
  }>`
    SELECT ${key} AS customer_id, n.reason, n.reply_code, n.reply_text, n.claimed_at, n.retry_at
    ${openNotices(incident, wave, kind)} ORDER BY ${key} LIMIT ${limit}`.execute(db);
  return rows.map((row) => ({
    customerId: keyFromSql(row.customer_id),
    reason: row.reason,
    replyCode: row.reply_code,
    replyText: row.reply_text,
    claimedAt: row.claimed_at && isoTime(row.claimed_at),
    retryAt: row.retry_at && isoTime(row.retry_at),
  }));
}

/** FROM and WHERE of one kind. */
function openNotices(incident: number, wave: Wave, kind: OpenKind): RawBuilder<unknown> {
  if (kind === 'missing')
    return sql`
      FROM cohort k LEFT JOIN notices n ON n.incident = k.incident AND n.wave = ${wave} AND n.customer_id = k.customer_id
        AND n.address_role = 'primary'
      WHERE k.incident = ${incident} AND n.customer_id IS NULL`;
  const joined = kind === 'stranger' || kind === 'early';
  const cohort = sql`LEFT JOIN cohort k ON k.incident = n.incident AND k.customer_id = n.customer_id`;
  const condition =
    kind === 'stranger'
      ? sql`k.customer_id IS NULL`
      : kind === 'early'
        ? sql`n.claimed_at < DATE_SUB(k.expired_at, INTERVAL 1 SECOND)`
        : sql`n.state = ${kind}`;
  return sql`
    FROM notices n ${joined ? cohort : sql``}
    WHERE n.incident = ${incident} AND n.wave = ${wave} AND n.address_role = 'primary' AND ${condition}`;
}
