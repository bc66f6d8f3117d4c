import { newPlan, rangeSize } from '../../incident/range-plan';
import type { Phase } from '../../incident/vocabulary';
import { walkPlan } from '../lanes';
import { noticeLanes, noticeWork } from '../notice-work';
import type { Run } from '../run-state';

/** One pass over the cohort: everybody is told once (I2). What was deferred or released is the next phase's. */
export async function notify(run: Run): Promise<Phase> {
  const { state } = run;
  const { notifyLanes, frontier } = state.row!;
  const plan = state.plan ?? newPlan('cohort', rangeSize(state.total, notifyLanes), frontier);
  await walkPlan(run, plan, noticeWork(run, noticeLanes(run)));
  return 'settle';
}
