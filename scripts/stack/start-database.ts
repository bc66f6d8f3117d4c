import { mkdirSync, rmSync } from 'node:fs';
import { totalmem } from 'node:os';
import { join } from 'node:path';
import { openConnection } from '../../src/company/connect';
import type { DatabaseProgram } from './find-database';
import { initialiseDatabase } from './initialise-database';
import { shortSocketPath } from './own-folder';
import { type PartProcess, startPart, waitForPart } from './part-process';

/** The schema that the embedded database URL names: the "company's", empty until somebody seeds it. */
export const EMBEDDED_SCHEMA = 'shop';

/**
 * A private server with durable settings in `folder`/database, reachable from this machine only.
 * @param started gets the process at once.
 * @param more settings; they win over ours.
 * @returns its mysql:// URL, once it answers.
 */
export async function startDatabase(
  program: DatabaseProgram,
  folder: string,
  port: number,
  started: (part: PartProcess) => void,
  more: string[] = [],
): Promise<string> {
  const home = join(folder, 'database');
  // A starting server deletes every #sql* file in its temporary folder. In a shared /tmp these are the live temporary
  // tables of other servers, which then crash (seen: MariaDB 10.11, in ha_maria::drop_table).
  const tmp = join(home, 'tmp');
  mkdirSync(tmp, { recursive: true });
  // As root a server refuses to run unless it is told that this is meant.
  const asUser = process.getuid?.() === 0 ? ['--user=root'] : [];
  const always = ['--no-defaults', ...asUser, `--tmpdir=${tmp}`];
  const data = join(home, 'data');
  await initialiseDatabase(program, data, always);
  const socket = shortSocketPath(home, 'db.sock');
  rmSync(socket, { force: true });
  const part = startPart({
    name: 'database',
    folder,
    command: program.path,
    args: [
      ...always,
      `--datadir=${data}`,
      `--socket=${socket}`,
      `--pid-file=${join(home, 'server.pid')}`,
      `--port=${port}`,
      ...SETTINGS,
      `--innodb-buffer-pool-size=${bufferPoolMegabytes()}M`,
      ...(program.kind === 'mysql' ? ['--mysqlx=OFF', '--disable-log-bin'] : []),
      ...more,
    ],
    stopSeconds: 60,
  });
  started(part);
  const url = `mysql://root@127.0.0.1:${port}/${EMBEDDED_SCHEMA}`;
  await waitForPart(part, () => makeSchema(url), 60);
  return url;
}

const SETTINGS = [
  '--bind-address=127.0.0.1',
  '--character-set-server=utf8mb4',
  '--max-connections=300',
  '--innodb-flush-log-at-trx-commit=1', // what was committed survives a power cut, as on the company's server
  '--innodb-flush-method=O_DIRECT',
];

/** An eighth of the memory, 256 to 1024 MB: the demo's 100,000 customers fit in, and two stacks fit beside each other. */
function bufferPoolMegabytes(): number {
  return Math.min(1024, Math.max(256, Math.floor(totalmem() / 8 / 2 ** 20)));
}

/** @returns false while nobody answers yet. */
async function makeSchema(url: string): Promise<boolean> {
  try {
    const connection = await openConnection(url, { schema: null, connectMilliseconds: 5_000 });
    await connection.query(`CREATE DATABASE IF NOT EXISTS ${EMBEDDED_SCHEMA} CHARACTER SET utf8mb4`);
    await connection.end();
    return true;
  } catch (error) {
    if (
      ['ECONNREFUSED', 'ECONNRESET', 'PROTOCOL_CONNECTION_LOST'].includes(
        (error as { code?: string }).code ?? '',
      )
    )
      return false;
    throw error;
  }
}
