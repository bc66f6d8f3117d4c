import { sql } from 'kysely';
import type { BareBooks } from './books';

/** Who stops renewing them (a killed worker, a frozen one, one without the database) has them for so long. */
export const SLOT_SECONDS = 6;

/** Some of one relay's sessions. */
export interface RelaySlots {
  /** Its number in the books. */
  relay: number;
  /** From 0. */
  slots: number[];
}

/**
 * The sessions of `relay.sessions` are as many slots, over all lanes and workers (C99): rows beside those of the lanes, whose token says
 * who may have a session open, and whose next-send time says until when nobody else may. Each relay has its own. Takes those that are free, and renews those
 * that it has. @param holder a UUID of the caller's own. @returns whether it has them all; what it does not need is to be freed.
 */
export async function takeSlots(
  { db, incident }: BareBooks,
  { relay, slots }: RelaySlots,
  holder: string,
): Promise<boolean> {
  const until = sql`UTC_TIMESTAMP(6) + INTERVAL ${SLOT_SECONDS} SECOND`;
  const rows = slots.map((slot) => sql`(${incident}, ${nameOf(relay, slot)}, ${holder}, ${until})`);
  // A column is set by what those before it are by then. Nobody may have them for longer, whatever a clock that was set back says.
  const isFree = sql`next_send_at <= UTC_TIMESTAMP(6) OR next_send_at > UTC_TIMESTAMP(6) + INTERVAL ${2 * SLOT_SECONDS} SECOND`;
  await sql`
    INSERT INTO lanes (incident, lane, token, next_send_at) VALUES ${sql.join(rows)}
    ON DUPLICATE KEY UPDATE token = IF(${isFree}, ${holder}, token),
      next_send_at = IF(token = ${holder}, ${until}, next_send_at)`.execute(db);
  const { rows: held } = await sql`
    SELECT lane FROM lanes WHERE incident = ${incident} AND lane IN (${namesOf({ relay, slots })}) AND token = ${holder}`.execute(
    db,
  );
  return held.length === slots.length;
}

/**
 * Which of the relay's sessions are a lane's, from 0: every so many-th, so that the lanes share them all, and none is two lanes'. Where there
 * are more lanes than sessions some take turns at one.
 * @param lane its name ends with its number, from 1 on, where there are several.
 */
export function slotsOf(lane: string, lanes: number, sessions: number): number[] {
  const nth = lanes === 1 ? 0 : Number(/\d+$/.exec(lane)?.[0] ?? 1) - 1;
  const own = Array.from({ length: sessions }, (_, slot) => slot).filter((slot) => slot % lanes === nth);
  return own.length > 0 ? own : [nth % sessions];
}

/** Those of these that it has: their sessions are closed, and the next one need not wait. */
export async function freeSlots(
  { db, incident }: BareBooks,
  slots: RelaySlots,
  holder: string,
): Promise<void> {
  await sql`
    UPDATE lanes SET next_send_at = UTC_TIMESTAMP(6)
    WHERE incident = ${incident} AND lane IN (${namesOf(slots)}) AND token = ${holder}`.execute(db);
}

/** The first relay's are named as they were when there was but one. */
function nameOf(relay: number, slot: number): string {
  return relay === 1 ? `session-${slot + 1}` : `session-${relay}-${slot + 1}`;
}

function namesOf({ relay, slots }: RelaySlots) {
  return sql.join(slots.map((slot) => nameOf(relay, slot)));
}
