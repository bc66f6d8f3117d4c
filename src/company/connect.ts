import type { MysqlPool, MysqlPoolConnection } from 'kysely';
import { type ConnectionOptions, createConnection, createPool, type PoolConnection } from 'mysql2';
import type { Connection } from 'mysql2/promise';
import { agreeOnSession } from './session';
import type { SessionTerms } from './session-settings';

export interface PoolTerms extends SessionTerms {
  /** The default one; null: none. */
  schema: string | null;
  /** Connections at most. */
  connections: number;
}

/**
 * Connections on each of which the session's contract holds before anybody gets it, also after a reconnect. Nothing connects
 * before the first is asked for. This file is the only one that opens connections to the company's server.
 */
export function openPool(url: string, { schema, connections, ...terms }: PoolTerms): MysqlPool {
  const pool = createPool({
    ...optionsFor(url, schema),
    connectionLimit: connections,
    ...(terms.idleTransactionSeconds === undefined ? {} : { maxIdle: 0, idleTimeout: IDLE_MILLISECONDS }),
  });
  const agreed = new WeakSet<PoolConnection>();
  return {
    // Wrapped, since the pool's own event cannot be waited for, and kysely's hook leaves a refused connection in the pool.
    getConnection(callback) {
      pool.getConnection((error, connection) => {
        const give = () => callback(null, connection as unknown as MysqlPoolConnection);
        if (error) callback(error, undefined as never);
        else if (agreed.has(connection)) give();
        else
          agreeOnSession(connection, terms).then(
            () => {
              agreed.add(connection);
              give();
            },
            (refusal) => {
              connection.destroy();
              callback(refusal, undefined as never);
            },
          );
      });
    },
    end: (callback) => pool.end(callback),
  };
}

/** Well within the idle transaction's time, so that no statement meets a connection that the server has just ended. */
const IDLE_MILLISECONDS = 1_000;

export interface ConnectionTerms extends SessionTerms {
  /** The default one: the url's, if it is not said; null: none. */
  schema?: string | null;
  connectMilliseconds?: number;
}

/** One connection, on which the session's contract holds: for instruments, which need no pool. */
export async function openConnection(
  url: string,
  { schema, connectMilliseconds, ...terms }: ConnectionTerms = {},
): Promise<Connection> {
  const connection = createConnection({
    ...optionsFor(url, schema === undefined ? decodeURIComponent(new URL(url).pathname.slice(1)) : schema),
    ...(connectMilliseconds === undefined ? {} : { connectTimeout: connectMilliseconds }),
  });
  try {
    await new Promise<void>((resolve, reject) => {
      connection.connect((error) => (error ? reject(error) : resolve()));
    });
    await agreeOnSession(connection, terms);
  } catch (error) {
    connection.destroy();
    throw error;
  }
  return connection.promise();
}

function optionsFor(url: string, schema: string | null): ConnectionOptions {
  const parsed = new URL(url);
  const ssl = parsed.searchParams.get('ssl');
  return {
    host: parsed.hostname,
    port: parsed.port ? Number(parsed.port) : 3306,
    user: decodeURIComponent(parsed.username) || 'root',
    password: decodeURIComponent(parsed.password),
    ...(ssl === null ? {} : { ssl: ssl === 'true' ? {} : JSON.parse(ssl) }),
    ...(schema === null ? {} : { database: schema }),
    charset: 'UTF8MB4_BIN',
    dateStrings: true,
    supportBigNumbers: true,
    bigNumberStrings: true,
    connectTimeout: 10_000,
  };
}
