import { inDoubtDetail, inWords, rowsMissingDetail } from '../incident/hold-reason';
import { newPlan, rangeSize } from '../incident/range-plan';
import { nextStep } from '../incident/settle-step';
import type { Wave } from '../incident/vocabulary';
import { hold, pauseFor, untilMayGo } from './holds';
import { walkPlan } from './lanes';
import { noticeLanes, noticeWork } from './notice-work';
import type { Run } from './run-state';
import { survey } from './survey';

/**
 * Until every notice of the wave is in a terminal state: passes for what is released or due; waits for what is deferred; holds for
 * what only an operator can decide. @returns the books then.
 */
export async function settleWave(run: Run, wave: Wave) {
  const { state } = run;
  const work = noticeWork(run, noticeLanes(run), wave);
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
