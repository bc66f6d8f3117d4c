import { patched } from '@temporalio/workflow';
import { ask, counting, isExhausted } from './activities-of-run';
import type { Run } from './run-state';
import { show } from './show';

/**
 * What the slices have told is not all that they did: they do not tell what was released, nor who was put off before, and an attempt that
 * failed tells nothing. Whoever looks at a run that stands sees the books. The run can do without.
 */
export async function recount(run: Run): Promise<void> {
  if (!patched('recount')) return;
  const { state, obeyed } = run;
  try {
    const { cohort, notices, reminders, gate } = await ask(
      run,
      counting.adoptRun,
      {},
      'counts what the stopped slices did',
    );
    // Claims that were alive when it was closed have ended with their slices.
    if (run.obeyed === obeyed) state.gate = gate;
    state.counts = { ...state.counts, cohort, notices, reminders };
    show(run);
  } catch (error) {
    if (!isExhausted(error)) throw error;
  }
}

/** What is under way is counted as what becomes of it. */
export function forgetUnderWay({ state: { counts } }: Run): void {
  for (const wave of [counts.notices, counts.reminders]) {
    delete wave.released;
    delete wave.sending;
  }
}
