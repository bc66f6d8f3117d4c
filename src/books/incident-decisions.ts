import { sql } from 'kysely';
import type { SqlKey } from '../company/key-column';
import type { AskedThrough } from '../incident/asked-by';
import { cutText } from '../incident/cut-text';
import type { Hold, RefusedWord } from '../incident/run-status';
import type { Phase } from '../incident/vocabulary';
import { type AuditEntry, appendAudit } from './audit-chain';
import { type BareBooks, transaction } from './books';

/** Enters a phase: clears the frontier and the hold. A repeated call changes and records nothing. */
export async function enterPhase(books: BareBooks, phase: Phase, by: string, reason?: string): Promise<void> {
  const ends = phase === 'closed' || phase === 'cancelled';
  await transaction(books, async (decided) => {
    const { numAffectedRows } = await sql`
      UPDATE incidents SET phase = ${phase}, frontier = NULL, hold_kind = NULL, hold_reason = NULL,
        closed_at = ${ends ? sql`UTC_TIMESTAMP(6)` : sql`NULL`}
      WHERE incident = ${books.incident} AND phase NOT IN ('closed','cancelled') AND phase <> ${phase}`.execute(
      decided.db,
    );
    if (numAffectedRows !== 1n) return;
    const detail = reason ? { phase, reason } : { phase };
    await appendAudit(decided, { who: by, action: 'phase', detail });
  });
}

/**
 * The new rate holds from the next claim on. A repeated call records nothing.
 * @param version of the file that whoever asked went by: what a reset replays must not undo the pace of a later amendment.
 * @returns false: the file was amended since, and nothing was changed.
 */
export async function setRate(
  books: BareBooks,
  perSecond: number,
  by: string,
  version?: number,
): Promise<boolean> {
  return transaction(books, async (decided) => {
    const { rows } = await sql<{ version: number; ratePerSecond: number }>`
      SELECT version, rate_per_second AS ratePerSecond FROM incidents WHERE incident = ${books.incident} FOR UPDATE`.execute(
      decided.db,
    );
    const row = rows[0]!;
    if (row.ratePerSecond === perSecond) return true;
    if (version !== undefined && row.version !== version) return false;
    await sql`UPDATE incidents SET rate_per_second = ${perSecond} WHERE incident = ${books.incident}`.execute(
      decided.db,
    );
    await appendAudit(decided, { who: by, action: 'rate', detail: { perSecond } });
    return true;
  });
}

/** Why the run waits, on the row until somebody resumes it (null, by their word). A repeated call records nothing. */
export async function recordHold(
  books: BareBooks,
  hold: Pick<Hold, 'kind' | 'reason'> | null,
  by = 'the workflow',
): Promise<void> {
  const kind = hold?.kind ?? null;
  const words = hold ? cutText(hold.reason, 1000) : null;
  await transaction(books, async (decided) => {
    const { numAffectedRows } = await sql`
      UPDATE incidents SET hold_kind = ${kind}, hold_reason = ${words}
      WHERE incident = ${books.incident} AND NOT (hold_kind <=> ${kind} AND hold_reason <=> ${words})`.execute(
      decided.db,
    );
    if (numAffectedRows !== 1n) return;
    const entry =
      words === null ? { action: 'resume', detail: {} } : { action: 'hold', detail: { kind, reason: words } };
    await appendAudit(decided, { who: by, ...entry });
  });
}

/** Planning may begin after this key when Temporal was lost: a hint, moved without a record. */
export async function saveFrontier({ db, incident }: BareBooks, frontier: SqlKey): Promise<void> {
  await sql`UPDATE incidents SET frontier = ${frontier} WHERE incident = ${incident}`.execute(db);
}

/** Appends the entry unless one of this action, with the mark in its detail, is there already; true when it was appended now. */
export async function recordOnce(books: BareBooks, entry: AuditEntry, mark = ''): Promise<boolean> {
  return transaction(books, async (decided) => {
    const known = await sql`
      SELECT incident FROM incidents i WHERE i.incident = ${books.incident}
        AND EXISTS (SELECT 1 FROM audit a WHERE a.incident = i.incident AND a.action = ${entry.action}
          AND LOCATE(${mark}, a.detail) > 0) FOR UPDATE`.execute(decided.db);
    if (known.rows.length > 0) return false;
    await appendAudit(decided, entry);
    return true;
  });
}

/** A signal that no run knows, once for each. */
export async function recordForeign(
  books: BareBooks,
  { who, signal, through }: { who: string; signal: string; through: AskedThrough },
): Promise<void> {
  const detail = { signal, ...through };
  await recordOnce(books, { who, action: 'foreign-signal', detail }, JSON.stringify(detail));
}

/** A word that did nothing, once for each. */
export async function recordRefused(
  books: BareBooks,
  {
    who,
    through,
    word,
    ...refused
  }: { who: string; through: AskedThrough; why: string; fence?: number; word: RefusedWord['word'] },
): Promise<void> {
  const mark = JSON.stringify(through).slice(1);
  const detail = { ...refused, ...through };
  await recordOnce(
    books,
    word === 'resume' ? { who, action: 'resume-refused', detail } : { who, action: 'rate-refused', detail },
    mark,
  );
}

/** The incident is closed or cancelled: nothing can be decided any more. */
export class IncidentOverError extends Error {
  /** As a driver's error has one: what may be told without personal data. */
  readonly code = 'INCIDENT_OVER';
  constructor() {
    super('The incident is closed for good: nothing can be decided any more, and nothing was changed');
    this.name = 'IncidentOverError';
  }
}

/**
 * Locks the incident's row for a decision that changes notices, before the first of them: then either the incident's closing
 * waits and sees the decision, or the decision is refused. @throws IncidentOverError
 */
export async function lockOpenIncident(decided: BareBooks): Promise<void> {
  if (await lockIncident(decided)) throw new IncidentOverError();
}

/** Whether it is over. */
async function lockIncident({ db, incident }: BareBooks): Promise<boolean> {
  const { rows } = await sql<{ closedAt: string | null }>`
    SELECT closed_at AS closedAt FROM incidents WHERE incident = ${incident} FOR UPDATE`.execute(db);
  if (rows.length === 0) throw new Error(`There is no incident ${incident} in the ledger.`);
  return rows[0]!.closedAt !== null;
}

/** The number of the last decision in the audit log. */
export async function lastDecision({ db, incident }: BareBooks): Promise<number> {
  const { rows } = await sql<{ seq: number }>`
    SELECT MAX(seq) AS seq FROM audit WHERE incident = ${incident}`.execute(db);
  return Number(rows[0]!.seq);
}

/**
 * Closes the incident for good, gate and all; a repeated call records nothing. The caller has checked the books.
 * @param checkedAt the last decision before that check. One that came since (`retry`, `settle --decide resend`) may have
 * reopened notices: then nothing is done.
 * @returns whether it is closed.
 */
export async function closeIncident(
  books: BareBooks,
  { by, facts, checkedAt }: { by: string; facts: Record<string, unknown>; checkedAt: number },
): Promise<boolean> {
  return transaction(books, async (decided) => {
    if (await lockIncident(decided)) return true;
    // Whoever decides holds this row's lock from before the first notice is changed (lockOpenIncident).
    if ((await lastDecision(decided)) !== checkedAt) return false;
    await sql`
      UPDATE incidents SET phase = 'closed', closed_at = UTC_TIMESTAMP(6), hold_kind = NULL, hold_reason = NULL, gate = 'closed',
        gate_reason = 'the incident is closed', gate_by = ${cutText(by, 200)}, gate_since = UTC_TIMESTAMP(6), fence = fence + 1
      WHERE incident = ${books.incident}`.execute(decided.db);
    await appendAudit(decided, { who: by, action: 'close', detail: facts });
    return true;
  });
}
