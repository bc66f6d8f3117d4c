import { sql } from 'kysely';
import type { Wave } from '../incident/vocabulary';
import type { LedgerDatabase } from './open-database';
import { surveyNotices } from './survey-notices';

/**
 * What in the ledger breaks a promise, in words with the next step; empty when the books add up. I1: every cohort customer is in
 * one terminal state. I4: nobody outside the cohort has a notice.
 */
export async function checkBooks(db: LedgerDatabase, incident: number, wave: Wave): Promise<string[]> {
  const { cohort, notices, missing, strangers } = await surveyNotices(db, incident, wave);
  const problems: string[] = [];
  const open = (state: 'sending' | 'released' | 'deferred' | 'in_doubt', what: string) => {
    const customers = notices[state] ?? 0;
    if (customers > 0) problems.push(`${customers} ${what}`);
  };
  if (missing > 0)
    problems.push(`${missing} of the cohort have no notice yet (I1): resume goes on with them`);
  open('sending', 'are being sent at this moment: wait for their claims to end');
  open(
    'released',
    'were released by a pause or a lost session and wait to be sent: resume goes on with them',
  );
  open('deferred', 'were put off by the relay and will be tried again');
  open(
    'in_doubt',
    'are in doubt: the relay may or may not have taken their notice; it is never sent again blindly',
  );
  if (strangers > 0)
    problems.push(
      `${strangers} notices belong to nobody in the cohort (I4): keep the database as it is and look into it`,
    );
  const sum = Object.values(notices).reduce((total, customers) => total + customers, missing);
  if (sum !== cohort) problems.push(`the states add up to ${sum}, the cohort is ${cohort} (I1)`);
  const early = await toldBeforeExpiry(db, incident, wave);
  if (early > 0) problems.push(`${early} notices are sent without an expiry that came before them (I4)`);
  return problems;
}

/** Notices claimed before their customer's expiry was committed: must be 0 at any time (I4). */
export async function toldBeforeExpiry(db: LedgerDatabase, incident: number, wave: Wave): Promise<number> {
  const { rows } = await sql<{ notices: string }>`
    SELECT COUNT(*) AS notices FROM notices n
    JOIN cohort k ON k.incident = n.incident AND k.customer_id = n.customer_id
    WHERE n.incident = ${incident} AND n.wave = ${wave} AND n.claimed_at < DATE_SUB(k.expired_at, INTERVAL 1 SECOND)`.execute(
    db,
  );
  return Number(rows[0]!.notices);
}
