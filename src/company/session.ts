import type { Connection } from 'mysql2';
import {
  assignment,
  COLLATION,
  isKept,
  missingSettings,
  type SessionSetting,
  type SessionTerms,
  sessionSettings,
} from './session-settings';

/** A setting that the server keeps at something else than a connection must have. */
export interface KeptSetting {
  setting: SessionSetting;
  /** What the server says it is. */
  kept: string;
  /** The server's code where it refused to set it. */
  refusal: string | null;
}

/** The server keeps a setting without which statements of ours would do something else: nothing is sent over such a connection. */
export class SessionRefusedError extends Error {
  /** As a driver's error has one: the words hold settings and values only, no data and no secret. */
  readonly code = 'SESSION_REFUSED';
  constructor(readonly kept: KeptSetting[]) {
    super(wordsOf(kept));
    this.name = 'SessionRefusedError';
  }
}

function wordsOf(kept: KeptSetting[]): string {
  const lines = kept.map(
    ({ setting, kept, refusal }) =>
      `  ${setting.name} is ${kept}, not ${setting.value}${refusal === null ? '' : ` (the server refused to set it: ${refusal})`}: ` +
      `with that, ${setting.otherwise}`,
  );
  return [
    'The database keeps its own settings on our connection, so nothing was sent over it:',
    ...lines,
    'Set them for everybody (MySQL: SET PERSIST; MariaDB: SET GLOBAL, and under [mysqld] in my.cnf), or remove what holds them: ' +
      'an option maximum-NAME, init_connect, a proxy in between, or that this user lacks SESSION_VARIABLES_ADMIN.',
  ].join('\n');
}

/**
 * The contract of a session: sets what each connection must have, and reads it back. The driver escapes parameters in this
 * process, so a connection whose character set is another than the driver believes is an injection: nothing but this may be
 * sent before this has returned (C52, C53, C54).
 * @throws SessionRefusedError when the server keeps something else; the caller destroys the connection, whatever is thrown.
 */
export async function agreeOnSession(connection: Connection, terms: SessionTerms): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new SessionLateError()), MILLISECONDS);
  });
  try {
    await Promise.race([agree(connection, terms), late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Far longer than it takes: a server that hangs must not hang whoever waits for the connection. */
const MILLISECONDS = 10_000;

/** As when a server cannot be reached: again in a moment. */
class SessionLateError extends Error {
  readonly code = 'ETIMEDOUT';
  readonly syscall = 'SET';
  constructor() {
    super(`The database accepted a connection and then did not answer for ${MILLISECONDS / 1000} s`);
    this.name = 'SessionLateError';
  }
}

async function agree(connection: Connection, terms: SessionTerms): Promise<void> {
  await ask(connection, `SET NAMES utf8mb4 COLLATE ${COLLATION}`);
  // First of all, or the next question is cut short: to 1 row, to 50 ms. Each server reads its own comment.
  await ask(connection, UNCUT).catch(unlessRefused);
  const wanted = sessionSettings(terms);
  const known = await knownNames(connection, wanted);
  const settings = wanted.filter(({ name }) => known.has(name));
  const missing = missingSettings(wanted, known).map((setting) => ({ setting, value: 'unknown to it' }));
  const refusals = missing.length > 0 ? new Map() : await setAll(connection, settings);
  const answers = missing.length > 0 ? missing : await readBack(connection, settings);
  const kept = answers.filter(({ setting, value }) => !isKept(setting, value));
  if (kept.length === 0) return;
  throw new SessionRefusedError(
    kept.map(({ setting, value }) => ({
      setting,
      kept: value,
      refusal: refusals.get(setting.name) ?? null,
    })),
  );
}

const UNCUT =
  'SET SESSION sql_select_limit = 18446744073709551615 /*!80000 , max_execution_time = 0 */ /*M!100600 , max_statement_time = 0 */';

async function knownNames(connection: Connection, settings: SessionSetting[]): Promise<Set<string>> {
  const names = settings.map(({ name }) => `'${name}'`).join();
  const rows = await ask(connection, `SHOW SESSION VARIABLES WHERE Variable_name IN (${names})`);
  return new Set(rows.map((row) => String(row.Variable_name).toLowerCase()));
}

/** @returns the code of each refusal. */
async function setAll(connection: Connection, settings: SessionSetting[]): Promise<Map<string, string>> {
  const refusals = new Map<string, string>();
  const all = settings.map(assignment).join(', ');
  const refused = await ask(connection, `SET SESSION ${all}`).then(() => false, unlessRefused);
  if (refused === false) return refusals;
  for (const setting of settings) {
    const refusal = await ask(connection, `SET SESSION ${assignment(setting)}`).then(
      () => null,
      unlessRefused,
    );
    if (refusal !== null) refusals.set(setting.name, refusal);
  }
  return refusals;
}

/** What must come back as it was sent: quotes, and octets that other character sets take for half a character (C53). */
const PROOF = `'"\\\0\x1a\r\n%中'",ħ\\'ĭ'表"é🙂\\`;

interface Answer {
  setting: SessionSetting;
  value: string;
}

async function readBack(connection: Connection, settings: SessionSetting[]): Promise<Answer[]> {
  const columns = settings.map(({ name }) => `CAST(@@SESSION.${name} AS CHAR) AS ${name}`);
  const [row] = await ask(connection, `SELECT HEX(?) AS octets, ? AS text, ${columns.join(', ')}`, [
    PROOF,
    PROOF,
  ]);
  const answers = settings.map((setting) => ({ setting, value: String(row?.[setting.name]) }));
  return [...answers, proofOf(row)];
}

/** By the octets that arrived and the text that came back: whatever the settings are called. */
function proofOf(row: Row | undefined): Answer {
  const whole = row?.octets === Buffer.from(PROOF).toString('hex').toUpperCase() && row.text === PROOF;
  const setting = {
    name: 'character_set_client',
    value: 'utf8mb4',
    otherwise: 'what we escape could end its own quotes, and letters would be lost',
  };
  return { setting, value: whole ? 'utf8mb4' : 'not what it says (a text came back changed)' };
}

type Row = Record<string, unknown>;

/** The server answered, and refused; anything else (connection lost, time-out) is thrown on. @returns its code. */
function unlessRefused(error: unknown): string {
  const { code, errno, sqlState, fatal } = error as {
    code?: string;
    errno?: number;
    sqlState?: string;
    fatal?: boolean;
  };
  if (errno === undefined || !sqlState || fatal) throw error;
  return code ?? String(errno);
}

function ask(connection: Connection, sql: string, values: unknown[] = []): Promise<Row[]> {
  return new Promise((resolve, reject) => {
    connection.query(sql, values, (error, result) =>
      error ? reject(error) : resolve(Array.isArray(result) ? (result as Row[]) : []),
    );
  });
}
