import { ApplicationFailure, CancellationScope } from '@temporalio/workflow';
import { type Call, callsOf, wasCalled } from '../incident/call';
import type { RunStatus } from '../incident/run-status';
import { ask, calling, isExhausted } from './activities-of-run';
import { nowIso, type Run } from './run-state';

/** More waits of one run than these may call again. */
const REMEMBERED = 100;

/**
 * Whom the file names is called once for each wait, and for what the run goes on without: nothing waits for it, and nothing is stopped by
 * its failure, which status shows. A run continues as new only after it (holds.ts), so none is lost or made twice by that.
 */
export function callForWait(run: Run, status: RunStatus, shown: () => void): void {
  const { state } = run;
  for (const call of state.row?.calls ? callsOf(status) : [])
    if (!wasCalled(call, state.called ?? [], Date.now())) begin(run, call, shown);
}

function begin(run: Run, call: Call, shown: () => void): void {
  const { state } = run;
  state.called = [...(state.called ?? []), call.id].slice(-REMEMBERED);
  state.lastCall = { kind: call.kind, at: nowIso(), outcome: 'calling' };
  run.calls++;
  // Beside the lanes: a pause must not cut it off.
  run.calling = Promise.all([run.calling, CancellationScope.nonCancellable(() => place(run, call))]).then(
    () => {
      shown();
    },
  );
}

async function place(run: Run, call: Call): Promise<void> {
  const { state } = run;
  const { kind } = call;
  try {
    await ask(run, calling.callSomebody, call, `calls somebody: ${kind}`);
    state.lastCall = { kind, at: nowIso(), outcome: 'called' };
  } catch (error) {
    if (!isExhausted(error)) throw error;
    state.lastCall = { kind, at: nowIso(), outcome: 'failed', why: whyOf(error.cause) };
  } finally {
    run.calls--;
  }
}

/** A timeout has the last attempt's failure within it. */
function whyOf(cause: Error | undefined): string {
  if (cause === undefined) return 'no worker has tried it in time';
  return cause instanceof ApplicationFailure ? cause.message : whyOf(cause.cause as Error | undefined);
}
