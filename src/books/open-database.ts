import { Kysely, MysqlDialect } from 'kysely';
import { openPool } from '../company/connect';
import { parseDatabaseUrl } from '../company/database-url';
import type { KeepHead } from './books';

/** Its statements are `sql` templates, whole: the rows of each are typed where it stands (ledger-tables.ts). */
export type LedgerDatabase = Kysely<unknown>;

/** One server, two schemas: the company's, whose tables are only named with it, and ours, the default one. */
export interface Database {
  db: LedgerDatabase;
  companySchema: string;
  ledgerSchema: string;
  /** host:port/SCHEMA, `SCHEMA` being the company's: what may be shown of DATABASE_URL. */
  address: string;
  /** For whatever is decided over it: books.ts. */
  keepHead?: KeepHead | undefined;
  close(): Promise<void>;
}

export interface OpenOptions {
  /** Connections at most. */
  connections?: number;
  /** The server ends an idle transaction after so long; see IDLE_TRANSACTION_SECONDS. */
  idleTransactionSeconds?: number;
  /** False before the ledger is made: then no schema is the default one. */
  ledgerExists?: boolean;
  keepHead?: KeepHead | undefined;
}

/**
 * For whatever decides: a process that freezes inside a decision, a worker as well as somebody's command line, holds the
 * incident's row, and a pause must not wait for it. Within it no transaction of ours does anything but SQL.
 */
export const IDLE_TRANSACTION_SECONDS = 3;

/**
 * @param url as DATABASE_URL. Nothing connects before the first statement.
 * @throws DatabaseUrlError
 */
export function openDatabase(url: string, options: OpenOptions = {}): Database {
  const target = parseDatabaseUrl(url);
  const companySchema = target.schema;
  const ledgerSchema = ledgerSchemaOf(companySchema);
  const pool = openPool(target, {
    schema: options.ledgerExists === false ? null : ledgerSchema,
    connections: options.connections ?? 8,
    idleTransactionSeconds: options.idleTransactionSeconds,
  });
  return {
    db: new Kysely<unknown>({ dialect: new MysqlDialect({ pool }) }),
    companySchema,
    ledgerSchema,
    address: `${target.display}/${companySchema}`,
    keepHead: options.keepHead,
    close: () => new Promise((resolve, reject) => pool.end((error) => (error ? reject(error) : resolve()))),
  };
}

export function ledgerSchemaOf(companySchema: string): string {
  return `${companySchema}_breach_response`;
}
