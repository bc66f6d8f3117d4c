import { condition, makeContinueAsNewFunc, workflowInfo } from '@temporalio/workflow';
import { brakeOn } from '../incident/law-delay';
import type { HoldKind } from '../incident/run-status';
import { awaitsApprovalAgain } from '../incident/waiting-for';
import { isExhausted, toldOf } from './activities-of-run';
import { beginHold } from './begin-hold';
import type { breachResponse } from './breach-response';
import { isAsked, obey, whileObeying } from './obey';
import type { Run } from './run-state';
import { show } from './show';

/** Thrown when the run was cancelled for good. */
export class RunEnded extends Error {}

/** A run never dies, it holds: waits until `resume` ends the hold. */
export async function hold(run: Run, kind: HoldKind, detail: string): Promise<void> {
  await beginHold(run, kind, detail);
  await untilMayGo(run);
}

/** Does it, and holds whenever it fails after all its attempts, until it is done. */
export async function insist<T>(run: Run, attempt: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      // What was asked before the first reading waits for it: only the row knows what a resume ends.
      return await (run.state.row === null ? attempt() : whileObeying(run, attempt()));
    } catch (error) {
      if (!isExhausted(error)) throw error;
      await hold(run, ...toldOf(error));
    }
  }
}

/** Reads the row, and again if the run acted on something meanwhile: an old gate or hold must not win over a new one. */
export async function insistUndisturbed<T>(run: Run, read: () => Promise<T>): Promise<T> {
  for (;;) {
    const { obeyed } = run;
    const seen = await insist(run, read);
    if (run.obeyed === obeyed) return seen;
  }
}

/**
 * Returns when nothing stops this phase, nothing holds and `ready` is so. The only place, besides the pause between two slices,
 * where a run continues as new: what a phase has done must be in the state before it comes here.
 * @throws RunEnded when the run was cancelled for good.
 */
export async function untilMayGo(run: Run, ready: () => boolean = () => true): Promise<void> {
  const { state } = run;
  for (;;) {
    if (state.ending) throw new RunEnded();
    const free =
      state.hold === null && !(state.gate && brakeOn(state.gate, state.phase)) && !awaitsApprovalAgain(state);
    if (continueDue(run) || (run.renew && free && run.calls === 0)) await continueRun(run);
    if (isAsked(run)) await obey(run);
    else if (free && ready()) return;
    else {
      show(run);
      await condition(() => isAsked(run) || continueDue(run));
    }
  }
}

/** Waits so long, or less when something is asked. */
export async function pauseFor(run: Run, milliseconds: number): Promise<void> {
  show(run);
  await condition(() => isAsked(run) || continueDue(run), milliseconds);
  await untilMayGo(run);
}

export function continueDue({ input, eventsAtStart, calls }: Run): boolean {
  // A call under way would be lost with this run.
  if (calls > 0) return false;
  const { historyLength, continueAsNewSuggested } = workflowInfo();
  if (input.continueAsNewAfterEvents === undefined) return continueAsNewSuggested;
  return eventsAtStart > 0 && historyLength - eventsAtStart >= input.continueAsNewAfterEvents;
}

/** With the memo as it is: the server would give the next run that of the first one's start (seen with 1.32). */
function continueRun({ input, state }: Run): Promise<never> {
  const { memo = {} } = workflowInfo();
  const next = makeContinueAsNewFunc<typeof breachResponse>({ memo });
  return next({ ...input, carried: state });
}
