import { closeSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { identify, isAlive } from '../../src/operator/parts/process-identity';
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
