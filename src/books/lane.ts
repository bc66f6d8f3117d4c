import { sql } from 'kysely';
import type { LedgerDatabase } from './open-database';

/**
 * Takes the lane for one attempt: whoever held it before can neither expire nor claim in it any more, so an activity that
 * timed out but still runs never works beside its retry. The lane's next-send time stays: a retry cannot outrun the rate.
 */
export async function takeLane(
  db: LedgerDatabase,
  incident: number,
  lane: string,
  token: string,
): Promise<void> {
  await sql`
    INSERT INTO lanes (incident, lane, token, next_send_at) VALUES (${incident}, ${lane}, ${token}, UTC_TIMESTAMP(6))
    ON DUPLICATE KEY UPDATE token = ${token}`.execute(db);
}
