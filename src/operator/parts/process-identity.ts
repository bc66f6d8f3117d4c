import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

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
    // The name in parentheses may itself hold blanks and parentheses: count from the last one (proc(5)).
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
