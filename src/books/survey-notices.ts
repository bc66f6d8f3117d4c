import { sql } from 'kysely';
import type { NoticeState, Wave } from '../incident/vocabulary';
import { isoTime } from './gate';
import type { LedgerDatabase } from './open-database';

/** The books of one wave, by the ledger. */
export interface Survey {
  cohort: number;
  notices: Partial<Record<NoticeState, number>>;
  /** Cohort customers without a row (I1). */
  missing: number;
  /** Rows of customers who are not in the cohort: must be 0 (I4). */
  strangers: number;
  /** Deferred notices whose time has come. */
  due: number;
  /** ISO 8601; when the first of the others is due. */
  nextRetryAt: string | null;
  /** ISO 8601; when the last notice was booked as sent. */
  lastSentAt: string | null;
}

/** One scan of each primary key: about 10 s for 24 million. */
export async function surveyNotices(db: LedgerDatabase, incident: number, wave: Wave): Promise<Survey> {
  const { rows } = await sql<{
    state: NoticeState | null;
    customers: string;
    due: string;
    next: string | null;
    last: string | null;
  }>`
    SELECT n.state, COUNT(*) AS customers, COALESCE(SUM(n.retry_at <= UTC_TIMESTAMP(3)), 0) AS due,
      MIN(IF(n.retry_at > UTC_TIMESTAMP(3), n.retry_at, NULL)) AS next,
      MAX(n.settled_at) AS last
    FROM cohort k
    LEFT JOIN notices n ON n.incident = k.incident AND n.wave = ${wave} AND n.customer_id = k.customer_id
      AND n.address_role = 'primary'
    WHERE k.incident = ${incident} GROUP BY n.state`.execute(db);
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
    survey.notices[row.state] = customers;
    if (row.state === 'sent') survey.lastSentAt = row.last && isoTime(row.last);
    if (row.state === 'deferred') {
      survey.due = Number(row.due);
      survey.nextRetryAt = row.next && isoTime(row.next);
    }
  }
  survey.strangers = Number(all[0]!.notices) - inCohort;
  return survey;
}
