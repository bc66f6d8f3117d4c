import { CompiledQuery, type Kysely } from 'kysely';

/** The COMMIT was sent and its acknowledgement never came: it may have happened. The caller finds out by reading back. */
export class CommitUnknownError extends Error {
  /** As a driver's error has one: what may be told without personal data. */
  readonly code = 'COMMIT_UNKNOWN';
  constructor(cause: unknown) {
    super('The acknowledgement of a COMMIT was lost', { cause });
    this.name = 'CommitUnknownError';
  }
}

const DEADLOCK = 1213;
const LOCK_WAIT_TIMEOUT = 1205;

/**
 * Runs `work` in one transaction on one connection. A deadlock (1213, also where Galera answers COMMIT with it) or a lock wait
 * time-out (1205) rolls back and repeats, `attempts` times at most, a little later each time.
 */
export async function inTransaction<Tables, T>(
  db: Kysely<Tables>,
  work: (trx: Kysely<Tables>) => Promise<T>,
  { attempts = 8 }: { attempts?: number } = {},
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await db.connection().execute((connection) => once(connection, work));
    } catch (error) {
      const { errno } = error as { errno?: number };
      if (attempt >= attempts || (errno !== DEADLOCK && errno !== LOCK_WAIT_TIMEOUT)) throw error;
      await new Promise((resolve) => setTimeout(resolve, 5 * attempt));
    }
  }
}

/**
 * Runs `work` on one moment's data, on one connection that only reads: what it counts in several tables, and reads page by page,
 * belongs together (REPEATABLE READ with a consistent snapshot).
 */
export async function inSnapshot<Tables, T>(
  db: Kysely<Tables>,
  work: (moment: Kysely<Tables>) => Promise<T>,
): Promise<T> {
  return db.connection().execute(async (connection) => {
    const say = (statement: string) => connection.executeQuery(CompiledQuery.raw(statement));
    // For the next transaction only.
    await say('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ');
    await say('START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY');
    try {
      return await work(connection);
    } finally {
      await rollBack(say);
    }
  });
}

async function once<Tables, T>(
  connection: Kysely<Tables>,
  work: (trx: Kysely<Tables>) => Promise<T>,
): Promise<T> {
  const say = (statement: string) => connection.executeQuery(CompiledQuery.raw(statement));
  await say('BEGIN');
  let result: T;
  try {
    result = await work(connection);
  } catch (error) {
    await rollBack(say);
    throw error;
  }
  try {
    await say('COMMIT');
  } catch (error) {
    // The server answered: not committed. Anything else (connection lost, time-out) leaves it open.
    const { errno, sqlState } = error as { errno?: number; sqlState?: string };
    if (errno !== undefined && sqlState !== undefined) {
      await rollBack(say);
      throw error;
    }
    throw new CommitUnknownError(error);
  }
  return result;
}

// A Galera node may answer ROLLBACK with 1213 as well. Half-done work must not wait on a pooled connection for the next
// BEGIN, which would commit it: what cannot be rolled back loses its connection.
async function rollBack(say: (statement: string) => Promise<unknown>): Promise<void> {
  await say('ROLLBACK')
    .catch(() => say('ROLLBACK'))
    .catch(() => say('KILL CONNECTION_ID()'))
    .catch(() => undefined);
}
