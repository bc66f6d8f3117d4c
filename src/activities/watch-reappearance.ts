import type pino from 'pino';
import { revokeLate } from '../company/expire-range';
import { markReappeared } from '../company/reappeared';
import type { Database } from '../db/open-database';
import type { KeyRange } from '../incident/vocabulary';
import type { RunContext } from './run-context';

export interface ReappearanceWatch {
  /** A range's expiry has just been committed. */
  expired(run: RunContext, range: KeyRange): void;
  /** Looks at once at what it has not looked at yet. */
  close(): Promise<void>;
}

/** A login that was under way has ended by then, and nobody has come back by a reset link yet. */
const LOOK_AFTER_MILLISECONDS = 2_500;

/**
 * Looks back at each range a moment after its expiry, beside the slices, one after the other: at passwords that came back
 * (reappeared.ts), and ends what logins under way had opened. A worker that is killed within that moment has not looked; verify
 * finds what was opened.
 */
export function watchReappearance({ db }: Database, log: pino.Logger): ReappearanceWatch {
  const waiting = new Map<NodeJS.Timeout, () => Promise<void>>();
  let looking: Promise<void> = Promise.resolve();
  const look = (run: RunContext, range: KeyRange) => async () => {
    try {
      const place = { incident: run.number, range };
      await markReappeared(db, run.company, { ...place, now: Date.now() });
      const rows = await revokeLate(db, run.company, place);
      if (rows > 0) log.info({ rows }, 'ended what logins under way had opened by passwords just expired');
    } catch (error) {
      const { code, errno, name: kind } = error as { code?: string; errno?: number; name?: string };
      log.error(
        { code, errno, kind },
        'one range was not looked at again: passwords that came back, and what logins under way opened, stay',
      );
    }
  };
  return {
    expired(run, range) {
      const later = look(run, range);
      const timer = setTimeout(() => {
        waiting.delete(timer);
        looking = looking.then(later);
      }, LOOK_AFTER_MILLISECONDS);
      waiting.set(timer, later);
    },
    async close() {
      for (const [timer, later] of waiting) {
        clearTimeout(timer);
        looking = looking.then(later);
      }
      waiting.clear();
      await looking;
    },
  };
}
