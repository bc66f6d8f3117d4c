import { type PartProcess, stopLeftover } from '../stack/part-process';
import { type Stack, startStack } from '../stack/start-stack';
import { startWorker } from '../stack/start-worker';

/** What the demo has started, and how all of it ends. */
export interface OwnParts {
  startStack(): Promise<Stack>;
  startWorker(env: NodeJS.ProcessEnv): Promise<void>;
  /** Settles, in words, when one of them ends without being asked. */
  broken: Promise<never>;
  /** The worker first: it finishes what it has begun. May be called again, and while something is starting. */
  stop(): Promise<void>;
}

export function ownParts(folder: string, say: (line: string) => void): OwnParts {
  let starting: Promise<Stack> | null = null;
  let worker: PartProcess | null = null;
  let stopping: Promise<void> | null = null;
  let fail: (error: Error) => void = () => undefined;
  const broken = new Promise<never>((_, reject) => {
    fail = reject;
  });
  broken.catch(() => undefined); // told where it is waited for
  const terminateWorker = () => {
    if (worker?.running()) process.kill(worker.identity.pid, 'SIGTERM');
  };
  // When this process ends without stop(), nothing may go on running; startStack sees to its own.
  process.on('exit', terminateWorker);
  return {
    broken,
    startStack: async () => {
      await stopLeftover(folder, 'worker', say);
      starting = startStack({ dir: folder, env: process.env, say, fresh: true });
      const stack = await starting;
      stack.broken.then((how) => stopping ?? fail(new Error(how)));
      return stack;
    },
    startWorker: async (env) => {
      const started = await startWorker(folder, env, (part) => {
        worker = part;
      });
      started.ended.then(
        (how) => stopping ?? fail(new Error(`The worker ended by itself (${how}): see ${started.logFile}`)),
      );
    },
    stop: () => {
      stopping ??= (async () => {
        await worker?.stop();
        await starting?.then(
          (stack) => stack.stop(),
          () => undefined, // what failed to start has stopped what it had started, and was told
        );
      })();
      return stopping;
    },
  };
}
