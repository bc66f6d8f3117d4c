import type { Phase } from '../../incident/vocabulary';
import { ask, SCAN } from '../activities-of-run';
import { hold, insist, untilMayGo } from '../holds';
import type { Run } from '../run-state';

/** Closed for good only when the books add up (I1); otherwise what does not is told, and `resume` settles again. */
export async function close(run: Run): Promise<Phase> {
  const { state, incidentId } = run;
  await untilMayGo(run);
  if (state.resumedFrom === 'close-refused') return 'settle';
  const { closed, problems } = await insist(run, () =>
    ask('closeIncident', { incidentId, by: 'the workflow' }, 'do the books add up?', SCAN),
  );
  if (closed) return 'closed';
  await hold(
    run,
    'close-refused',
    `${problems.slice(0, 5).join('; ')}. Mend it; resume settles and closes again.`,
  );
  return 'settle';
}
