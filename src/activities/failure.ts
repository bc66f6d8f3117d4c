import { ApplicationFailure } from '@temporalio/common';
import { EntryRefusedError } from '../company/expire-range';
import { SessionRefusedError } from '../company/session';

/**
 * What of an error may enter Temporal: a code and words of ours. A driver's own message can hold a customer's data (a duplicate
 * key names the key), so it stays behind (the worker's log gets the code as well).
 */
export function toFailure(error: unknown): Error {
  if (error instanceof ApplicationFailure) return error;
  if (error instanceof SessionRefusedError) return ApplicationFailure.retryable(error.message, error.code);
  const { code, errno, syscall } = error as { code?: string; errno?: number; syscall?: string };
  if (code && WORDS[code]) return ApplicationFailure.retryable(WORDS[code], code);
  if (error instanceof EntryRefusedError) return ApplicationFailure.retryable(error.message, code);
  if (code && syscall)
    return ApplicationFailure.retryable(`The database or the relay cannot be reached (${code})`, code);
  if (code && errno !== undefined)
    return ApplicationFailure.retryable(`The database refused a statement (${code}, ${errno})`, code);
  if (code) return ApplicationFailure.retryable(`A connection failed (${code})`, code);
  const name = error instanceof Error ? error.name : 'Error';
  return ApplicationFailure.retryable(`An activity failed (${name}): see the worker's log`, name);
}

const WORKERS_DISK_FULL =
  "A worker's disk is full, so no notice goes out there: make room where its dot journal lies (.local/journal), then resume";

const WORDS: Record<string, string> = {
  ENOSPC: WORKERS_DISK_FULL,
  EDQUOT: WORKERS_DISK_FULL,
  EFBIG: WORKERS_DISK_FULL,
  ECONNREFUSED: 'The database cannot be reached (connection refused): is it running?',
  PROTOCOL_CONNECTION_LOST: 'The database closed the connection: is it restarting?',
  COMMIT_UNKNOWN: 'The connection to the database broke while a COMMIT was under way: is it restarting?',
  ER_CON_COUNT_ERROR: 'The database has too many connections: raise max_connections or stop what holds them',
  ER_LOCK_WAIT_TIMEOUT:
    'A lock in the database was not had in time: look for a long transaction in SHOW PROCESSLIST',
  ER_LOCK_DEADLOCK: 'The database reported deadlocks again and again: look at SHOW ENGINE INNODB STATUS',
  ER_OPTION_PREVENTS_STATEMENT: 'The database is read-only: is it a replica, or in a failover?',
  ER_ACCESS_DENIED_ERROR: 'The database refuses the user or the password: check DATABASE_URL',
  ER_TABLEACCESS_DENIED_ERROR:
    'The database user lacks a privilege: the dry run names it (npm start -- FILE)',
  ER_COLUMNACCESS_DENIED_ERROR:
    'The database user lacks a privilege: the dry run names it (npm start -- FILE)',
  HANDSHAKE_NO_SSL_SUPPORT:
    'The database offers no TLS, so nothing was sent to it: let it offer TLS, or write ssl-mode=DISABLED into DATABASE_URL where the network is trusted',
  HANDSHAKE_SSL_ERROR:
    "The database's certificate is not accepted: name the host as the certificate does, and a private CA by ca=FILE in DATABASE_URL",
  ER_NO_SUCH_TABLE: 'A table is missing: the dry run names it (npm start -- FILE)',
  ER_BAD_FIELD_ERROR: 'A column is missing: the dry run names it (npm start -- FILE)',
  ER_BAD_DB_ERROR: 'The schema is missing: check DATABASE_URL',
  ER_SIGNAL_EXCEPTION:
    'A trigger of the company refused a row: the dry run lists the triggers (npm start -- FILE)',
  PASSWORD_STAYS:
    'A password from before the cutoff stays alive each time it is retired: look for a trigger that puts it back (the dry run lists them)',
  ER_CHECK_CONSTRAINT_VIOLATED:
    "The ledger refused a row that breaks its own rules: a defect of this program; keep the worker's log",
  ER_CONSTRAINT_FAILED:
    "The ledger refused a row that breaks its own rules: a defect of this program; keep the worker's log",
  ER_DISK_FULL: "The database's disk is full: make room, then resume",
  ER_RECORD_FILE_FULL: "The database's disk is full: make room, then resume",
};

/** Every activity passes through here: see toFailure. */
export function guarded<A extends object>(activities: A, log: (name: string, error: unknown) => void): A {
  const entries = Object.entries(activities).map(([name, activity]) => [
    name,
    async (...args: unknown[]) => {
      try {
        return await (activity as (...args: unknown[]) => Promise<unknown>)(...args);
      } catch (error) {
        log(name, error);
        throw toFailure(error);
      }
    },
  ]);
  return Object.fromEntries(entries) as A;
}
