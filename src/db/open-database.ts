import { Kysely, MysqlDialect } from 'kysely';
import { createPool, type PoolOptions } from 'mysql2';
import type { LedgerTables } from './ledger-tables';

export type LedgerDatabase = Kysely<LedgerTables>;

/** One server, two schemas: the company's, whose tables are only named with it, and ours, the default one. */
export interface Database {
  db: LedgerDatabase;
  companySchema: string;
  ledgerSchema: string;
  /** host:port/SCHEMA, `SCHEMA` being the company's: what may be shown of DATABASE_URL. */
  address: string;
  close(): Promise<void>;
}

export interface OpenOptions {
  /** Connections at most. */
  connections?: number;
  /** The server ends an idle transaction after so long; see IDLE_TRANSACTION_SECONDS. */
  idleTransactionSeconds?: number;
  /** False before the ledger is made: then no schema is the default one. */
  ledgerExists?: boolean;
}

/**
 * For whatever decides: a process that freezes inside a decision, a worker as well as somebody's command line, holds the
 * incident's row, and a pause must not wait for it. Within it no transaction of ours does anything but SQL.
 */
export const IDLE_TRANSACTION_SECONDS = 3;

/**
 * @param url mysql://user:password@host:port/schema, `schema` being the company's. Nothing connects before the first statement.
 * @throws Error that names what the url lacks.
 */
export function openDatabase(url: string, options: OpenOptions = {}): Database {
  const { hostname, port } = new URL(url);
  const companySchema = schemaOf(url);
  const ledgerSchema = ledgerSchemaOf(companySchema);
  const pool = createPool({
    ...connectionOptions(url),
    database: options.ledgerExists === false ? undefined : ledgerSchema,
    connectionLimit: options.connections ?? 8,
    ...(options.idleTransactionSeconds === undefined ? {} : { maxIdle: 0, idleTimeout: IDLE_MILLISECONDS }),
  });
  const settings = sessionSettings(options.idleTransactionSeconds);
  pool.on('connection', (connection) => {
    for (const statement of settings) connection.query(statement);
  });
  return {
    db: new Kysely<LedgerTables>({ dialect: new MysqlDialect({ pool }) }),
    companySchema,
    ledgerSchema,
    address: `${hostname}:${port || 3306}/${companySchema}`,
    close: () => new Promise((resolve, reject) => pool.end((error) => (error ? reject(error) : resolve()))),
  };
}

/** Well within IDLE_TRANSACTION_SECONDS, so that no statement meets a connection that the server has just ended. */
const IDLE_MILLISECONDS = 1_000;

export function ledgerSchemaOf(companySchema: string): string {
  return `${companySchema}_breach_response`;
}

function schemaOf(url: string): string {
  const parsed = new URL(url);
  const schema = decodeURIComponent(parsed.pathname.slice(1));
  if (!schema) throw new Error('DATABASE_URL names no database: write mysql://user:password@host:3306/NAME');
  return schema;
}

function connectionOptions(url: string): PoolOptions {
  const parsed = new URL(url);
  const ssl = parsed.searchParams.get('ssl');
  return {
    host: parsed.hostname,
    port: parsed.port ? Number(parsed.port) : 3306,
    user: decodeURIComponent(parsed.username) || 'root',
    password: decodeURIComponent(parsed.password),
    ...(ssl === null ? {} : { ssl: ssl === 'true' ? {} : JSON.parse(ssl) }),
    charset: 'utf8mb4',
    dateStrings: true,
    supportBigNumbers: true,
    bigNumberStrings: true,
    connectTimeout: 10_000,
  };
}

// No statement may depend on the server's defaults. READ COMMITTED: under REPEATABLE READ INSERT ... SELECT would lock the
// company's live table. No NO_ZERO_DATE: old zero dates are read and copied as they are.
function sessionSettings(idleTransactionSeconds: number | undefined): string[] {
  const settings = [
    `SET SESSION sql_mode = 'STRICT_ALL_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION', time_zone = '+00:00'`,
    'SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED',
  ];
  // The one setting that both servers have; the pool lets idle connections go before it strikes (IDLE_MILLISECONDS).
  if (idleTransactionSeconds !== undefined)
    settings.push(`SET SESSION wait_timeout = ${idleTransactionSeconds}`);
  return settings;
}
