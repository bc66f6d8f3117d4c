import { type RawBuilder, sql } from 'kysely';
import { keyFromSql, type SqlKey } from '../company/key-column';
import { type BooksProblem, booksProblems, type OpenKind } from '../incident/books-problems';
import type { Receiver } from '../incident/receiver';
import type { CustomerId, NoticeState, Wave } from '../incident/vocabulary';
import type { BareBooks } from './books';
import type { IncidentRow } from './incident-row';
import { isDue, type KnownReceiver, readReceiversIfAny } from './receivers';
import { isoTime, isoTimeOrNull, select } from './rows';

/** The waves of which the ledger holds rows or will: the notice always, the reminder once it has begun. */
export async function wavesOf(books: BareBooks): Promise<Wave[]> {
  return (await hasBegun(books, 'reminder')) ? ['notice', 'reminder'] : ['notice'];
}

/** The wave that decisions are about now: once the reminder has begun, every notice has its final answer. */
export async function currentWave(books: BareBooks, { phase }: Pick<IncidentRow, 'phase'>): Promise<Wave> {
  if (phase === 'remind') return 'reminder';
  if (phase !== 'close' && phase !== 'closed') return 'notice';
  return (await hasBegun(books, 'reminder')) ? 'reminder' : 'notice';
}

export async function hasBegun({ db, incident }: BareBooks, wave: Wave): Promise<boolean> {
  const { rows } = await sql`
    SELECT 1 FROM notices WHERE incident = ${incident} AND wave = ${wave} LIMIT 1`.execute(db);
  return rows.length > 0;
}

/** The books of one wave, by the ledger. */
export interface Survey {
  cohort: number;
  notices: Partial<Record<NoticeState, number>>;
  /** Cohort customers without a row (I1). */
  missing: number;
  /** Rows of customers who are not in the cohort: must be 0 (I4). */
  strangers: number;
  /** Deferred notices whose time has come, or whose receiver is tried or has opened. */
  due: number;
  /** ISO 8601; when the first of the others is due; null: none is, or they wait for somebody's word. */
  nextRetryAt: string | null;
  /** Receivers that are aside or paused, with how many of their customers wait, those with most first. */
  receivers: WaitedFor[];
  /** ISO 8601; when the last notice was booked as sent. */
  lastSentAt: string | null;
}

export interface WaitedFor extends KnownReceiver {
  customers: number;
}

/** One scan of each primary key: about 10 s for 24 million. */
export async function surveyNotices({ db, incident }: BareBooks, wave: Wave): Promise<Survey> {
  const known = await readReceiversIfAny({ db, incident });
  // A ledger of an older version has no column for it.
  const receiver = known === null ? sql`NULL` : sql`n.receiver`;
  const due = known === null ? sql`n.retry_at <= UTC_TIMESTAMP(3)` : isDue(known);
  const { rows } = await sql<{
    state: NoticeState | null;
    receiver: Receiver | null;
    customers: string;
    due: string;
    next: string | null;
    last: string | null;
  }>`
    SELECT n.state, ${receiver} AS receiver, COUNT(*) AS customers,
      COALESCE(SUM(n.state = 'deferred' AND ${due}), 0) AS due,
      MIN(IF(n.retry_at > UTC_TIMESTAMP(3), n.retry_at, NULL)) AS next,
      MAX(n.settled_at) AS last
    FROM cohort k
    LEFT JOIN notices n ON n.incident = k.incident AND n.wave = ${wave} AND n.customer_id = k.customer_id
      AND n.address_role = 'primary'
    WHERE k.incident = ${incident} GROUP BY n.state, receiver`.execute(db);
  const { rows: all } = await sql<{ notices: string }>`
    SELECT COUNT(*) AS notices FROM notices WHERE incident = ${incident} AND wave = ${wave}`.execute(db);
  const survey: Survey = {
    cohort: 0,
    notices: {},
    missing: 0,
    strangers: 0,
    due: 0,
    nextRetryAt: null,
    lastSentAt: null,
    receivers: [],
  };
  let inCohort = 0;
  for (const row of rows) {
    const customers = Number(row.customers);
    survey.cohort += customers;
    if (row.state === null) {
      survey.missing = customers;
      continue;
    }
    inCohort += customers;
    survey.notices[row.state] = (survey.notices[row.state] ?? 0) + customers;
    if (row.state === 'sent') survey.lastSentAt = row.last && isoTime(row.last);
    if (row.state !== 'deferred') continue;
    survey.due += Number(row.due);
    const waitedFor = known?.find((seen) => seen.receiver === row.receiver && seen.state !== 'open');
    if (waitedFor) survey.receivers.push({ ...waitedFor, customers });
    survey.nextRetryAt = earlier(survey.nextRetryAt, nextOf(row.next && isoTime(row.next), waitedFor));
  }
  survey.receivers.sort((left, right) => right.customers - left.customers);
  survey.strangers = Number(all[0]!.notices) - inCohort;
  return survey;
}

/** Of those who wait for a receiver: when a few are tried, or when they have waited too long. */
function nextOf(retryAt: string | null, waitedFor: WaitedFor | KnownReceiver | undefined): string | null {
  if (waitedFor === undefined) return retryAt;
  return waitedFor.state === 'paused' ? null : earlier(retryAt, waitedFor.nextTryAt);
}

function earlier(one: string | null, other: string | null): string | null {
  return one === null || (other !== null && other < one) ? other : one;
}

/** What in the ledger keeps the incident from closing, counted (I1, I4); empty when the books add up. */
export async function checkBooks(books: BareBooks, wave: Wave): Promise<BooksProblem[]> {
  const survey = await surveyNotices(books, wave);
  return booksProblems({ ...survey, early: await toldBeforeExpiry(books, wave) });
}

/** The same for several waves, each problem of the reminder's said to be that. */
export async function checkWaves(
  books: BareBooks,
  waves: Wave[],
): Promise<(BooksProblem & { wave: Wave })[]> {
  const problems: (BooksProblem & { wave: Wave })[] = [];
  for (const wave of waves)
    for (const problem of await checkBooks(books, wave))
      problems.push({
        ...problem,
        wave,
        what: wave === 'reminder' ? `${problem.what} (in the reminder wave)` : problem.what,
      });
  return problems;
}

/** Notices claimed before their customer's expiry was committed: must be 0 at any time (I4). */
export async function toldBeforeExpiry({ db, incident }: BareBooks, wave: Wave): Promise<number> {
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
  { db, incident }: BareBooks,
  wave: Wave,
  { kind, limit }: { kind: OpenKind; limit: number },
): Promise<OpenNotice[]> {
  const key = kind === 'missing' ? sql`k.customer_id` : sql`n.customer_id`;
  return select<OpenNoticeRow, OpenNotice>(
    db,
    sql`
      SELECT ${key} AS customerId, n.reason, n.reply_code AS replyCode, n.reply_text AS replyText,
        n.claimed_at AS claimedAt, n.retry_at AS retryAt
      ${openNotices(incident, wave, kind)} ORDER BY ${key} LIMIT ${limit}`,
    { customerId: keyFromSql, claimedAt: isoTimeOrNull, retryAt: isoTimeOrNull },
  );
}

type OpenNoticeRow = Omit<OpenNotice, 'customerId'> & { customerId: SqlKey };

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
