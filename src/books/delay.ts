import { sql } from 'kysely';
import { cutText } from '../incident/cut-text';
import { type Delay, HELD_FOR_LAW } from '../incident/law-delay';
import { appendAudit } from './audit-chain';
import { type BareBooks, transaction } from './books';
import { lockOpenIncident } from './incident-decisions';
import type { IncidentsTable } from './ledger-tables';
import { isoTime } from './rows';

type DelayColumns = Pick<
  IncidentsTable,
  'gate' | 'fence' | 'delay_by' | 'delay_reason' | 'delay_since' | 'delay_fence'
>;

/** The delay that a row of `incidents` has; null: none. A ledger of an older version has no columns for it. */
export function delayOf(row: DelayColumns): Delay | null {
  if ((row.delay_since ?? null) === null) return null;
  return {
    by: row.delay_by!,
    reason: row.delay_reason!,
    since: isoTime(row.delay_since!),
    pausedToo: isPausedToo(row),
  };
}

/** Each closing of the gate raises the fence, and a delay keeps the last fence that was nobody's pause. */
function isPausedToo({ fence, delay_fence: own }: DelayColumns): boolean {
  return Number(fence) !== Number(own);
}

export async function readDelay({ db, incident }: BareBooks): Promise<Delay | null> {
  const { rows } = await sql<DelayColumns>`
    SELECT gate, fence, delay_by, delay_reason, delay_since, delay_fence FROM incidents
    WHERE incident = ${incident}`
    .execute(db)
    .catch((error) => {
      // `pause --direct` must work on a ledger of an older version, too.
      if ((error as { errno?: number }).errno === UNKNOWN_COLUMN) return { rows: [] };
      throw error;
    });
  return rows[0] ? delayOf(rows[0]) : null;
}

const UNKNOWN_COLUMN = 1054;

/**
 * From when this has returned no claim can commit, until somebody releases it: the table itself refuses an open gate. Who asks
 * while one stands is written beside it; the same words again change and record nothing.
 * @throws IncidentOverError
 */
export async function beginDelay(books: BareBooks, by: string, reason: string): Promise<void> {
  await transaction(books, async (decided) => {
    const row = await lockDelay(decided);
    if (row.delay_by === by && row.delay_reason === reason) return;
    await appendAudit(decided, { who: by, action: 'law-enforcement-hold', detail: { reason } });
    const stands = row.delay_since !== null;
    const [who, why] = stands ? [`${row.delay_by}; ${by}`, `${row.delay_reason}; ${reason}`] : [by, reason];
    const fence = Number(row.fence);
    // Whoever paused before still has to resume: for the delay that pause counts as one that came after.
    const own = stands ? Number(row.delay_fence) : row.gate === 'open' ? fence + 1 : fence - 1;
    await sql`
      UPDATE incidents SET delay_by = ${cutText(who, 200)}, delay_reason = ${cutText(why, 500)},
        delay_since = UTC_TIMESTAMP(6), delay_fence = ${own}, gate = 'closed', fence = ${row.gate === 'open' ? fence + 1 : fence}
      WHERE incident = ${books.incident}`.execute(decided.db);
    if (row.gate === 'open')
      await appendAudit(decided, { who: by, action: 'gate-closed', detail: { reason: HELD_FOR_LAW } });
    if (row.gate === 'open' || !isPausedToo(row)) await sayDelay(decided);
  });
}

/** The gate's own words: they are the delay's as long as nobody pauses besides. */
async function sayDelay({ db, incident }: BareBooks): Promise<void> {
  await sql`
    UPDATE incidents SET gate_reason = LEFT(CONCAT(${HELD_FOR_LAW}, ': ', delay_reason), 500), gate_by = delay_by,
      gate_since = delay_since
    WHERE incident = ${incident}`.execute(db);
}

/** Within the transaction of a resume: of a gate that a delay keeps closed it ends the pause of this fence. The delay stands. */
export async function endPauseOnly(decided: BareBooks, fence: number, by: string): Promise<void> {
  const { numAffectedRows } = await sql`
    UPDATE incidents SET delay_fence = fence
    WHERE incident = ${decided.incident} AND fence = ${fence} AND delay_fence <> fence`.execute(decided.db);
  if (numAffectedRows !== 1n) return;
  await sayDelay(decided);
  await appendAudit(decided, { who: by, action: 'pause-ended', detail: { fence } });
}

/**
 * Ends the delay that was seen, and only that one: a release that froze must not undo a later request. The gate opens, unless
 * somebody paused besides.
 * @returns false: it is not the one that stands.
 * @throws IncidentOverError
 */
export async function releaseDelay(
  books: BareBooks,
  seen: Pick<Delay, 'since'>,
  { by, reason }: { by: string; reason: string },
): Promise<boolean> {
  return transaction(books, async (decided) => {
    const row = await lockDelay(decided);
    const delay = delayOf(row);
    if (delay?.since !== seen.since) return false;
    const { pausedToo, ...held } = delay;
    await appendAudit(decided, { who: by, action: 'law-enforcement-release', detail: { reason, held } });
    await sql`
      UPDATE incidents SET delay_by = NULL, delay_reason = NULL, delay_since = NULL, delay_fence = NULL
      WHERE incident = ${books.incident}`.execute(decided.db);
    if (pausedToo) return true;
    await sql`
      UPDATE incidents SET gate = 'open', gate_reason = '', gate_by = ${cutText(by, 200)}, gate_since = UTC_TIMESTAMP(6)
      WHERE incident = ${books.incident}`.execute(decided.db);
    await appendAudit(decided, { who: by, action: 'gate-opened', detail: { fence: Number(row.fence) } });
    return true;
  });
}

async function lockDelay(decided: BareBooks): Promise<DelayColumns> {
  await lockOpenIncident(decided);
  const { rows } = await sql<DelayColumns>`
    SELECT gate, fence, delay_by, delay_reason, delay_since, delay_fence FROM incidents
    WHERE incident = ${decided.incident} FOR UPDATE`.execute(decided.db);
  return rows[0]!;
}
