import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';

/** Who is at the terminal: a person, or nobody. */
export interface AtTerminal {
  attended: boolean;
  /**
   * Waits until the person says that the command be typed here, or that they have done it.
   * @param done true as soon as the books show that it was done, wherever it was typed.
   */
  ask(done: () => Promise<boolean>): Promise<'type it' | 'done'>;
  /** Waits until the person has read what stands there. */
  read(): Promise<void>;
  close(): void;
}

/** Everything is typed at once. */
export const NOBODY: AtTerminal = {
  attended: false,
  ask: async () => 'type it',
  read: async () => undefined,
  close: () => undefined,
};

const LOOKS_EVERY_MILLISECONDS = 500;

export function person(input: NodeJS.ReadStream, output: NodeJS.WriteStream): AtTerminal {
  const lines = createInterface({ input, output });
  // Ctrl-C at the prompt is for the whole rehearsal.
  lines.on('SIGINT', () => process.kill(process.pid, 'SIGINT'));
  return {
    attended: true,
    ask: async (done) => {
      const over = new AbortController();
      const answer = new Promise<'type it' | 'done'>((resolve) => {
        lines.question(
          '  [Enter: it is typed here | n + Enter: I did it there] ',
          { signal: over.signal },
          (line) => resolve(/^n/i.test(line.trim()) ? 'done' : 'type it'),
        );
      });
      const seen = (async () => {
        while (!over.signal.aborted) {
          if (await done().catch(() => false)) return 'done' as const;
          await sleep(LOOKS_EVERY_MILLISECONDS);
        }
        return 'done' as const;
      })();
      const first = await Promise.race([answer, seen]);
      over.abort();
      if (first === 'done') output.write('\n');
      return first;
    },
    read: () => new Promise((resolve) => lines.question('\n  [Enter: go on] ', () => resolve())),
    close: () => lines.close(),
  };
}
