import type { Phase } from '../../incident/vocabulary';
import { untilMayGo } from '../holds';
import type { Run } from '../run-state';

/** Nobody is told before somebody has signed the texts. The approval may have come at any time before. */
export async function awaitApproval(run: Run): Promise<Phase> {
  await untilMayGo(run, () => run.state.approval !== null);
  return 'canary';
}
