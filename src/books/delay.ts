import { sql } from 'kysely';
import { cutText } from '../incident/cut-text';
import { type Delay, HELD_FOR_LAW, type LawRecord, type LawRequest } from '../incident/law-delay';
import { appendAudit } from './audit-chain';
import { type BareBooks, transaction } from './books';
import { lockOpenIncident } from './incident-decisions';
import { ASKED, RELEASED, readRequests, togetherInRow } from './law-requests';
import { isOlderLedger } from './ledger-identity';
import type { IncidentsTable } from './ledger-tables';
import { isoTime, sqlTime } from './rows';

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

/** A delay as the books have it. */
export type StandingDelay = Delay & { requests: LawRequest[] };

export async function readDelay(books: BareBooks): Promise<StandingDelay | null> {
  const { rows } = await sql<DelayColumns>`
    SELECT gate, fence, delay_by, delay_reason, delay_since, delay_fence FROM incidents
    WHERE incident = ${books.incident}`
    .execute(books.db)
    .catch((error) => {
      // `pause --direct` must work on a ledger of an older version, too.
      if (isOlderLedger(error)) return { rows: [] };
      throw error;
    });
  const delay = rows[0] ? delayOf(rows[0]) : null;
  return delay && { ...delay, requests: requestsOf(delay, await readRequests(books)) };
}

/** A row that somebody has written by hand may have a delay that is not on record: it can be released, too. */
function requestsOf({ by, reason, since }: Delay, { standing }: LawRecord): LawRequest[] {
  return standing.length > 0 ? standing : [{ number: UNRECORDED, by, reason, since }];
}

/** The audit's entries are numbered from 1. */
const UNRECORDED = 0;

/**
 * From when this has returned no claim can commit, until somebody releases it: the table itself refuses an open gate. Each request stands
 * by itself until it is released; the same words again, while they stand, change and record nothing.
 * @throws IncidentOverError
 */
export async function beginDelay(books: BareBooks, by: string, reason: string): Promise<void> {
  await transaction(books, async (decided) => {
    const row = await lockDelay(decided);
    const { standing } = await readRequests(decided);
    const isThis = (request: LawRequest) => request.by === cutText(by, 200) && request.reason === reason;
    if (row.delay_since !== null && standing.some(isThis)) return;
    await appendAudit(decided, { who: by, action: ASKED, detail: { reason } });
    const fence = Number(row.fence);
    // Whoever paused before still has to resume: for the delay that pause counts as one that came after.
    const own =
      row.delay_since !== null ? Number(row.delay_fence) : row.gate === 'open' ? fence + 1 : fence - 1;
    await sql`
      UPDATE incidents SET gate = 'closed', fence = ${row.gate === 'open' ? fence + 1 : fence}
      WHERE incident = ${books.incident}`.execute(decided.db);
    await writeRequests(decided, own);
    if (row.gate === 'open')
      await appendAudit(decided, { who: by, action: 'gate-closed', detail: { reason: HELD_FOR_LAW } });
    if (row.gate === 'open' || !isPausedToo(row)) await sayDelay(decided);
  });
}

/** What stands by the record, in the row, whose gate is closed. @returns what stands. */
async function writeRequests(decided: BareBooks, fence: number): Promise<LawRequest[]> {
  const { standing } = await readRequests(decided);
  const together = togetherInRow(standing);
  await sql`
    UPDATE incidents SET delay_by = ${together?.by ?? null}, delay_reason = ${together?.reason ?? null},
      delay_since = ${together && sqlTime(Date.parse(together.since))}, delay_fence = ${together && fence}
    WHERE incident = ${decided.incident}`.execute(decided.db);
  return standing;
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
 * Ends one request, by its number, and no other: also one that came meanwhile stands on. With the last one the gate opens, unless somebody
 * paused besides.
 * @returns those that still stand; null: there is none of that number, and nothing was done.
 * @throws IncidentOverError
 */
export async function releaseDelay(
  books: BareBooks,
  { number }: Pick<LawRequest, 'number'>,
  { by, reason }: { by: string; reason: string },
): Promise<LawRequest[] | null> {
  return transaction(books, async (decided) => {
    const row = await lockDelay(decided);
    const delay = delayOf(row);
    const record = await readRequests(decided);
    const known = delay === null ? record.standing : requestsOf(delay, record);
    const request = known.find((standing) => standing.number === number);
    if (request === undefined) return null;
    const { number: _, ...held } = request;
    const left = known.filter((standing) => standing !== request).map((standing) => standing.number);
    const detail = { request: number, reason, held, ...(left.length > 0 ? { standing: left } : {}) };
    await appendAudit(decided, { who: by, action: RELEASED, detail });
    // Somebody has lifted it by hand, and the gate may be open: verify names that.
    if (delay === null) return known.filter((standing) => standing !== request);
    const standing = await writeRequests(decided, Number(row.delay_fence));
    if (standing.length > 0 && !delay.pausedToo) await sayDelay(decided);
    if (standing.length > 0 || delay.pausedToo) return standing;
    await sql`
      UPDATE incidents SET gate = 'open', gate_reason = '', gate_by = ${cutText(by, 200)}, gate_since = UTC_TIMESTAMP(6)
      WHERE incident = ${books.incident}`.execute(decided.db);
    await appendAudit(decided, { who: by, action: 'gate-opened', detail: { fence: Number(row.fence) } });
    return standing;
  });
}

async function lockDelay(decided: BareBooks): Promise<DelayColumns> {
  await lockOpenIncident(decided);
  const { rows } = await sql<DelayColumns>`
    SELECT gate, fence, delay_by, delay_reason, delay_since, delay_fence FROM incidents
    WHERE incident = ${decided.incident} FOR UPDATE`.execute(decided.db);
  return rows[0]!;
}
