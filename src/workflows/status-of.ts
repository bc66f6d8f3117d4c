import { workflowInfo } from '@temporalio/workflow';
import type { RunStatus } from '../incident/run-status';
import { etaSeconds, seenRate } from '../incident/seen-rate';
import { waitingFor } from '../incident/waiting-for';
import { nowIso, type Run, type RunState } from './run-state';

/** What `status` answers and the Web UI shows. */
export function statusOf(run: Run): RunStatus {
  const { state } = run;
  const total = state.total;
  const done = Math.min(total, doneOf(state));
  const moving = state.plan !== null && state.hold === null && state.gate?.gate !== 'closed';
  const rateNow = moving ? seenRate(state.seen, Date.now()) : 0;
  return {
    incidentId: state.incidentId,
    title: state.row?.title ?? state.incidentId,
    phase: state.phase,
    done,
    total,
    counts: state.counts,
    ratePerSecond: state.ratePerSecond,
    rateNow: Math.round(rateNow * 10) / 10,
    etaSeconds: moving ? etaSeconds(total - done, rateNow) : null,
    gate: state.gate,
    hold: state.hold,
    waitingFor: waitingFor(state),
    pending: state.asked?.kind ?? null,
    approval: state.approval,
    contentHash: state.row?.contentHash ?? null,
    nextRetryAt: state.nextRetryAt,
    reminderDueAt: state.reminderDueAt ?? null,
    plannedUpTo: state.plan?.plannedUpTo ?? null,
    laneCount: state.phase === 'expire' ? (state.row?.expireLanes ?? 0) : (state.row?.notifyLanes ?? 0),
    runId: workflowInfo().runId,
    startedAt: state.startedAt,
    asOf: nowIso(),
  };
}

/** Customers of this phase: frozen while expiring, settled afterwards (what waits or is in doubt is counted too). */
function doneOf({ phase, counts }: RunState): number {
  if (phase === 'expire') return sum(counts.cohort);
  const { sending: _, released: __, ...settled } = phase === 'remind' ? counts.reminders : counts.notices;
  return sum(settled);
}

function sum(counts: Partial<Record<string, number>>): number {
  return Object.values(counts).reduce<number>((all, one) => all + (one ?? 0), 0);
}
