import { createHash } from 'node:crypto';
import { closeSync, mkdirSync, openSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { identify, isAlive } from '../../src/operator/parts/this-machine';
import { readIdentity } from './part-process';

/**
 * Makes this process the only one that runs a stack in this folder. A dead owner's claim is taken over.
 * @returns gives the folder up.
 * @throws Error naming the process that has it.
 */
export function ownFolder(folder: string): () => void {
  const file = join(folder, 'stack.pid');
  const owner = readIdentity(file);
  if (owner !== null && isAlive(owner)) {
    throw new Error(
      `A stack already runs in ${folder} (process ${owner.pid}).\n` +
        `Use it as it is, or stop it first by Ctrl-C where it runs, or: kill ${owner.pid}`,
    );
  }
  rmSync(file, { force: true });
  const handle = openSync(file, 'wx'); // of two that start at the same moment one fails here
  writeFileSync(handle, JSON.stringify(identify(process.pid)));
  closeSync(handle);
  return () => rmSync(file, { force: true });
}

/** A Unix socket's path has at most 107 bytes (unix(7)), on macOS 103: from a deep folder it moves to the temporary one. */
export function shortSocketPath(folder: string, name: string): string {
  const wanted = join(folder, name);
  if (Buffer.byteLength(wanted) <= 100) return wanted;
  const mark = createHash('sha256').update(folder).digest('hex').slice(0, 16);
  const other = join(tmpdir(), `breach-response-${mark}`);
  mkdirSync(other, { recursive: true, mode: 0o700 });
  if (statSync(other).uid !== process.getuid?.())
    throw new Error(`${other} belongs to another user: delete it.`);
  return join(other, name);
}
