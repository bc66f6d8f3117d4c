import { readFileSync } from 'node:fs';
import { connect, isIP, type Socket } from 'node:net';
import type { MysqlPool, MysqlPoolConnection } from 'kysely';
import {
  type ConnectionOptions,
  createConnection,
  createPool,
  type PoolConnection,
  type SslOptions,
} from 'mysql2';
import type { Connection } from 'mysql2/promise';
import { type DatabaseTarget, DatabaseUrlError, parseDatabaseUrl } from './database-url';
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
export function openPool(target: DatabaseTarget, { schema, connections, ...terms }: PoolTerms): MysqlPool {
  const pool = createPool({
    ...optionsFor(target, schema),
    connectionLimit: connections,
    ...(terms.idleTransactionSeconds === undefined ? {} : { maxIdle: 0, idleTimeout: IDLE_MILLISECONDS }),
  });
  const agreed = new WeakSet<PoolConnection>();
  return {
    // Wrapped, since the pool's own event cannot be waited for, and kysely's hook leaves a refused connection in the pool.
    getConnection(callback) {
      pool.getConnection((error, connection) => {
        const give = () => callback(null, connection as unknown as MysqlPoolConnection);
        if (error) callback(inWords(error, target), undefined as never);
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
  /** The default one; undefined: the url's; null: none. */
  schema?: string | null;
  connectMilliseconds?: number;
}

/**
 * One connection to DATABASE_URL, on which the session's contract holds: for instruments, which need no pool. A server that
 * goes away while nothing is asked does not end the process: the next statement fails by it.
 */
export async function openConnection(
  url: string,
  { schema, connectMilliseconds, ...terms }: ConnectionTerms = {},
): Promise<Connection> {
  const target = parseDatabaseUrl(url);
  const connection = createConnection({
    ...optionsFor(target, schema === undefined ? target.schema : schema),
    ...(connectMilliseconds === undefined ? {} : { connectTimeout: connectMilliseconds }),
  });
  connection.on('error', () => undefined);
  try {
    await new Promise<void>((resolve, reject) => {
      connection.connect((error) => (error ? reject(inWords(error, target)) : resolve()));
    });
    await agreeOnSession(connection, terms);
  } catch (error) {
    connection.destroy();
    throw error;
  }
  return connection.promise();
}

function optionsFor(target: DatabaseTarget, schema: string | null): ConnectionOptions {
  const { host, port, socketPath, user, password } = target;
  return {
    ...(socketPath === null ? { host, port, stream: () => dial(host, port) } : { socketPath }),
    user,
    password,
    ...(target.tls === 'no' ? {} : { ssl: tlsOf(target) }),
    ...(schema === null ? {} : { database: schema }),
    charset: 'UTF8MB4_BIN',
    dateStrings: true,
    supportBigNumbers: true,
    bigNumberStrings: true,
    connectTimeout: 10_000,
  };
}

/**
 * The driver names no host to Node's check of a certificate where the host is an address, which is then compared with
 * "localhost", so that anybody's certificate for that name would do. Node takes the host of the socket first (`_host`), which it
 * sets itself where it has looked up a name.
 */
function dial(host: string, port: number): Socket {
  const socket = connect({ host, port, noDelay: true, keepAlive: true });
  return isIP(host) === 0 ? socket : Object.assign(socket, { _host: host });
}

function tlsOf({ tls, caFile, certFile, keyFile }: DatabaseTarget): SslOptions {
  return {
    rejectUnauthorized: tls !== 'encrypted',
    verifyIdentity: tls === 'identity',
    ...(caFile === null ? {} : { ca: read('ca', caFile) }),
    ...(certFile === null ? {} : { cert: read('cert', certFile) }),
    ...(keyFile === null ? {} : { key: read('key', keyFile) }),
  };
}

function read(name: string, file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new DatabaseUrlError([
      { found: `the file of ${name}= cannot be read (${code})`, todo: `correct ${name}=` },
    ]);
  }
}

/** TLS did not come about, so neither user nor password was sent. */
export class DatabaseTlsError extends Error {
  constructor(
    readonly code: string,
    { display, tls }: DatabaseTarget,
    cause: Error,
  ) {
    super(
      code === NO_TLS
        ? `${display} offers no TLS, so nothing was sent to it: turn TLS on at the server, or, if you trust the network, write ssl-mode=DISABLED into DATABASE_URL`
        : `the certificate of ${display} is not accepted (${cause.message}): in DATABASE_URL write the host as the certificate names it, and ca=FILE for a private CA` +
            (tls === 'identity' ? ', or ssl-mode=VERIFY_CA if the names cannot match' : ''),
      { cause },
    );
    this.name = 'DatabaseTlsError';
  }
}

const NO_TLS = 'HANDSHAKE_NO_SSL_SUPPORT';
const BAD_TLS = 'HANDSHAKE_SSL_ERROR';

function inWords(error: Error, target: DatabaseTarget): Error {
  const { code } = error as { code?: string };
  return code === NO_TLS || code === BAD_TLS ? new DatabaseTlsError(code, target, error) : error;
}
