import type { NoticeSurvey, NotifyCounts } from '../activities/contract';
import { inDoubtDetail, inWords, rowsMissingDetail } from '../incident/hold-reason';
import { newPlan, rangeSize } from '../incident/range-plan';
import { nextStep } from '../incident/settle-step';
import type { Wave } from '../incident/vocabulary';
import { ask, askSlice, scan, slice } from './activities-of-run';
import { hold, insist, pauseFor, untilMayGo } from './holds';
import { type LaneWork, walkPlan } from './lanes';
import type { Run } from './run-state';
import { show } from './show';

/** The lanes of the big run. */
export function noticeLanes({ state }: Run): string[] {
  return Array.from({ length: state.row!.notifyLanes }, (_, i) => `notify-${i + 1}`);
}

/** Tells the customers of each range, at the run's pace, which the lanes share. */
export function noticeWork(run: Run, lanes: () => string[], wave: Wave = 'notice'): LaneWork<NotifyCounts> {
  const { state } = run;
  return {
    lanes,
    slice: (input) =>
      askSlice(run, slice.notifySlice, { ...input, wave, lanes: lanes().length }, `lane ${input.lane}`),
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

/**
 * Until every notice of the wave is in a terminal state: passes for what is released or due; waits for what is deferred; holds for
 * what only an operator can decide. @returns the books then.
 */
export async function settleWave(run: Run, wave: Wave) {
  const { state } = run;
  const work = noticeWork(run, () => noticeLanes(run), wave);
  if (state.plan) await walkPlan(run, state.plan, work);
  let settled: number | null = null;
  for (;;) {
    await untilMayGo(run);
    state.plan = null;
    const books = await survey(run, wave);
    const step = nextStep(books, Date.now(), settled);
    settled = null;
    state.nextRetryAt = step.kind === 'wait' ? step.retryAt : null;
    if (step.kind === 'close') return books;
    if (step.kind === 'pass') {
      let answers = 0;
      const count: typeof work.count = (counts) => {
        const customers = work.count(counts);
        answers += customers;
        return customers;
      };
      const plan = newPlan('cohort', rangeSize(books.cohort, state.row!.notifyLanes), null);
      await walkPlan(run, plan, { ...work, count });
      settled = answers;
    } else if (step.kind === 'wait') {
      await pauseFor(run, step.milliseconds);
    } else if (step.kind === 'rows-missing') {
      await hold(run, 'rows-missing', rowsMissingDetail(step.count));
    } else if (step.kind === 'in-doubt') {
      await hold(run, 'in-doubt', inDoubtDetail(step.count));
    } else {
      const detail = `${step.tellable} customers have no final answer (${inWords(books.notices)}). See the worker's log; resume tries again.`;
      await hold(run, 'no-progress', detail);
    }
  }
}

/** Counts the ledger against the cohort; the run's counts are corrected by it. */
export async function survey(run: Run, wave: Wave): Promise<NoticeSurvey> {
  const { state } = run;
  const books = await insist(run, () =>
    ask(run, scan.surveyNotices, { wave }, 'counts the ledger against the cohort'),
  );
  if (wave === 'reminder') state.counts.reminders = books.notices;
  else state.counts.notices = books.notices;
  state.total = books.cohort;
  state.receivers = books.receivers ?? [];
  show(run);
  return books;
}
