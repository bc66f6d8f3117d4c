import { type Kysely, type QueryExecutorProvider, sql } from 'kysely';
import type { RevokeEntry } from '../incident/database-schema';
import type { Disposition, KeyRange } from '../incident/vocabulary';
import { type Company, inRange, sourceName } from './company';
import { endingWords, entryPath, revokeOrder } from './entries';
import { type ExpiryChunk, expireAgain, freezeCohort, retirePasswords } from './expire-statements';
import { CommitUnknownError, inTransaction } from './in-transaction';
import { noteExpiredRange } from './reappeared';
import { revoke } from './revoke';

export interface Expiry {
  /** Our number of the incident. */
  incident: number;
  lane: string;
  /** What takeLane wrote for this attempt. */
  laneToken: string;
  range: KeyRange;
}

/** Newly frozen by this call, by what became of the password; and rows of `revoke` that died. */
export type ExpiryCounts = Record<Disposition, number> & { revoked: number };

/** Another attempt works in this lane now: this one must end (I2, I5). */
export class LaneLostError extends Error {
  constructor(lane: string) {
    super(`Another attempt took over the lane ${lane}`);
    this.name = 'LaneLostError';
  }
}

/** A password is alive again as soon as it has been retired. */
export class PasswordStaysError extends Error {
  /** As a driver's error has one: what may be told without personal data. */
  readonly code = 'PASSWORD_STAYS';
  constructor(range: KeyRange, table: string) {
    super(
      `Between the keys ${range.after ?? '(the first)'} and ${range.upTo} a password in ${table} stays alive: ` +
        'look for a trigger on that table that puts it back (the dry run lists them), then resume',
    );
    this.name = 'PasswordStaysError';
  }
}

/**
 * The server refuses a statement of the expiry, as a rule for a value in a row. Has the driver's code, so that whoever repeats a deadlock
 * still recognizes one.
 */
export class EntryRefusedError extends Error {
  readonly code: string;
  readonly errno: number;
  readonly sqlState: string | undefined;
  /** @param doing completes "The database refuses ...": names of the file alone, no personal data. */
  constructor(doing: string, cause: ServerRefusal) {
    const { code, errno, sqlState } = cause;
    super(
      `The database refuses ${doing} (${code}, ${errno}): the dry run (npm start -- FILE) names the condition or value that is in the way`,
      { cause },
    );
    this.name = 'EntryRefusedError';
    this.code = code;
    this.errno = errno;
    this.sqlState = sqlState;
  }
}

interface ServerRefusal {
  code: string;
  errno: number;
  sqlState?: string;
}

async function naming<T>(doing: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    const { sqlMessage } = error as { sqlMessage?: string };
    throw sqlMessage === undefined ? error : new EntryRefusedError(doing, error as ServerRefusal);
  }
}

const ATTEMPTS = 4;
const DUPLICATE_KEY = 1062;

/**
 * Expires one range in one transaction: lane, cohort, passwords, what they had opened. Repeating a range changes nothing (I5); a
 * customer is in the cohort exactly when the expiry is committed (I4). A COMMIT whose acknowledgement is lost is repeated: the
 * lane's lock waits for the first one's end, and what it froze is counted by its stamp (C37).
 * @throws LaneLostError, PasswordStaysError, EntryRefusedError, and the driver's errors that are not deadlocks.
 */
export async function expireRange<Tables>(
  db: Kysely<Tables>,
  company: Company,
  expiry: Expiry,
): Promise<ExpiryCounts> {
  const uncertain: DoneChunk[] = [];
  for (let attempt = 1; ; attempt++) {
    let done: DoneChunk | undefined;
    try {
      return await inTransaction(db, async (trx) => {
        const stamp = await lockLane(trx, expiry);
        for (const earlier of uncertain) {
          const counts = await countFrozen(trx, company, expiry, earlier.stamp);
          if (total(counts) > 0) return { ...counts, revoked: earlier.revoked };
        }
        const passedOver = await isPassedOver(trx, expiry);
        const fresh = !passedOver && !(await isAnyFrozen(trx, company, expiry));
        const chunk: ExpiryChunk = {
          incident: expiry.incident,
          earlier: await earlierIncidents(trx, expiry),
          range: expiry.range,
          fresh,
          passedOver,
          stamp,
          now: instantOfStamp(stamp),
        };
        const { counts, revoked } = await expireChunk(trx, company, chunk);
        done = { stamp, revoked };
        return { ...counts, revoked };
      });
    } catch (error) {
      const { errno } = error as { errno?: number };
      if (error instanceof CommitUnknownError && done) uncertain.push(done);
      const repeatable = error instanceof CommitUnknownError || errno === DUPLICATE_KEY;
      if (!repeatable || attempt >= ATTEMPTS) throw error;
    }
  }
}

interface DoneChunk {
  stamp: string;
  revoked: number;
}

async function expireChunk<Tables>(trx: Kysely<Tables>, company: Company, chunk: ExpiryChunk) {
  const { retire, revoke } = company.mapping;
  const reading = `reading ${sourceName(company)} and what retire and leaveOut say about it`;
  await naming(reading, freezeCohort(company, chunk).execute(trx));
  const counts = await countFrozen(trx, company, chunk, chunk.stamp);
  if (!chunk.fresh) await naming(reading, expireAgain(company, chunk).execute(trx));
  for (const [i, { table, column }] of retire.entries()) {
    const { numAffectedRows = 0n, numChangedRows = 0n } = await naming(
      `expiring ${table}.${column}, database.retire.${i}`,
      retirePasswords(company, chunk, i).execute(trx),
    );
    // Whatever matches is another value than the dead one: a row that did not change was kept by a trigger (I3).
    if (numChangedRows < numAffectedRows) throw new PasswordStaysError(chunk.range, table);
  }
  let revoked = 0;
  for (const entry of revokeOrder(revoke)) revoked += await revokeEntry(trx, company, entry, chunk);
  await noteExpiredRange(trx, company.keyColumn, chunk);
  return { counts, revoked };
}

function revokeEntry(
  trx: QueryExecutorProvider,
  company: Company,
  entry: RevokeEntry,
  chunk: ExpiryChunk,
): Promise<number> {
  const doing = `${endingWords(entry)}, database.${entryPath(company.mapping, entry)}`;
  return naming(doing, revoke(trx, company, entry, chunk));
}

/**
 * A moment after the expiry of a range: ends what logins that were under way had opened (I3), and what a password that is not believed
 * to be new has opened. Touches no password and nothing that a repeat would not.
 * @returns how many rows.
 */
export async function revokeLate<Tables>(
  db: Kysely<Tables>,
  company: Company,
  { incident, range }: Pick<Expiry, 'incident' | 'range'>,
): Promise<number> {
  const dated = revokeOrder(company.mapping.revoke).filter(({ createdAt }) => createdAt !== undefined);
  if (dated.length === 0) return 0;
  return inTransaction(db, async (trx) => {
    const { rows } = await sql<{ stamp: string }>`SELECT UTC_TIMESTAMP(6) AS stamp`.execute(trx);
    const { stamp } = rows[0]!;
    const chunk: ExpiryChunk = {
      incident,
      earlier: [],
      range,
      fresh: false,
      passedOver: true,
      stamp,
      now: instantOfStamp(stamp),
    };
    let revoked = 0;
    for (const entry of dated) revoked += await revokeEntry(trx, company, entry, chunk);
    return revoked;
  });
}

function instantOfStamp(stamp: string): number {
  return Date.parse(`${stamp.replace(' ', 'T')}Z`);
}

/** The lane's row stays locked to the end of the transaction: who takes the lane over waits for it. */
async function lockLane(trx: QueryExecutorProvider, { incident, lane, laneToken }: Expiry): Promise<string> {
  const { rows } = await sql<{ token: string; now: string }>`
    SELECT token, UTC_TIMESTAMP(6) AS now FROM lanes WHERE incident = ${incident} AND lane = ${lane} FOR UPDATE`.execute(
    trx,
  );
  if (rows[0]?.token !== laneToken) throw new LaneLostError(lane);
  return rows[0].now;
}

async function earlierIncidents(trx: QueryExecutorProvider, { incident }: Expiry): Promise<number[]> {
  const { rows } = await sql<{
    incident: number;
  }>`SELECT incident FROM incidents WHERE incident < ${incident}`.execute(trx);
  return rows.map((row) => Number(row.incident));
}

/** Whether the run has been through its expiry: it comes back to it when something lives again. */
async function isPassedOver(trx: QueryExecutorProvider, { incident }: Expiry): Promise<boolean> {
  const { rows } = await sql`
    SELECT 1 FROM audit WHERE incident = ${incident} AND action = 'phase' AND detail LIKE '%"verify"%' LIMIT 1`.execute(
    trx,
  );
  return rows.length > 0;
}

async function isAnyFrozen(
  trx: QueryExecutorProvider,
  { keyColumn }: Company,
  { incident, range }: Expiry,
): Promise<boolean> {
  const { rows } = await sql`
    SELECT 1 FROM cohort WHERE incident = ${incident} AND ${inRange(sql`customer_id`, keyColumn, range)} LIMIT 1`.execute(
    trx,
  );
  return rows.length > 0;
}

async function countFrozen(
  trx: QueryExecutorProvider,
  { keyColumn }: Company,
  { incident, range }: Pick<Expiry, 'incident' | 'range'>,
  stamp: string,
): Promise<Record<Disposition, number>> {
  const { rows } = await sql<{ password: Disposition; customers: string }>`
    SELECT password, COUNT(*) AS customers FROM cohort
    WHERE incident = ${incident} AND ${inRange(sql`customer_id`, keyColumn, range)} AND expired_at = ${stamp}
    GROUP BY password`.execute(trx);
  const counts: Record<Disposition, number> = { expired: 0, changed_since: 0, none: 0 };
  for (const row of rows) counts[row.password] = Number(row.customers);
  return counts;
}

function total(counts: Record<Disposition, number>): number {
  return counts.expired + counts.changed_since + counts.none;
}
