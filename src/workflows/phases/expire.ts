import { expireRangeSize, newPlan } from '../../incident/range-plan';
import type { Phase } from '../../incident/vocabulary';
import { ask, SLICE } from '../activities-of-run';
import { walkPlan } from '../lanes';
import type { Run } from '../run-state';

/** Every password that the thief may hold dies, and with it what it opened; this freezes the cohort (I1, I3). */
export async function expire(run: Run): Promise<Phase> {
  const { state } = run;
  const { expireLanes, frontier } = state.row!;
  const plan = state.plan ?? newPlan('customers', expireRangeSize(state.total, expireLanes), frontier);
  await walkPlan(run, plan, {
    lanes: Array.from({ length: expireLanes }, (_, i) => `expire-${i + 1}`),
    slice: (input) => ask(run, 'expireSlice', input, `lane ${input.lane}`, SLICE),
    count: ({ revoked, ...cohort }) => {
      const { counts } = state;
      counts.revoked += revoked;
      counts.cohort.expired += cohort.expired;
      counts.cohort.changed_since += cohort.changed_since;
      counts.cohort.none += cohort.none;
      return cohort.expired + cohort.changed_since + cohort.none;
    },
  });
  return 'verify';
}
