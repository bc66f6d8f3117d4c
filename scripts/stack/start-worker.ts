import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { projectFolder } from '../../src/operator/parts/this-machine';
import { type PartProcess, startPart, waitForPart } from './part-process';

/** What scripts/worker.ts says. */
const UP = /"(ready for work|waiting for a ledger)"/;

/** A worker told to stop waits for the answers to its last dots. */
const STOP_SECONDS = 45;

/**
 * As in package.json's `worker`. V8 else lets the finished batches' garbage pile up, and each thread's malloc arena keeps its own:
 * measured at 40,000 notices 330 MB resident, 295 with the small young generation, 240 with one arena too. A young generation
 * of 2 MB would save more and costs a quarter of the speed. tsx's CommonJS hook alone, without its loader thread: 35 MB less.
 */
const NODE_OPTIONS = [
  '--max-semi-space-size=4',
  '--max-old-space-size=200',
  '--require',
  require.resolve('tsx/cjs'),
];

/**
 * A worker (scripts/worker.ts) as a process of its own.
 * @param env addresses of the three parts; without them it finds those of the embedded stack.
 * @param started gets the process at once.
 * @param name of its files in `folder`, for a second one.
 * @returns once it asks Temporal for work, or waits for a first start to make the ledger whose work it will ask for.
 */
export async function startWorker(
  folder: string,
  env: NodeJS.ProcessEnv,
  started: (part: PartProcess) => void,
  name = 'worker',
): Promise<PartProcess> {
  rmSync(join(folder, `${name}.log`), { force: true });
  const part = startPart({
    name,
    folder,
    command: process.execPath,
    args: [...NODE_OPTIONS, join(projectFolder, 'scripts', 'worker.ts')],
    env: { ...env, LOG_LEVEL: 'info', MALLOC_ARENA_MAX: '1' },
    stopSeconds: STOP_SECONDS,
  });
  started(part);
  await waitForPart(part, async () => UP.test(readFileSync(part.logFile, 'utf8')), 60);
  return part;
}
