import { CancellationScope, workflowInfo } from '@temporalio/workflow';
import { holdOfBefore } from '../incident/older-holds';
import type { RunCounts } from '../incident/run-status';
import type { Phase } from '../incident/vocabulary';
import { ask, scan, short } from './activities-of-run';
import { holdIfOlder } from './amend';
import { handleMessages } from './handle-messages';
import { insist, insistUndisturbed, RunEnded } from './holds';
import { awaitApproval, canary, close, expire, notify, remind, settle, verify } from './phases';
import { type BreachResponseInput, newRun, nowIso, type Run } from './run-state';
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
      await run.calling;
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
  const through = word?.through ? { through: word.through } : {};
  const reason = word?.reason ? { reason: word.reason } : {};
  state.reminderWord = null;
  if (ending) state.ending = null; // it is obeyed from here on: a failure below must be able to hold
  await insist(run, () => ask(run, short.enterPhase, { phase, by, ...through, ...reason }, `to ${phase}`));
  await adopt(run);
}

/** A run adopts, it never assumes: phase, gate, approval, rate and frontier are the row's; only places within a phase are ours. */
async function adopt(run: Run): Promise<void> {
  const { state } = run;
  const adopted = await insistUndisturbed(run, () => ask(run, scan.adoptRun, {}, "reads the incident's row"));
  const {
    gate,
    approval,
    approvalMissing = null,
    cohort,
    notices,
    reminders = {},
    holdReason = null,
    ...rest
  } = adopted;
  const { hold = holdOfBefore(holdReason), ...row } = rest;
  if (row.phase !== state.phase || state.row === null) {
    state.phase = row.phase;
    state.phaseSince = nowIso();
    state.plan = null;
    state.resumedFrom = null;
    state.seen = [];
    state.nextRetryAt = null;
  }
  const before = state.row;
  state.row = row;
  state.gate = gate;
  state.approval = approval?.contentHash === row.contentHash ? approval : null;
  state.approvalMissing = approvalMissing;
  state.ratePerSecond = row.ratePerSecond;
  state.total = row.total;
  state.counts = { cohort, revoked: state.counts.revoked, notices, reminders };
  if (hold && state.hold === null) state.hold = { ...hold, since: nowIso() };
  await holdIfOlder(run, before);
  if (run.eventsAtStart === 0) run.eventsAtStart = workflowInfo().historyLength;
  show(run);
}
