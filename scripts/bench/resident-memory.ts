import { execFileSync } from 'node:child_process';

/** Of this process, in megabytes (10^6 bytes), as the system counts it. */
export function residentMegabytes(pid: number): number {
  const kibibytes = Number(
    execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' }).trim(),
  );
  return Math.round((kibibytes * 1024) / 1e6);
}
