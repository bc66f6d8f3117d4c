import { setTimeout as sleep } from 'node:timers/promises';

const LONGEST_WAIT_MILLISECONDS = 15_000;

/** A run that stands still (paused by a breaker, a part that is down) does not stop the torturer for long. */
export async function untilProgress(progress: () => Promise<number>, at: number): Promise<void> {
  let [last, since] = [-1, Date.now()];
  for (;;) {
    const now = await progress();
    if (now >= at) return;
    if (now > last) [last, since] = [now, Date.now()];
    else if (Date.now() - since > LONGEST_WAIT_MILLISECONDS) return;
    await sleep(100);
  }
}

const STANDSTILL_MILLISECONDS = 240_000;

/** @throws Error when nothing has moved for minutes. */
export async function untilQuiet(quiet: () => boolean, progress: () => Promise<number>): Promise<void> {
  let [last, since] = [-1, Date.now()];
  while (!quiet()) {
    const now = await progress();
    if (now > last) [last, since] = [now, Date.now()];
    else if (Date.now() - since > STANDSTILL_MILLISECONDS)
      throw new Error('The run stands still: neither closed nor held for those in doubt.');
    await sleep(300);
  }
}
