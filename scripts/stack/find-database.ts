import { existsSync } from 'node:fs';
import { findOnPath } from '../../src/operator/parts/this-machine';
import { lastLine, runToEnd } from './run-to-end';

export interface DatabaseProgram {
  path: string;
  kind: 'mariadb' | 'mysql';
  /** As it calls itself, such as 10.11.19. */
  version: string;
}

/** Servers live in sbin or beside no PATH at all (Red Hat, Homebrew's keg-only formulas). */
const FOLDERS = [
  '/usr/sbin',
  '/usr/local/sbin',
  '/usr/libexec',
  '/usr/local/mysql/bin',
  '/opt/homebrew/opt/mariadb/bin',
  '/opt/homebrew/opt/mysql/bin',
  '/usr/local/opt/mariadb/bin',
  '/usr/local/opt/mysql/bin',
];

/**
 * The program of a MariaDB 10.6+ or MySQL 8.0+ server on this machine. On Debian and Ubuntu as root it is installed when
 * there is none (the bare server: it starts no service).
 * @param folders where to look besides PATH.
 * @throws Error that names the one command to run here.
 */
export async function findDatabase(
  env: NodeJS.ProcessEnv,
  say: (line: string) => void,
  folders: string[] = FOLDERS,
): Promise<DatabaseProgram> {
  const server = await lookForServer(env, folders);
  if (typeof server !== 'string') return server;
  let problem = server;
  if (mayInstall(env)) {
    say(`${problem} Installing mariadb-server-core by apt-get (once, it starts no service) ...`);
    const failure = await installByApt(env);
    const installed = failure ?? (await lookForServer(env, folders));
    if (typeof installed !== 'string') return installed;
    problem = installed;
  }
  throw new Error(
    `${problem}\nInstall one by: ${installCommand(env)}\n` +
      'or set DATABASE_URL to a running one: mysql://user:password@host:3306/NAME',
  );
}

async function lookForServer(env: NodeJS.ProcessEnv, folders: string[]): Promise<DatabaseProgram | string> {
  const path = findOnPath(['mariadbd', 'mysqld'], env.PATH, folders);
  if (path === null) return 'No database server (mariadbd or mysqld) is on this machine.';
  const { output } = await runToEnd(path, ['--no-defaults', '--version'], { seconds: 20, env });
  const match = /Ver (\d+)\.(\d+)\.(\d+)/.exec(output);
  if (match === null) return `${path} --version says no version: ${lastLine(output)}`;
  const [major, minor] = [Number(match[1]), Number(match[2])];
  const kind = /mariadb/i.test(output) ? 'mariadb' : 'mysql';
  const version = match[0].slice('Ver '.length);
  const newEnough = kind === 'mariadb' ? major > 10 || (major === 10 && minor >= 6) : major >= 8;
  if (!newEnough) return `${path} is ${kind} ${version}, too old: MariaDB 10.6 or MySQL 8.0 is needed.`;
  return { path, kind, version };
}

function mayInstall(env: NodeJS.ProcessEnv): boolean {
  return (
    process.getuid?.() === 0 &&
    existsSync('/etc/debian_version') &&
    findOnPath(['apt-get'], env.PATH) !== null
  );
}

/** @returns null, or what went wrong. */
async function installByApt(env: NodeJS.ProcessEnv): Promise<string | null> {
  const options = { seconds: 900, env: { ...env, DEBIAN_FRONTEND: 'noninteractive' } };
  await runToEnd('apt-get', ['update'], options); // a failed source may not matter: the next line tells
  const install = ['install', '-y', '--no-install-recommends', 'mariadb-server-core'];
  const { code, output } = await runToEnd('apt-get', install, options);
  return code === 0 ? null : `apt-get install mariadb-server-core failed: ${lastLine(output)}`;
}

const INSTALL_COMMANDS: [program: string, command: string][] = [
  ['apt-get', 'sudo apt-get install -y mariadb-server-core'],
  ['dnf', 'sudo dnf install -y mariadb-server'],
  ['yum', 'sudo yum install -y mariadb-server'],
  ['zypper', 'sudo zypper install -y mariadb'],
  ['pacman', 'sudo pacman -S --noconfirm mariadb'],
  ['apk', 'apk add mariadb'],
  ['brew', 'brew install mariadb'],
];

function installCommand(env: NodeJS.ProcessEnv): string {
  const known = INSTALL_COMMANDS.find(([program]) => findOnPath([program], env.PATH) !== null);
  return known?.[1] ?? 'your package manager: mariadb-server or mysql-server';
}
