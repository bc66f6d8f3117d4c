import { closeRefusedDetail, findingsDetail } from '../../incident/hold-reason';
import type { Phase } from '../../incident/vocabulary';
import { ask, SCAN } from '../activities-of-run';
import { hold, insist, untilMayGo } from '../holds';
import type { Run } from '../run-state';

/**
 * Closed for good only when the books add up (I1) and nothing from before the cutoff is alive (I3). Otherwise it holds. What the
 * books lack, `resume` settles; what lives (again), only the expiry can mend: `resume` goes back to it, and from there everybody
 * who came in with it is told.
 */
export async function close(run: Run): Promise<Phase> {
  const { state } = run;
  await untilMayGo(run);
  if (state.resumedFrom === 'close-refused') return 'settle';
  if (state.resumedFrom === 'verify-findings') return 'expire';
  // A worker of before does not tell findings apart.
  const {
    closed,
    problems,
    findings = [],
  } = await insist(run, () =>
    ask(run, 'closeIncident', { by: 'the workflow' }, 'do the books add up?', SCAN),
  );
  if (closed) return 'closed';
  if (findings.length > 0) {
    await hold(run, 'verify-findings', findingsDetail(findings));
    return 'expire';
  }
  await hold(run, 'close-refused', closeRefusedDetail(problems));
  return 'settle';
}
