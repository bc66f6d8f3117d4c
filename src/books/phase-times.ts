import { sql } from 'kysely';
import type { Phase } from '../incident/vocabulary';
import type { BareBooks } from './books';
import { REBUILT } from './rebuild-claim';

/** When each phase was first entered, by the audit log: UTC, as the database has it. */
export async function phaseTimes({ db, incident }: BareBooks): Promise<Partial<Record<Phase, string>>> {
  const { rows: entries } = await sql<{ at: string; detail: string }>`
    SELECT at, detail FROM audit WHERE incident = ${incident} AND action = 'phase' ORDER BY seq`.execute(db);
  const times: Partial<Record<Phase, string>> = {};
  for (const { at, detail } of entries) times[(JSON.parse(detail) as { phase: Phase }).phase] ??= at;
  return times;
}

/** Notices that the relay took between two moments (UTC), and when the last of them was booked. */
export async function countSentBetween(
  { db, incident }: BareBooks,
  from: string,
  to: string,
): Promise<{ sent: number; last: string | null }> {
  const { rows } = await sql<{ sent: string; last: string | null }>`
    SELECT COUNT(*) AS sent, MAX(settled_at) AS last FROM notices
    WHERE incident = ${incident} AND wave = 'notice' AND state = 'sent' AND settled_at BETWEEN ${from} AND ${to}`.execute(
    db,
  );
  return { sent: Number(rows[0]!.sent), last: rows[0]!.last };
}

/** When the first and the last customer got their expiry and their notice: UTC, as the database has it; null: nobody has. */
export interface ResponseTimes {
  expiredFirst: string | null;
  expiredLast: string | null;
  /** Of what `reconcile` wrote anew no time is on record. */
  toldFirst: string | null;
  toldLast: string | null;
}

/** One scan of each table. */
export async function responseTimes({ db, incident }: BareBooks): Promise<ResponseTimes> {
  const { rows: expiries } = await sql<Pick<ResponseTimes, 'expiredFirst' | 'expiredLast'>>`
    SELECT MIN(expired_at) AS expiredFirst, MAX(expired_at) AS expiredLast FROM cohort
    WHERE incident = ${incident} AND password = 'expired'`.execute(db);
  const { rows: notices } = await sql<Pick<ResponseTimes, 'toldFirst' | 'toldLast'>>`
    SELECT MIN(settled_at) AS toldFirst, MAX(settled_at) AS toldLast FROM notices
    WHERE incident = ${incident} AND wave = 'notice' AND state = 'sent' AND COALESCE(reason, '') <> ${REBUILT}`.execute(
    db,
  );
  return { ...expiries[0]!, ...notices[0]! };
}
