import { findingsDetail } from '../../incident/hold-reason';
import type { Phase } from '../../incident/vocabulary';
import { ask, SCAN } from '../activities-of-run';
import { hold, insist, untilMayGo } from '../holds';
import type { Run } from '../run-state';

/** Looks at the company's own tables: what is still alive holds the run (I3). `resume` expires everything once more. */
export async function verify(run: Run): Promise<Phase> {
  const { state } = run;
  await untilMayGo(run);
  if (state.resumedFrom === 'verify-findings') return 'expire';
  const { clean, findings } = await insist(run, () =>
    ask(run, 'verifyExpiry', {}, 'is anything from before the cutoff alive?', SCAN),
  );
  if (clean) return 'approval';
  await hold(run, 'verify-findings', findingsDetail(findings));
  return 'expire';
}
