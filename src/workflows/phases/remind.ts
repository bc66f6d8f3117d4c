import { newPlan, rangeSize } from '../../incident/range-plan';
import type { Phase } from '../../incident/vocabulary';
import { walkPlan } from '../lanes';
import { noticeLanes, noticeWork, settleWave } from '../notice-work';
import type { Run } from '../run-state';

/**
 * The reminder wave, with all the promises of the first (I1, I2): one pass over the cohort, in which everybody gets a row of it: who
 * has chosen a new password by then is skipped. Then what was deferred, released or is in doubt.
 */
export async function remind(run: Run): Promise<Phase> {
  const { state } = run;
  const { notifyLanes, frontier } = state.row!;
  const plan = state.plan ?? newPlan('cohort', rangeSize(state.total, notifyLanes), frontier);
  await walkPlan(run, plan, noticeWork(run, noticeLanes(run), 'reminder'));
  state.plan = null;
  await settleWave(run, 'reminder');
  return 'close';
}
