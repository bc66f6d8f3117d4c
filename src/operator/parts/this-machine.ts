import { execFileSync } from 'node:child_process';
import { accessSync, constants, existsSync, readFileSync, statSync } from 'node:fs';
import { delimiter, dirname, join, resolve } from 'node:path';
import { setTimeout as after } from 'node:timers/promises';

export const projectFolder = dirname(dirname(dirname(__dirname)));

/** Of this program, such as `0.1.0`. */
export function programVersion(): string {
  return JSON.parse(readFileSync(join(projectFolder, 'package.json'), 'utf8')).version;
}

/** Everything that the embedded stack keeps: data, logs, its addresses, the Temporal binary. Safe to delete when it is stopped. */
export const localFolder = join(projectFolder, '.local');

/** Where the embedded stack keeps its state: .local/ unless BREACH_RESPONSE_LOCAL names another folder, so that two go side by side. */
export const stackFolder = process.env.BREACH_RESPONSE_LOCAL
  ? resolve(process.env.BREACH_RESPONSE_LOCAL)
  : localFolder;

/** Where the workers of this machine keep their dot journals. */
export function journalFolder(): string {
  return join(stackFolder, 'journal');
}

/**
 * The first executable of these names, all names in one folder before the next folder.
 * @param more folders that are looked through after those of PATH.
 */
export function findOnPath(names: string[], path: string | undefined, more: string[] = []): string | null {
  for (const folder of [...(path ?? '').split(delimiter).filter(Boolean), ...more]) {
    for (const name of names) {
      const file = join(folder, name);
      if (isExecutable(file)) return file;
    }
  }
  return null;
}

export function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

/** A process id alone is soon another program's: with the moment of its birth it is one process for good. */
export interface ProcessIdentity {
  pid: number;
  /** Opaque; equal for the same process only. */
  born: string;
}

/** Null when there is no such process, or only its unreaped remains (a zombie under a PID 1 that does not wait). */
export function identify(pid: number): ProcessIdentity | null {
  const born = existsSync('/proc/self/stat') ? bornByProc(pid) : bornByPs(pid);
  return born === null ? null : { pid, born };
}

export function isAlive(process: ProcessIdentity): boolean {
  return identify(process.pid)?.born === process.born;
}

function bornByProc(pid: number): string | null {
  try {
    // The name in parentheses may itself hold spaces and parentheses: count from the last one (proc(5)).
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const [state, started] = [fields[0], fields[19]];
    if (state === 'Z' || state === 'X' || started === undefined) return null;
    return `${bootId()}/${started}`;
  } catch {
    return null; // gone
  }
}

function bootId(): string {
  return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
}

function bornByPs(pid: number): string | null {
  try {
    const line = execFileSync('ps', ['-o', 'state=,lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim();
    return line === '' || line.startsWith('Z') ? null : line.slice(line.indexOf(' ')).trim();
  } catch {
    return null; // ps says 1 for an unknown process
  }
}

/**
 * Asks again, 50 ms after each no, until `condition` holds.
 * @returns false when it did not hold within `seconds`.
 */
export async function waitUntil(
  condition: () => boolean | Promise<boolean>,
  seconds: number,
): Promise<boolean> {
  const end = performance.now() + seconds * 1000;
  while (!(await condition())) {
    if (performance.now() > end) return false;
    await after(50);
  }
  return true;
}
