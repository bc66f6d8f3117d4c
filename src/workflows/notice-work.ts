import type { NotifyCounts } from '../activities/contract';
import type { Wave } from '../incident/vocabulary';
import { ask, SLICE } from './activities-of-run';
import type { LaneWork } from './lanes';
import type { Run } from './run-state';

/** The lanes of the big run. */
export function noticeLanes({ state }: Run): string[] {
  return Array.from({ length: state.row!.notifyLanes }, (_, i) => `notify-${i + 1}`);
}

/** Tells the customers of each range, at the run's pace shared by so many lanes. */
export function noticeWork(run: Run, lanes: string[], wave: Wave = 'notice'): LaneWork<NotifyCounts> {
  const { state } = run;
  return {
    lanes,
    slice: (input) =>
      ask(run, 'notifySlice', { ...input, wave, lanes: lanes.length }, `lane ${input.lane}`, SLICE),
    count: ({ released: _, ...settled }) => {
      const booked = wave === 'reminder' ? state.counts.reminders : state.counts.notices;
      let customers = 0;
      for (const [name, count] of Object.entries(settled) as [keyof typeof settled, number][]) {
        booked[name] = (booked[name] ?? 0) + count;
        customers += count;
      }
      return customers;
    },
  };
}
