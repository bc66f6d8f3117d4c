import { CancellationScope } from '@temporalio/workflow';
import type { RunCounts } from '../incident/run-status';
import type { Phase } from '../incident/vocabulary';
import { ask, short } from './activities-of-run';
import { adopt } from './adopt';
import { handleMessages } from './handle-messages';
import { insist, RunEnded } from './holds';
import { awaitApproval, canary, close, expire, notify, remind, settle, verify } from './phases';
import { type BreachResponseInput, newRun, type Run } from './run-state';
import { show } from './show';

export interface RunResult {
  incidentId: string;
  phase: 'closed' | 'cancelled';
  counts: RunCounts;
}

/**
 * The whole response to one breach: expire -> verify -> approval -> canary -> notify -> settle -> close. One loop acts; the
 * handlers only note what is asked. It ends by `close` and by a confirmed `cancel`, by nothing else.
 */
export async function breachResponse(input: BreachResponseInput): Promise<RunResult> {
  const run = newRun(input);
  handleMessages(run);
  // Nothing below is cancelled from outside: a cancellation request is one more thing that is asked.
  return CancellationScope.nonCancellable(() => respond(run));
}

/** Each does its phase, from wherever the state says it stands, and returns the next. */
const PHASES: Record<Exclude<Phase, 'closed' | 'cancelled'>, (run: Run) => Promise<Phase>> = {
  expire,
  verify,
  approval: awaitApproval,
  canary,
  notify,
  settle,
  remind,
  close,
};

async function respond(run: Run): Promise<RunResult> {
  const { state, incidentId } = run;
  await adopt(run);
  for (;;) {
    const { phase } = state;
    if (phase === 'closed' || phase === 'cancelled') {
      show(run);
      return { incidentId, phase, counts: state.counts };
    }
    const next = await PHASES[phase](run).catch((error) => cancelled(run, error));
    await enter(run, next);
  }
}

function cancelled(run: Run, error: unknown): Phase {
  if (!(error instanceof RunEnded)) throw error;
  run.state.hold = null;
  return 'cancelled';
}

async function enter(run: Run, phase: Phase): Promise<void> {
  const { state } = run;
  const ending = phase === 'cancelled' ? state.ending : null;
  const word = ending ?? state.reminderWord;
  const by = word?.by ?? 'the workflow';
  const reason = word?.reason ? { reason: word.reason } : {};
  state.reminderWord = null;
  if (ending) state.ending = null; // it is obeyed from here on: a failure below must be able to hold
  await insist(run, () => ask(run, short.enterPhase, { phase, by, ...reason }, `to ${phase}`));
  await adopt(run);
}
