import { ApplicationFailure } from '@temporalio/common';
import { EntryRefusedError, LaneLostError } from '../company/expire-range';
import { SessionRefusedError } from '../company/session';
import { isOwnFileLost } from './own-files';

/** Why an activity fails, and what then. The run holds once the attempts are used up, or at once if nothing is retried. */
export interface FailureRow {
  /** What happened, as the operator reads it; of facts that may leave the worker. */
  what: string | ((...facts: string[]) => string);
  /** What the operator does about it; null: nothing, the next attempt does, or the words say it. */
  todo: string | null;
  /** Whether Temporal tries again (activities-of-run.ts says how often). */
  retried: boolean;
  /** Settling a claim, which has minutes of patience of its own, does not try again at once: settlement.ts. */
  neverSettles?: boolean;
  /** Another worker would do better: this one leaves the next attempts to others, for a while or for good. */
  unfit?: 'for a while' | 'for good';
}

const DISK_FULL = { what: "The database's disk is full", todo: 'make room, then resume', retried: true };
const WORKERS_DISK_FULL = {
  what: "A worker's disk is full, so no notice goes out there",
  todo: 'make room where its dot journal lies (.local/journal), then resume',
  retried: true,
};
const PRIVILEGE_LACKING = {
  what: 'The database user lacks a privilege',
  todo: 'the dry run names it (npm start -- FILE)',
  retried: true,
};
/** Retried as an activity: the next attempt may come to a worker of another version. */
const OWN_RULE_BROKEN = {
  what: "The ledger refused a row that breaks the ledger's rules",
  todo: "this is a defect of this program; keep the worker's log and report it",
  retried: true,
  neverSettles: true,
};

/**
 * Every code with words of its own. What needs an operator is retried all the same, where the cause may pass by itself or be
 * fixed within the minute that the attempts take. What no attempt of any worker can change is not.
 */
export const FAILURES = {
  // Of the activities.
  UnknownIncident: {
    what: (incidentId) => `The ledger has no incident ${incidentId}`,
    todo: 'start it with npm start -- FILE --go',
    retried: false,
  },
  /** It was there when this worker began with it. */
  IncidentLost: {
    what: (incidentId) => `The ledger has lost the incident ${incidentId}`,
    todo: null,
    retried: false,
  },
  /** A worker of the right version may take the next attempt. */
  OtherContent: {
    what: (compiled, approved) =>
      `This worker's notices (${compiled}) are not those that the run was started with (${approved})`,
    todo: 'run a worker of the version that started the run',
    retried: true,
    unfit: 'for a while',
  },
  /** Asked by newer workflow code. Likewise. */
  UnknownActivity: {
    what: (activity) =>
      `A worker of another version of this program took this work and does not know it (${activity})`,
    todo: "stop that worker and start one of the run's version",
    retried: true,
    unfit: 'for a while',
  },
  /** Whom the file names under onHold: the run goes on all the same. */
  CALL_FAILED: {
    what: (why) => `Nobody was called: ${why}`,
    todo: 'look at onHold in the file (npm run cli -- amend FILE changes it)',
    retried: true,
  },
  /** A worker of the right ledger may take the next attempt. */
  OtherLedger: {
    what: (wanted, address, here) =>
      `This run belongs to the ledger ${wanted}, and a worker's database ${address} ${here}`,
    todo: "nothing was done. Start a worker whose DATABASE_URL leads to the run's ledger, then resume",
    retried: true,
  },
  /** Of SMTP_URL. Another worker may take the next attempt. */
  RelayLacking: {
    what: (relay, names) =>
      `The incident file says how the relay ${relay} is used (relay.relays), and a worker's SMTP_URL has only ${names}`,
    todo: 'nothing was sent. Write its URL there with #NAME after it and start that worker again, or take it out of the file (npm run cli -- amend FILE); then resume',
    retried: true,
    unfit: 'for a while',
  },
  /** The same. What was meant for one relay must not go by another. */
  OtherRelay: {
    what: (relay, known, here) =>
      `The relay ${relay} of this run is ${known}, and a worker's SMTP_URL has ${here} under that name`,
    todo: 'nothing was sent. Write the same URL there, or give the other relay a name of its own (#NAME after its URL), and start that worker again; then resume',
    retried: true,
    unfit: 'for a while',
  },
  /** Two attempts of one slice: the later one has the lane, and this one's answer counts for nothing. */
  LaneLost: { what: 'Another attempt took over the lane', todo: null, retried: true },
  // Of the expiry, the session, the transaction and the claim.
  PASSWORD_STAYS: {
    what: 'A password from before the cutoff survives each attempt to expire it',
    todo: 'look for a trigger that puts it back (the dry run lists them)',
    retried: true,
  },
  /** Its message holds settings and their values, and says what to do. */
  SESSION_REFUSED: { what: (message) => message, todo: null, retried: true },
  /** Whether it was committed is read back by the next attempt. */
  COMMIT_UNKNOWN: {
    what: 'The connection to the database broke while a COMMIT was under way',
    todo: 'is the database restarting?',
    retried: true,
  },
  /** Retried, since the next attempt compares the ledger with what was acknowledged, and stops the run if more is missing. */
  CLAIM_LOST: {
    what: 'The ledger has lost a claim that it had acknowledged (a failover, a restored copy)',
    todo: 'run npm run cli -- reconcile, then resume',
    retried: true,
    neverSettles: true,
  },
  /** The run has it from its plan; a new run makes a plan of its own from the books. Retried: the server may be another in a moment. */
  KEY_LOST: {
    what: "A range of this run ends at a customer whose key is neither in the ledger nor in the company's table any more",
    todo: 'is it the server that the run began on (npm run cli -- reconcile)? Then terminate the run in the Web UI, and npm start -- FILE --go goes on from the books',
    retried: true,
  },
  // Of the worker's machine.
  OWN_FILES_LOST: {
    what: "A worker's own files are gone (was something installed or deleted beneath it?), and it has ended",
    todo: 'install them (npm ci), and start it again',
    retried: true,
    unfit: 'for good',
  },
  ENOSPC: WORKERS_DISK_FULL,
  EDQUOT: WORKERS_DISK_FULL,
  EFBIG: WORKERS_DISK_FULL,
  /** Not by an attempt alone: somebody must know that what it held is gone. */
  JOURNAL_DELETED: {
    what: 'The dot journal of a worker was deleted or moved while it was written, so no notice goes out there',
    todo: 'put its folder (.local/journal) back where it was moved from, or go on without it: resume begins a new one. Leave that there until the incident is closed: were the worker killed, everybody of its last claims would be in doubt',
    retried: false,
  },
  // Of the way to the database.
  ECONNREFUSED: {
    what: 'The database cannot be reached (connection refused)',
    todo: 'is the database running?',
    retried: true,
  },
  PROTOCOL_CONNECTION_LOST: {
    what: 'The database closed the connection',
    todo: 'is the database restarting?',
    retried: true,
  },
  HANDSHAKE_NO_SSL_SUPPORT: {
    what: 'The database offers no TLS, so nothing was sent to it',
    todo: 'let it offer TLS, or write ssl-mode=DISABLED into DATABASE_URL where the network is trusted',
    retried: true,
  },
  HANDSHAKE_SSL_ERROR: {
    what: "The database's certificate is not accepted",
    todo: 'name the host as the certificate does, and a private CA by ca=FILE in DATABASE_URL',
    retried: true,
  },
  ER_CON_COUNT_ERROR: {
    what: 'The database has too many connections',
    todo: 'raise max_connections or stop what holds them',
    retried: true,
  },
  ER_ACCESS_DENIED_ERROR: {
    what: 'The database refuses the user or the password',
    todo: 'check DATABASE_URL',
    retried: true,
  },
  ER_BAD_DB_ERROR: { what: 'The schema is missing', todo: 'check DATABASE_URL', retried: true },
  // Of the database, about a statement.
  ER_LOCK_WAIT_TIMEOUT: {
    what: 'The database did not grant a lock in time',
    todo: 'look for a long transaction in SHOW PROCESSLIST',
    retried: true,
  },
  /** The transaction itself was repeated before: in-transaction.ts. */
  ER_LOCK_DEADLOCK: {
    what: 'The database reported deadlocks again and again',
    todo: 'look at SHOW ENGINE INNODB STATUS',
    retried: true,
  },
  ER_OPTION_PREVENTS_STATEMENT: {
    what: 'The database is read-only',
    todo: 'is this server a replica, or in a failover?',
    retried: true,
  },
  ER_TABLEACCESS_DENIED_ERROR: PRIVILEGE_LACKING,
  ER_COLUMNACCESS_DENIED_ERROR: PRIVILEGE_LACKING,
  ER_NO_SUCH_TABLE: {
    what: 'A table is missing',
    todo: 'the dry run names it (npm start -- FILE)',
    retried: true,
  },
  ER_BAD_FIELD_ERROR: {
    what: 'A column is missing',
    todo: 'the dry run names it (npm start -- FILE)',
    retried: true,
  },
  ER_SIGNAL_EXCEPTION: {
    what: 'A trigger of the company refused a row',
    todo: 'the dry run lists the triggers (npm start -- FILE)',
    retried: true,
  },
  ER_CHECK_CONSTRAINT_VIOLATED: OWN_RULE_BROKEN,
  ER_DISK_FULL: DISK_FULL,
  ER_RECORD_FILE_FULL: DISK_FULL,
} satisfies Record<string, FailureRow>;

type Failures = typeof FAILURES;
export type FailureCode = keyof Failures;
/** What the words of this code are made of. */
type FactsOf<Code extends FailureCode> = Failures[Code]['what'] extends (
  ...facts: infer Facts extends string[]
) => string
  ? Facts
  : [];

/** What an activity throws, as the table says it. */
export function failure<Code extends FailureCode>(code: Code, ...facts: FactsOf<Code>): ApplicationFailure {
  const { what, todo, retried }: FailureRow = FAILURES[code];
  const words = typeof what === 'string' ? what : what(...facts);
  return made(todo === null ? words : `${words}: ${todo}`, code, retried);
}

/**
 * What of an error may enter Temporal: a code and words of ours. A driver's own message can hold a customer's data (a duplicate
 * key names the key), so it stays here (the worker's log gets the code as well).
 */
export function toFailure(error: unknown): ApplicationFailure {
  if (error instanceof ApplicationFailure) return error;
  if (error instanceof LaneLostError) return failure('LaneLost');
  if (error instanceof SessionRefusedError) return failure('SESSION_REFUSED', error.message);
  if (isOwnFileLost(error)) return failure('OWN_FILES_LOST');
  const code = codeOf(error);
  if (isWorded(code)) return failure(code);
  return unnamed(error);
}

/** Whether the worker that failed so should leave the next attempts to others; null: it may take them as well as any. */
export function unfitFor({ type }: ApplicationFailure): NonNullable<FailureRow['unfit']> | null {
  const code = type ?? undefined;
  if (!isKnown(code)) return null;
  const row: FailureRow = FAILURES[code];
  return row.unfit ?? null;
}

/** What no row names is retried: most of it is a connection that broke, and the attempts take no longer than a minute. */
function unnamed(error: unknown): ApplicationFailure {
  const { code, errno, syscall } = error as { code?: string; errno?: number; syscall?: string };
  const name = error instanceof Error ? error.name : 'Error';
  // Names of the incident's file alone.
  if (error instanceof EntryRefusedError) return made(error.message, error.code, true);
  if (!code) return made(`An activity failed (${name}): see the worker's log`, name, true);
  if (syscall) return made(`The database or the relay cannot be reached (${code})`, code, true);
  if (errno !== undefined) return made(`The database refused a statement (${code}, ${errno})`, code, true);
  return made(`A connection failed (${code})`, code, true);
}

/** MariaDB answers with 4025, which the driver calls by a name of MySQL's for another error. */
const CHECK_VIOLATED = new Set([3819, 4025]);

function codeOf(error: unknown): string | undefined {
  const { code, errno } = error as { code?: string; errno?: number };
  return errno !== undefined && CHECK_VIOLATED.has(errno) ? 'ER_CHECK_CONSTRAINT_VIOLATED' : code;
}

/** Whether settling a claim cannot succeed with time: the row breaks the ledger's own rules, or the claim is gone. */
export function neverSettles(error: unknown): boolean {
  const code = codeOf(error);
  if (!isKnown(code)) return false;
  const row: FailureRow = FAILURES[code];
  return row.neverSettles ?? false;
}

/** The codes whose words need no facts. */
type WordedCode = {
  [Code in FailureCode]: Failures[Code]['what'] extends string ? Code : never;
}[FailureCode];

function isWorded(code: string | undefined): code is WordedCode {
  return isKnown(code) && typeof FAILURES[code].what === 'string';
}

function isKnown(code: string | undefined): code is FailureCode {
  return code !== undefined && Object.hasOwn(FAILURES, code);
}

function made(message: string, type: string, retried: boolean): ApplicationFailure {
  return ApplicationFailure.create({ message, type, nonRetryable: !retried });
}
