import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createConnection } from 'mysql2/promise';
import { choosePort } from '../../scripts/stack/choose-port';
import { findDatabase } from '../../scripts/stack/find-database';
import { initialiseDatabase } from '../../scripts/stack/initialise-database';
import { startPart, waitForPart } from '../../scripts/stack/part-process';

export type ServerKind = 'mariadb' | 'mysql';

export interface HostileServer {
  kind: ServerKind;
  /** Of the company's empty schema `shop`, as a user with every right on it and on the ledger's beside it, and no other. */
  url: string;
  /** The same as root, whom init_connect leaves alone. */
  rootUrl: string;
  port: number;
  /** Its Unix socket. */
  socket: string;
  /** Runs statements as root over a bare connection, on which no contract holds. */
  asRoot(...statements: string[]): Promise<void>;
  stop(): Promise<void>;
}

export interface HostileOptions {
  kind: ServerKind;
  /** Of the server's command line, each without spaces. */
  options?: string[];
  /** Run as root once it is up. */
  initSql?: string[];
}

/** Starts a MySQL: `start DIR PORT`, `stop DIR`, options in MYSQL9_OPTS. */
const mysqlScript = process.env.MYSQL_SCRIPT ?? join(__dirname, '../../../shared/mysql9.sh');

/** The servers that can be started here: MariaDB always, MySQL where there is a script that starts one. */
export const serverKinds: ServerKind[] = existsSync(mysqlScript) ? ['mariadb', 'mysql'] : ['mariadb'];

/** A server of its own, started as no test would wish; 2 s each. The caller stops it. */
export async function hostileServer({
  kind,
  options = [],
  initSql = [],
}: HostileOptions): Promise<HostileServer> {
  const folder = mkdtempSync(join(tmpdir(), 'hostile-'));
  const port = await choosePort('a hostile server', 0, () => undefined);
  const remove = () => rmSync(folder, { recursive: true, force: true });
  const start = kind === 'mysql' ? startMysql : startMariadb;
  const stopServer = await start(folder, port, options).catch((error) => {
    remove();
    throw error;
  });
  const stop = async () => {
    await stopServer();
    remove();
  };
  const asRoot = (...statements: string[]) => run(`mysql://root@127.0.0.1:${port}/`, statements);
  try {
    // As whatever mode the server is in reads them: no double quotes, no backslashes.
    await asRoot(
      'CREATE DATABASE shop CHARACTER SET utf8mb4',
      "CREATE USER app@'127.0.0.1'",
      "GRANT ALL ON shop.* TO app@'127.0.0.1'",
      "GRANT ALL ON shop_breach_response.* TO app@'127.0.0.1'",
      ...initSql,
    );
  } catch (error) {
    await stop();
    throw error;
  }
  const address = `127.0.0.1:${port}/shop`;
  const socket = kind === 'mysql' ? join(folder, 'data', 'my.sock') : join(folder, 's');
  return {
    kind,
    url: `mysql://app@${address}`,
    rootUrl: `mysql://root@${address}`,
    port,
    socket,
    asRoot,
    stop,
  };
}

async function run(url: string, statements: string[]): Promise<void> {
  const connection = await createConnection(url);
  try {
    for (const statement of statements) await connection.query(statement);
  } finally {
    connection.destroy();
  }
}

async function startMariadb(folder: string, port: number, options: string[]): Promise<() => Promise<void>> {
  const program = await findDatabase(process.env, () => undefined);
  const tmp = join(folder, 'tmp'); // a starting server deletes what looks like its own in a shared one
  mkdirSync(tmp);
  const asUser = process.getuid?.() === 0 ? ['--user=root'] : [];
  const always = ['--no-defaults', ...asUser, `--tmpdir=${tmp}`];
  const data = join(folder, 'data');
  const atBirth = options.filter((option) => option.includes('lower-case-table-names'));
  await initialiseDatabase(program, data, [...always, ...atBirth]);
  const part = startPart({
    name: 'hostile',
    folder,
    command: program.path,
    args: [
      ...always,
      `--datadir=${data}`,
      `--socket=${join(folder, 's')}`,
      `--port=${port}`,
      ...SMALL,
      ...options,
    ],
    stopSeconds: 30,
  });
  await waitForPart(part, () => isUp(port), 60);
  return () => part.stop();
}

const SMALL = ['--bind-address=127.0.0.1', '--innodb-buffer-pool-size=32M'];

async function isUp(port: number): Promise<boolean> {
  return run(`mysql://root@127.0.0.1:${port}/`, []).then(
    () => true,
    () => false,
  );
}

async function startMysql(folder: string, port: number, options: string[]): Promise<() => Promise<void>> {
  chmodSync(folder, 0o711); // it may run as a user of its own
  const data = join(folder, 'data');
  const script = (args: string[]) =>
    spawnSync('bash', [mysqlScript, ...args], {
      env: { ...process.env, MYSQL9_OPTS: ['--innodb-buffer-pool-size=32M', ...options].join(' ') },
      stdio: ['ignore', 'ignore', 'pipe'],
      encoding: 'utf8',
    });
  const { status, stderr } = script(['start', data, String(port)]);
  if (status !== 0) throw new Error(`MySQL did not start: ${stderr.slice(-2_000)}`);
  return async () => {
    script(['stop', data]);
  };
}
