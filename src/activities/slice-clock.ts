import { Context } from '@temporalio/activity';

/** How a slice of work knows when to stop, and shows that it is alive. */
export interface SliceClock {
  /** The slice's time is over, or the workflow or the worker asked it to stop. */
  over(): boolean;
  /** The workflow or the worker asked it to stop: no further dot. */
  told(): boolean;
  /** Waits, at most so long, and less when told to stop or when the slice ends. */
  wait(milliseconds: number): Promise<void>;
  /** A readable word for the Web UI, now and about once a second. */
  say(progress: () => Record<string, unknown>): void;
  /** What is tried again and again within the slice, in the words of its failure; null: it has been done. Shown beside the progress. */
  retrying(why: string | null): void;
  stop(): void;
}

const HEARTBEAT_MILLISECONDS = 1_000;

export function startSlice(seconds: number): SliceClock {
  const context = Context.current();
  const endsAt = performance.now() + seconds * 1000;
  let progress: () => Record<string, unknown> = () => ({});
  let retried: string | null = null;
  const beat = () => context.heartbeat(retried === null ? progress() : { ...progress(), retrying: retried });
  const timer = setInterval(beat, HEARTBEAT_MILLISECONDS);
  return {
    over: () => context.cancellationSignal.aborted || performance.now() >= endsAt,
    told: () => context.cancellationSignal.aborted,
    wait: (milliseconds) => {
      // Timers drop fractions: one until the slice's very end would leave a moment in which the relay is asked once more.
      const untilOver = Math.ceil(endsAt - performance.now()) + 1;
      return pause(Math.min(milliseconds, untilOver), context.cancellationSignal);
    },
    say: (next) => {
      progress = next;
      beat();
    },
    retrying: (why) => {
      if (why === retried) return;
      retried = why;
      beat();
    },
    stop: () => clearInterval(timer),
  };
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted || milliseconds <= 0) return Promise.resolve();
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    signal.addEventListener('abort', done);
  });
}
