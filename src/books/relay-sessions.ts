import { sql } from 'kysely';
import type { RecordedOpening } from '../evidence/cover-sessions';
import type { SendingLane } from '../evidence/known-messages';
import { type Listed, listed, numberRows } from '../evidence/number-rows';
import type { OpenedSession, RecordedSessions } from '../evidence/session-proof';
import type { BareBooks } from './books';
import type { LaneBooks } from './claim';
import { sqlTimeMs } from './rows';

/** Puts each session that a worker's lane uses at this relay on record: when it was opened, which may be a while ago. */
export function sessionRecord(
  { db, incident, worker, lane }: Pick<LaneBooks, 'db' | 'incident' | 'worker' | 'lane'>,
  relay: string,
) {
  return async ({
    slot,
    connectingAt,
    openedAt,
  }: {
    slot: number;
    connectingAt: number;
    openedAt: number;
  }): Promise<void> => {
    // Once there is a connection: a wait for one must not move the times.
    await db.connection().execute((connection) => {
      const ago = (at: number) => sql`INTERVAL ${Math.ceil((performance.now() - at) * 1000)} MICROSECOND`;
      return sql`
      INSERT INTO relay_sessions (incident, worker, lane, slot, connecting_at, opened_at, relay)
      VALUES (${incident}, ${worker}, ${lane}, ${slot}, UTC_TIMESTAMP(6) - ${ago(connectingAt)},
        UTC_TIMESTAMP(6) - ${ago(openedAt)}, ${relay})`.execute(connection);
    });
  };
}

/**
 * All that workers ever opened for this incident, in the order in which they did.
 * @param senderOf the number of a worker's lane at a relay.
 */
export async function listSessions(
  { db, incident }: BareBooks,
  senderOf: (lane: SendingLane) => number,
): Promise<RecordedSessions> {
  const { rows } = await sql<{
    worker: string;
    lane: string;
    slot: number;
    connectingAt: string;
    openedAt: string;
    relay: string | null;
  }>`
    SELECT worker, lane, slot, connecting_at AS connectingAt, opened_at AS openedAt, relay FROM relay_sessions
    WHERE incident = ${incident} ORDER BY opened_at, session`.execute(db);
  const isOneOfSeveral = new Set(rows.flatMap(({ relay }) => relay ?? [])).size > 1;
  const opened = rows.map(
    ({ connectingAt, openedAt, slot, ...lane }): OpenedSession => ({
      sender: senderOf(lane),
      slot,
      relay: isOneOfSeveral ? lane.relay : null,
      opened: { from: sqlTimeMs(connectingAt), to: sqlTimeMs(openedAt) },
    }),
  );
  return { opened, completeSince: await completeSince({ db, incident }) };
}

async function completeSince({ db, incident }: BareBooks): Promise<number | null> {
  const { rows } = await sql<{ at: string | null }>`
    SELECT MAX(at) AS at FROM audit WHERE incident = ${incident} AND action = 'reconcile'`.execute(db);
  const { at } = rows[0]!;
  return at === null ? null : sqlTimeMs(at);
}

const ROWS_AT_ONCE = 10_000;

/** When each of them was opened, and with which relay: a run of 24 million has a quarter of a million. */
export async function listSessionTimes({
  db,
  incident,
}: BareBooks): Promise<{ opened: Listed<RecordedOpening>; completeSince: number | null }> {
  const times = numberRows(3);
  const relays: (string | null)[] = [];
  for (let after = '0'; ; ) {
    const { rows } = await sql<{
      session: string;
      connectingAt: string;
      openedAt: string;
      relay: string | null;
    }>`
      SELECT session, connecting_at AS connectingAt, opened_at AS openedAt, relay FROM relay_sessions
      WHERE incident = ${incident} AND session > ${after} ORDER BY session LIMIT ${ROWS_AT_ONCE}`.execute(db);
    for (const { connectingAt, openedAt, relay } of rows) {
      if (!relays.includes(relay)) relays.push(relay);
      times.push(sqlTimeMs(connectingAt), sqlTimeMs(openedAt), relays.indexOf(relay));
    }
    if (rows.length < ROWS_AT_ONCE)
      return {
        opened: listed(times.length, (row) => ({
          from: times.get(row, 0),
          to: times.get(row, 1),
          relay: relays[times.get(row, 2)]!,
        })),
        completeSince: await completeSince({ db, incident }),
      };
    after = String(rows.at(-1)!.session);
  }
}
