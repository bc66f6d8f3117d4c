import { sql } from 'kysely';
import { inRange } from '../company/company';
import { keyFromSql, type SqlKey } from '../company/key-column';
import { planRanges } from '../company/next-ranges';
import type { Incident } from '../incident/incident-schema';
import {
  DAY_MILLISECONDS,
  dueDates,
  KEPT_WORDS,
  type Kept,
  type Purged,
  type PurgedKinds,
} from '../incident/retention';
import type { CustomerId, KeyRange } from '../incident/vocabulary';
import { appendAudit, readAudit } from './audit-chain';
import { type BareBooks, type Books, keyOf, transaction } from './books';
import { endIn, PURGE_FACTS, rowFaults } from './compare-row-with-audit';
import type { IncidentRow } from './incident-row';
import type { AuditTable } from './ledger-tables';
import { affected, isoTime, sqlTimeMs } from './rows';

/** What the ledger itself keeps: journals are files. */
export type KeptInLedger = Exclude<Kept, 'journals'>;

const CUSTOMERS_AT_ONCE = 5_000;

// What was purged is '': where there never was any it is NULL, but for fingerprints, which only the record tells.
const COLUMNS = {
  fingerprints: { table: sql`cohort`, column: sql`fingerprints`, wave: sql`` },
  addresses: { table: sql`notices`, column: sql`address`, wave: sql`AND wave IN ('notice','reminder')` },
  relayWords: { table: sql`notices`, column: sql`reply_text`, wave: sql`AND wave IN ('notice','reminder')` },
} satisfies Record<KeptInLedger, unknown>;

/** How many rows still have it. One scan. */
export async function countKept({ db, incident }: BareBooks, kind: KeptInLedger): Promise<number> {
  const { table, column } = COLUMNS[kind];
  const { rows } = await sql<{ kept: string }>`
    SELECT COUNT(*) AS kept FROM ${table} WHERE incident = ${incident} AND ${column} <> ''`.execute(db);
  return Number(rows[0]!.kept);
}

/** The audit's actions: before the first row changes, and after the last. */
export const BEGUN = 'purge';
const DONE = 'purged';

interface Entry {
  kind: Kept;
  /** How many; of what is begun: how many there were. */
  rows: number;
}

/** What was purged by the record (I6), each kind as it was said last. */
export async function readPurged({ db, incident }: BareBooks): Promise<PurgedKinds> {
  const { rows: entries } = await sql<{ at: string; who: string; action: string; detail: string }>`
    SELECT at, who, action, detail FROM audit
    WHERE incident = ${incident} AND action IN (${BEGUN}, ${DONE}) ORDER BY seq`.execute(db);
  const purged: PurgedKinds = {};
  for (const { at, who, action, detail } of entries) {
    const kind = kindIn(detail);
    if (kind === null) continue;
    const entry: Purged = { at: isoTime(at), by: who, done: action === DONE };
    purged[kind] = entry;
  }
  return purged;
}

/** Null where somebody has changed the entry by hand: `verify` names it. */
function kindIn(detail: string): Kept | null {
  try {
    return (JSON.parse(detail) as Entry | null)?.kind ?? null;
  } catch {
    return null;
  }
}

/** Other incidents of this ledger whose fingerprints are gone: whose old passwords they were nobody can tell any more. */
export async function otherwisePurged({ db, incident }: BareBooks): Promise<string[]> {
  const { rows } = await sql<{ id: string; detail: string }>`
    SELECT i.incident_id AS id, a.detail FROM audit a JOIN incidents i ON i.incident = a.incident
    WHERE a.incident <> ${incident} AND a.action = ${BEGUN} ORDER BY a.incident, a.seq`.execute(db);
  return [...new Set(rows.filter(({ detail }) => kindIn(detail) === 'fingerprints').map(({ id }) => id))];
}

/** What was purged before its time, or is nowhere due, by the audit log alone (I6). @param file as it was started. */
export function earlyPurges(entries: AuditTable[], file: Pick<Incident, 'retention'>): string[] {
  const end = endIn(entries);
  const dues = dueDates(file, end && isoTime(end.at));
  return entries
    .filter(({ action }) => action === BEGUN)
    .flatMap(({ seq, at, who, detail }) => {
      const kind = kindIn(detail);
      const due = dues.find((known) => known.kind === kind);
      if (due === undefined) return [];
      const what = `entry ${seq}: ${who} purged the ${KEPT_WORDS[due.kind]} on ${at.slice(0, 19)} UTC`;
      if (due.afterDays === null) return [`${what}, and the file names no period for them`];
      if (due.dueAt === null) return [`${what}, and no entry says that the incident was over`];
      if (sqlTimeMs(at) >= Date.parse(due.dueAt) - AS_THE_ROW_MILLISECONDS) return [];
      return [`${what}, and they were due on ${due.dueAt.slice(0, 19).replace('T', ' ')} UTC`];
    });
}

/** A version before this one counted from the row's time, which is that of the statement, some time before its entry's. */
const AS_THE_ROW_MILLISECONDS = 15_000;

/** Another incident that expired a customer's password and has purged what would know it again. */
export interface PurgedElsewhere extends Purged {
  incidentId: string;
}

/**
 * For which of these customers of the cohort only fingerprints that another incident has purged could tell whether the password in use is
 * one that was expired. What was purged after this incident's expiry is not lost: the expiry had taken it over (expire-statements.ts).
 */
export async function purgedElsewhere(
  books: Books,
  ids: readonly CustomerId[],
): Promise<Map<CustomerId, PurgedElsewhere>> {
  const { db, incident } = books;
  const { rows: entries } = await sql<{
    incident: number;
    incidentId: string;
    at: string;
    by: string;
    detail: string;
  }>`
    SELECT a.incident, i.incident_id AS incidentId, a.at, a.who AS \`by\`, a.detail
    FROM audit a JOIN incidents i ON i.incident = a.incident
    WHERE a.incident <> ${incident} AND a.action = ${BEGUN} ORDER BY a.incident, a.seq`.execute(db);
  const purges = entries.filter(({ detail }) => kindIn(detail) === 'fingerprints');
  if (ids.length === 0 || purges.length === 0) return new Map();
  const keys = sql.join(ids.map((id) => keyOf(books, id)));
  const others = sql.join([...new Set(purges.map((purge) => purge.incident))]);
  // Both by the primary key: in milliseconds at any size.
  const { rows: expired } = await sql<{ customer: SqlKey; other: number; expiredAt: string }>`
    SELECT b.customer_id AS customer, b.incident AS other, k.expired_at AS expiredAt
    FROM cohort b JOIN cohort k ON k.incident = ${incident} AND k.customer_id = b.customer_id
    WHERE b.incident IN (${others}) AND b.customer_id IN (${keys}) AND b.password = 'expired'
    ORDER BY b.incident`.execute(db);
  return new Map(
    expired.flatMap(({ customer, other, expiredAt }) => {
      const purge = purges.findLast(
        (known) => known.incident === other && (other > incident || known.at <= expiredAt),
      );
      if (purge === undefined) return [];
      const { incidentId, at, by } = purge;
      return [[keyFromSql(customer), { incidentId, at: isoTime(at), by, done: true }] as const];
    }),
  );
}

/** It goes on, or its time has not come: nothing was purged. */
export class NotDueError extends Error {
  readonly code = 'NOT_DUE';
  constructor() {
    super('The incident is not over for so long yet: nothing was purged');
    this.name = 'NotDueError';
  }
}

/** The row says otherwise than the audit log what a purge goes by: somebody has written into it, and nothing was purged. */
export class RowChangedError extends Error {
  readonly code = 'ROW_CHANGED';
  constructor(readonly faults: string[]) {
    super(faults.join('; '));
    this.name = 'RowChangedError';
  }
}

/** Who purges, and how many days after the incident's end it may be done. */
export interface PurgeWord {
  by: string;
  afterDays: number;
  /** A transaction each; tests make it small. */
  customersAtOnce?: number;
}

/**
 * Purges all rows of one kind, some thousand customers a transaction: killed anywhere, the next call goes on. The record comes
 * first, so that nothing is gone which nobody has written down, and once more with the count when all is gone.
 * @returns how many rows lost it now.
 * @throws NotDueError, RowChangedError
 */
export async function purgeKind(books: Books, kind: KeptInLedger, word: PurgeWord): Promise<number> {
  const { customersAtOnce: size = CUSTOMERS_AT_ONCE } = word;
  const there = await countKept(books, kind);
  await beginPurge(books, kind, there, word);
  let rows = 0;
  for await (const range of rangesOf(books, size)) rows += await emptied(books, kind, range);
  // Rows of nobody in the cohort, and what came meanwhile.
  for (let more = 1; more > 0; rows += more) more = await emptied(books, kind, null);
  await endPurge(books, kind, { there, rows }, word);
  return rows;
}

async function* rangesOf(
  { db, incident, company: { keyColumn } }: Books,
  size: number,
): AsyncGenerator<KeyRange> {
  const plan = { source: { cohortOf: incident }, keyColumn, size, count: 1 };
  for (let after: KeyRange['after'] = null; ; ) {
    const [range]: KeyRange[] = await planRanges(db, { ...plan, after });
    if (range === undefined) return;
    yield range;
    after = range.upTo;
  }
}

async function emptied(books: Books, kind: KeptInLedger, range: KeyRange | null): Promise<number> {
  const { table, column, wave } = COLUMNS[kind];
  const where =
    range === null
      ? sql`LIMIT ${CUSTOMERS_AT_ONCE}`
      : sql`${wave} AND ${inRange(sql`customer_id`, books.company.keyColumn, range)}`;
  return affected(
    await sql`
      UPDATE ${table} SET ${column} = '' WHERE incident = ${books.incident} AND ${column} <> '' ${where}`.execute(
      books.db,
    ),
  );
}

/**
 * On the record before the first is gone. The incident is over for long enough, by the audit log and the database's own clock: the row's
 * time can be moved back by whoever may write it. @throws NotDueError, RowChangedError
 */
export async function beginPurge(
  books: BareBooks,
  kind: Kept,
  rows: number,
  { by, afterDays }: PurgeWord,
): Promise<void> {
  await transaction(books, async (decided) => {
    const { rows: locked } = await sql<IncidentRow & { now: string }>`
      SELECT i.*, UTC_TIMESTAMP(6) AS now FROM incidents i WHERE i.incident = ${books.incident} FOR UPDATE`.execute(
      decided.db,
    );
    const entries = await readAudit(decided);
    const faults = rowFaults(locked[0]!, entries, PURGE_FACTS);
    if (faults.length > 0) throw new RowChangedError(faults);
    const end = endIn(entries);
    if (end === null || sqlTimeMs(end.at) + afterDays * DAY_MILLISECONDS > sqlTimeMs(locked[0]!.now))
      throw new NotDueError();
    const detail: Entry = { kind, rows };
    await appendAudit(decided, { who: by, action: BEGUN, detail: { ...detail } });
  });
}

/**
 * With all that is gone, also by an earlier call that was killed, or by one beside it.
 * @param counted how many there were when this call began, and how many it has purged: more where some came meanwhile.
 */
export async function endPurge(
  books: BareBooks,
  kind: Kept,
  counted: { there: number; rows: number },
  { by }: Pick<PurgeWord, 'by'>,
): Promise<void> {
  await transaction(books, async (decided) => {
    const first = await firstBegun(decided, kind);
    if (first === null) return;
    const detail: Entry = { kind, rows: first + Math.max(0, counted.rows - counted.there) };
    await appendAudit(decided, { who: by, action: DONE, detail: { ...detail } });
  });
}

/** How many there were when it was begun first since this kind was purged the last time; null: a call beside this one has ended it. */
async function firstBegun({ db, incident }: BareBooks, kind: Kept): Promise<number | null> {
  await sql`SELECT 1 FROM incidents WHERE incident = ${incident} FOR UPDATE`.execute(db);
  const { rows: entries } = await sql<{ action: string; detail: string }>`
    SELECT action, detail FROM audit
    WHERE incident = ${incident} AND action IN (${BEGUN}, ${DONE}) ORDER BY seq`.execute(db);
  const own = entries
    .map(({ action, detail }) => ({ action, ...(JSON.parse(detail) as Entry) }))
    .filter((entry) => entry.kind === kind);
  const since = own.slice(own.findLastIndex(({ action }) => action === DONE) + 1);
  return since[0]?.rows ?? null;
}
