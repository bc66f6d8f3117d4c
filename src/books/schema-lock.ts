import { sql } from 'kysely';
import { LedgerError } from './ledger-error';
import type { LedgerDatabase } from './open-database';

/** The longest wait for whoever makes the same tables, or holds a lock of that name for another reason. */
export const LOCK_SECONDS = 20;

/**
 * Does the work while this connection holds the server's lock of that name. The server lets it go with the connection, however that
 * ends. A name of our own: one lock for all programs would wait for strangers.
 * @param db one connection. @param name at most 64 characters, as a schema's name is.
 * @throws LedgerError that says who holds it, after LOCK_SECONDS.
 */
export async function withSchemaLock<T>(
  db: LedgerDatabase,
  name: string,
  work: () => Promise<T>,
): Promise<T> {
  const { rows } = await sql<{
    got: number | null;
  }>`SELECT GET_LOCK(${name}, ${LOCK_SECONDS}) AS got`.execute(db);
  if (Number(rows[0]!.got) !== 1) throw await heldByAnother(db, name);
  try {
    return await work();
  } finally {
    // Where the connection is gone, the lock is too.
    await sql`DO RELEASE_LOCK(${name})`.execute(db).catch(() => undefined);
  }
}

async function heldByAnother(db: LedgerDatabase, name: string): Promise<LedgerError> {
  const { rows } = await sql<{ id: string | null }>`SELECT IS_USED_LOCK(${name}) AS id`.execute(db);
  const id = rows[0]!.id;
  if (id === null)
    return new LedgerError(
      `The server did not give the lock '${name}' within ${LOCK_SECONDS} s, and now nobody holds it: try again.`,
    );
  return new LedgerError(
    `Our tables cannot be made or brought up to date: connection ${id} (${await whose(db, id)}) holds the server's lock '${name}', and did not let it go within ${LOCK_SECONDS} s. ` +
      `When that is another start, wait for it and try again; when nobody knows it, end it on the server: KILL ${id}`,
  );
}

/**
 * Never what it does: a statement may hold personal data. Not from information_schema: MySQL answers with an error that quotes
 * from any statement of any connection that has a character beyond utf8mb3.
 */
async function whose(db: LedgerDatabase, id: string): Promise<string> {
  const { rows } = await sql<{ Id: number | string; User: string; Host: string; Time: number }>`
    SHOW PROCESSLIST`.execute(db);
  const seen = rows.find(({ Id }) => String(Id) === String(id));
  return seen
    ? `user ${seen.User} from ${seen.Host}, in its state for ${seen.Time} s`
    : 'this user may not see whose; as an administrator: SHOW PROCESSLIST';
}
