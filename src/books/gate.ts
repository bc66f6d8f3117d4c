import { sql } from 'kysely';
import { cutText } from '../incident/cut-text';
import { HELD_FOR_LAW } from '../incident/law-delay';
import type { GateState } from '../incident/vocabulary';
import { appendAudit } from './audit-chain';
import { type BareBooks, transaction } from './books';
import { endPauseOnly, readDelay, type StandingDelay } from './delay';
import { readVersion } from './file-versions';
import type { IncidentsTable } from './ledger-tables';
import { isoTime } from './rows';

/** The gate as it stands, and what may still be on its way. Times are ISO 8601 in UTC. */
export interface Gate {
  gate: GateState;
  reason: string;
  by: string;
  since: string;
  /** Counts the closings. */
  fence: number;
  ratePerSecond: number;
  /** Claims whose lease still runs, and when the last of them ends: from then on no dot can go out. */
  liveClaims: number;
  quietBy: string | null;
  /** What law enforcement asked for; null: nothing. */
  delay: StandingDelay | null;
  /** Of the incident's file: whoever has another one has old words. */
  version: number;
}

export async function readGate({ db, incident }: BareBooks): Promise<Gate> {
  const { rows } = await sql<GateRow>`
    SELECT gate, gate_reason, gate_by, gate_since, fence, rate_per_second FROM incidents
    WHERE incident = ${incident}`.execute(db);
  const row = rows[0]!;
  const live = await sql<{ claims: string; last: string | null }>`
    SELECT COUNT(*) AS claims, MAX(lease_until) AS last FROM claims
    WHERE incident = ${incident} AND settled = 0 AND lease_until > UTC_TIMESTAMP(3)`.execute(db);
  return {
    gate: row.gate,
    reason: row.gate_reason,
    by: row.gate_by,
    since: isoTime(row.gate_since),
    fence: Number(row.fence),
    ratePerSecond: row.rate_per_second,
    liveClaims: Number(live.rows[0]!.claims),
    quietBy: live.rows[0]!.last && isoTime(live.rows[0]!.last),
    delay: await readDelay({ db, incident }),
    version: await readVersion({ db, incident }),
  };
}

type GateRow = Pick<
  IncidentsTable,
  'gate' | 'gate_reason' | 'gate_by' | 'gate_since' | 'fence' | 'rate_per_second'
>;

/**
 * Closes the gate, whatever it was, and raises the fence. Its first statement waits for every claim transaction in flight, since each
 * holds a share lock on this row: once this returns, no claim can commit (I2). A gate that was closed keeps the words of its first
 * closing, which say what is wrong: whoever pauses a run that the breaker has stopped must not hide why.
 */
export async function closeGate(books: BareBooks, reason: string, by: string): Promise<Gate> {
  await transaction(books, (decided) => closeIn(decided, reason, by));
  return readGate(books);
}

/** The same, within a transaction that decides something else besides. */
export async function closeIn(decided: BareBooks, reason: string, by: string): Promise<void> {
  const { db, incident } = decided;
  const { rows } = await sql<ClosedRow>`
    SELECT gate, gate_reason, gate_by FROM incidents WHERE incident = ${incident} FOR UPDATE`.execute(db);
  const first = rows[0]!;
  const again = isClosedByWords(first);
  if (again)
    await sql`
      UPDATE incidents SET fence = fence + 1, gate_reason = ${closedAgain(first, reason, by)}
      WHERE incident = ${incident}`.execute(db);
  else
    await sql`
      UPDATE incidents SET gate = 'closed', fence = fence + 1, gate_reason = ${cutText(reason, 500)},
        gate_by = ${cutText(by, 200)}, gate_since = UTC_TIMESTAMP(6)
      WHERE incident = ${incident}`.execute(db);
  const detail = again ? { reason, again } : { reason };
  await appendAudit(decided, { who: by, action: 'gate-closed', detail });
}

type ClosedRow = Pick<IncidentsTable, 'gate' | 'gate_reason' | 'gate_by'>;

/** What law enforcement's delay alone says of the gate stands in the delay, too: a pause besides has words of its own. */
function isClosedByWords({ gate, gate_reason: reason }: ClosedRow): boolean {
  return gate === 'closed' && reason !== '' && !reason.startsWith(HELD_FOR_LAW);
}

/** The first closing's words, then the next one's; said once where an activity or a tired operator repeats itself. */
export function closedAgain(
  { gate_reason: first, gate_by: firstBy }: Pick<ClosedRow, 'gate_reason' | 'gate_by'>,
  reason: string,
  by: string,
): string {
  const next = `; then by ${cutText(by, 200)}: ${reason}`;
  const isRepeated = firstBy === cutText(by, 200) && first === cutText(reason, 500);
  return isRepeated || first.includes(next) ? first : cutText(`${first}${next}`, 500);
}

/**
 * Opens the gate that was closed under `fence`, and only that closing: an opening that froze and woke up after a later
 * pause must not undo it. While law enforcement's delay stands nothing opens it: the pause ends, and the gate stays closed.
 */
export async function openGate(
  books: BareBooks,
  fence: number,
  by: string,
): Promise<Gate & { opened: boolean }> {
  const opened = await transaction(books, (decided) => openIn(decided, fence, by));
  const gate = await readGate(books);
  // A repeated opening finds the gate open under its fence: its first attempt's acknowledgement was lost.
  return { ...gate, opened: opened || (gate.gate === 'open' && gate.fence === fence) };
}

/** The same, within a transaction that decides something else besides. */
export async function openIn(decided: BareBooks, fence: number, by: string): Promise<boolean> {
  const { numAffectedRows } = await sql`
    UPDATE incidents SET gate = 'open', gate_reason = '', gate_by = ${cutText(by, 200)}, gate_since = UTC_TIMESTAMP(6)
    WHERE incident = ${decided.incident} AND gate = 'closed' AND fence = ${fence} AND delay_since IS NULL`.execute(
    decided.db,
  );
  if (numAffectedRows !== 1n) {
    await endPauseOnly(decided, fence, by);
    return false;
  }
  await appendAudit(decided, { who: by, action: 'gate-opened', detail: { fence } });
  return true;
}
