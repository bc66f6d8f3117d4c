import { sql } from 'kysely';
import type { Phase } from '../incident/vocabulary';
import type { BareBooks } from './books';

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
