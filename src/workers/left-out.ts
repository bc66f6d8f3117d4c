import type pino from 'pino';
import type { LeaveWork } from '../activities/declare-activity';
import type { Share } from './shares';

/** A worker that is the only one fails an activity's eight attempts within as many minutes. */
const LEFT_OUT_MILLISECONDS = 60_000;

/** Which shares of the work this process has left to others. */
export interface LeftOut {
  /** As an activity says it: of its own queue, or for good of all. */
  leave: LeaveWork;
  leaveShare(share: Share, why: string): void;
  isOut(share: Share): boolean;
  isOutForGood(): boolean;
  /** Told at once when a share is left. */
  onLeave(listener: () => void): void;
}

export function leftOut(log: pino.Logger, now: () => number = Date.now): LeftOut {
  const out = new Map<string, { until: number; why: string }>();
  let forGood = false;
  let told: () => void = () => undefined;
  const leaveShare = (share: Share, why: string) => {
    const key = keyOf(share);
    const isNews = out.get(key)?.why !== why;
    out.set(key, { until: now() + LEFT_OUT_MILLISECONDS, why });
    if (!isNews) return;
    const { taskQueue, kind } = share;
    const again = `it asks for work again in ${LEFT_OUT_MILLISECONDS / 1000} s`;
    log.error({ why, queue: taskQueue, of: kind }, `left out, so that other workers do its work; ${again}`);
    told();
  };
  return {
    leaveShare,
    leave: (why, how, taskQueue) => {
      if (how === 'for a while') return leaveShare({ taskQueue, kind: 'activities' }, why);
      if (forGood) return;
      forGood = true;
      log.error({ why }, 'left out, so that other workers do its work; this worker ends');
      told();
    },
    isOut: (share) => {
      const left = out.get(keyOf(share));
      if (left === undefined) return false;
      if (left.until > now()) return true;
      out.delete(keyOf(share));
      return false;
    },
    isOutForGood: () => forGood,
    onLeave: (listener) => {
      told = listener;
    },
  };
}

export function keyOf({ taskQueue, kind }: Share): string {
  return `${kind} of ${taskQueue}`;
}
