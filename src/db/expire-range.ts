import { sql } from 'kysely';
import type { Disposition, KeyRange } from '../incident/vocabulary';
import { type Company, companyTime, inRange } from './company-tables';
import { deleteCredentials } from './delete-credentials';
import { type ExpiryChunk, freezeCohort, retirePasswords } from './expire-statements';
import { CommitUnknownError, inTransaction } from './in-transaction';
import type { LedgerDatabase } from './open-database';

export interface Expiry {
  /** Our number of the incident. */
  incident: number;
  lane: string;
  /** What takeLane wrote for this attempt. */
  laneToken: string;
  /** The incident's cutoff, ISO 8601 with its zone. */
  cutoff: string;
  range: KeyRange;
}

/** Newly frozen by this call, by what became of the password; and rows deleted from the credential tables. */
export type ExpiryCounts = Record<Disposition, number> & { credentialsDeleted: number };

/** Another attempt works in this lane now: this one must end (I2, I5). */
export class LaneLostError extends Error {
  constructor(lane: string) {
    super(`Another attempt took over the lane ${lane}`);
    this.name = 'LaneLostError';
  }
}

/** A password from before the cutoff is alive again each time it has been retired. */
export class PasswordStaysError extends Error {
  /** As a driver's error has one: what may be told without personal data. */
  readonly code = 'PASSWORD_STAYS';
  constructor(range: KeyRange) {
    super(
      `Between the keys ${range.after ?? '(the first)'} and ${range.upTo} a password from before the cutoff stays alive: ` +
        'look for a trigger on the customers table that puts it back (the dry run lists them), then resume',
    );
    this.name = 'PasswordStaysError';
  }
}

const ATTEMPTS = 4;
const COLUMN_CANNOT_BE_NULL = 1048;
const DUPLICATE_KEY = 1062;

/**
 * Expires one range in one transaction: lane, passwords, cohort, what they had opened. Repeating a range changes nothing (I5); a
 * customer is in the cohort exactly when the expiry is committed (I4). A COMMIT whose acknowledgement is lost is repeated: the
 * lane's lock waits for the first one's end, and what it froze is counted by its stamp (C37).
 * @throws LaneLostError, PasswordStaysError, and the driver's errors that are not deadlocks.
 */
export async function expireRange(
  db: LedgerDatabase,
  company: Company,
  expiry: Expiry,
): Promise<ExpiryCounts> {
  const unsure: Done[] = [];
  for (let attempt = 1; ; attempt++) {
    let done: Done | undefined;
    try {
      return await inTransaction(db, async (trx) => {
        const stamp = await lockLane(trx, expiry);
        for (const earlier of unsure) {
          const counts = await countFrozen(trx, company, expiry, earlier.stamp);
          if (total(counts) > 0) return { ...counts, credentialsDeleted: earlier.credentialsDeleted };
        }
        const fresh = !(await isAnyFrozen(trx, company, expiry));
        done = await expireChunk(trx, company, chunkAt(company, expiry, stamp, fresh));
        return {
          ...(await countFrozen(trx, company, expiry, stamp)),
          credentialsDeleted: done.credentialsDeleted,
        };
      });
    } catch (error) {
      const { errno } = error as { errno?: number };
      const repeatable =
        error instanceof CommitUnknownError || errno === COLUMN_CANNOT_BE_NULL || errno === DUPLICATE_KEY;
      if (error instanceof CommitUnknownError && done) unsure.push(done);
      if (repeatable && attempt < ATTEMPTS) continue;
      throw errno === COLUMN_CANNOT_BE_NULL ? new PasswordStaysError(expiry.range) : error;
    }
  }
}

interface Done {
  stamp: string;
  credentialsDeleted: number;
}

async function expireChunk(trx: LedgerDatabase, company: Company, chunk: ExpiryChunk): Promise<Done> {
  await retirePasswords(company, chunk).execute(trx);
  await freezeCohort(company, chunk).execute(trx);
  let credentialsDeleted = 0;
  for (const table of company.mapping.credentials) {
    credentialsDeleted += await deleteCredentials(trx, company, table, chunk);
  }
  return { stamp: chunk.stamp, credentialsDeleted };
}

/** The lane's row stays locked to the end of the transaction: who takes the lane over waits for it. */
async function lockLane(trx: LedgerDatabase, { incident, lane, laneToken }: Expiry): Promise<string> {
  const { rows } = await sql<{ token: string; now: string }>`
    SELECT token, UTC_TIMESTAMP(6) AS now FROM lanes WHERE incident = ${incident} AND lane = ${lane} FOR UPDATE`.execute(
    trx,
  );
  if (rows[0]?.token !== laneToken) throw new LaneLostError(lane);
  return rows[0].now;
}

function chunkAt(
  { mapping }: Company,
  { incident, range, cutoff }: Expiry,
  stamp: string,
  fresh: boolean,
): ExpiryChunk {
  return {
    incident,
    range,
    fresh,
    cutoff: companyTime(cutoff, mapping.timeZone),
    stamp,
    companySecond: companyTime(`${stamp.replace(' ', 'T')}Z`, mapping.timeZone).slice(0, 19),
  };
}

async function isAnyFrozen(
  trx: LedgerDatabase,
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
  trx: LedgerDatabase,
  { keyColumn }: Company,
  { incident, range }: Expiry,
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
