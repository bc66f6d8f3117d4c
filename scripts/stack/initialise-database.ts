import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { DatabaseProgram } from './find-database';
import { lastLine, runToEnd } from './run-to-end';

/**
 * Makes a data directory with its system tables; `root` comes from loopback without a password. A half-made one of an
 * interrupted start is thrown away.
 * @param options for every run of the program, `--no-defaults` first.
 * @throws Error with the server's own words.
 */
export async function initialiseDatabase(
  program: DatabaseProgram,
  data: string,
  options: string[],
): Promise<void> {
  if (existsSync(data)) return;
  const half = `${data}.new`;
  rmSync(half, { recursive: true, force: true });
  mkdirSync(half, { recursive: true, mode: 0o700 });
  const where = [...options, `--datadir=${half}`];
  const { code, output } =
    program.kind === 'mysql'
      ? await runToEnd(program.path, [...where, '--initialize-insecure'], { seconds: 120 })
      : await bootstrapMariadb(program.path, where);
  if (code !== 0) {
    throw new Error(`${program.path} could not make its data directory ${half}: ${lastErrors(output)}`);
  }
  renameSync(half, data);
}

// What mariadb-install-db does, without it: that script needs my_print_defaults and resolveip, which Debian keeps in
// other packages than the bare server, and takes 10 times as long with its help tables (0.3 s without).
async function bootstrapMariadb(program: string, where: string[]) {
  const share = await shareFolder(program);
  const scripts = ['system_tables', 'performance_tables', 'system_tables_data'].map((name) => {
    const file = [`mariadb_${name}.sql`, `mysql_${name}.sql`]
      .map((fileName) => join(share, fileName))
      .find(existsSync);
    if (file === undefined) throw new Error(`${share} holds no mariadb_${name}.sql: is ${program} whole?`);
    return readFileSync(file, 'utf8');
  });
  const preface = 'CREATE DATABASE IF NOT EXISTS mysql;\nUSE mysql;\nSET @auth_root_socket=NULL;\n';
  const sql = preface + scripts.join('\n').replaceAll(/^.*@current_hostname.*$/gm, '');
  const args = ['--bootstrap', '--log-warnings=0', '--enforce-storage-engine=', '--max-allowed-packet=8M'];
  return runToEnd(program, [...where, ...args, '--net-buffer-length=16K'], { seconds: 120, input: sql });
}

async function shareFolder(program: string): Promise<string> {
  const { output } = await runToEnd(program, ['--no-defaults', '--verbose', '--help'], { seconds: 20 });
  const charsets = /^character-sets-dir\s+(\/\S.*)$/m.exec(output)?.[1]?.trim();
  if (charsets === undefined)
    throw new Error(`${program} does not say where its files are: ${lastLine(output)}`);
  return dirname(charsets.replace(/\/+$/, ''));
}

function lastErrors(output: string): string {
  const errors = output.split('\n').filter((line) => line.includes('ERROR'));
  return errors.length === 0 ? lastLine(output) : errors.slice(-3).join(' / ').slice(0, 600);
}
