import { setTimeout as sleep } from 'node:timers/promises';
import type pino from 'pino';
import type { Database } from '../books/open-database';
import { revokeLate } from '../company/expire-range';
import {
  type ExpiredRange,
  isInTime,
  markRangeSeen,
  markReappeared,
  unseenRanges,
} from '../company/reappeared';
import type { RunContext } from './run-context';

export interface ReappearanceWatch {
  /** A range's expiry has just been committed. */
  expired(run: RunContext): void;
  /** Returns once nothing is left to be looked at, whoever expired it; or after 15 s, if something cannot be. */
  finish(run: RunContext): Promise<void>;
  /** Returns once what this worker has expired was looked at. */
  close(): Promise<void>;
}

/** A login that was under way has ended by then, and nobody has come back by a reset link yet. */
const LOOK_AFTER_MILLISECONDS = 2_500;
const FINISH_WITHIN_MILLISECONDS = 15_000;

/**
 * Looks back at each range a moment after its expiry, beside the slices, one after the other: at passwords that came back
 * (reappeared.ts), and ends what logins under way had opened. The expiry's own transaction notes the range (reappeared.ts), so
 * that what a killed worker has left is looked at by the next one; what is looked at too late is named by `verify`.
 */
export function watchReappearance(
  { db }: Database,
  log: pino.Logger,
  lookAfterMilliseconds = LOOK_AFTER_MILLISECONDS,
): ReappearanceWatch {
  const waiting = new Set<Promise<void>>();
  let looking: Promise<void> = Promise.resolve();
  const lookAtRange = async (run: RunContext, { id, range }: ExpiredRange) => {
    const { incident, company } = run.books;
    const place = { incident, range };
    if (await isInTime(db, id)) await markReappeared(db, company, { ...place, now: Date.now() });
    const rows = await revokeLate(db, company, place);
    if (rows > 0) log.info({ rows }, 'ended what logins under way had opened with passwords just expired');
    await markRangeSeen(db, id);
  };
  const lookAtAll = async (run: RunContext) => {
    try {
      for (const expired of await unseenRanges(db, run.books.incident, lookAfterMilliseconds))
        await lookAtRange(run, expired);
    } catch (error) {
      const { code, errno, name: kind } = error as { code?: string; errno?: number; name?: string };
      log.error(
        { code, errno, kind },
        'could not look again at ranges just expired: passwords that came back, and what logins under way had opened, stay until that works',
      );
    }
  };
  const next = (run: RunContext) => {
    looking = looking.then(() => lookAtAll(run));
    return looking;
  };
  return {
    expired(run) {
      const looked = sleep(lookAfterMilliseconds).then(() => next(run));
      waiting.add(looked);
      void looked.finally(() => waiting.delete(looked));
    },
    async finish(run) {
      const until = Date.now() + FINISH_WITHIN_MILLISECONDS;
      for (;;) {
        await next(run);
        if (Date.now() > until || (await unseenRanges(db, run.books.incident, 0)).length === 0) return;
        await sleep(lookAfterMilliseconds / 5);
      }
    },
    async close() {
      await Promise.all(waiting);
    },
  };
}
