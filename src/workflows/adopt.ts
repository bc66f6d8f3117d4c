import { workflowInfo } from '@temporalio/workflow';
import { holdOfBefore } from '../incident/older-holds';
import { ask, scan } from './activities-of-run';
import { insistUndisturbed } from './holds';
import { nowIso, type Run } from './run-state';
import { show } from './show';

/** A run adopts, it never assumes: phase, gate, approval, rate and frontier are the row's; only places within a phase are ours. */
export async function adopt(run: Run): Promise<void> {
  const { state } = run;
  const adopted = await insistUndisturbed(run, () => ask(run, scan.adoptRun, {}, "reads the incident's row"));
  const { gate, approval, cohort, notices, reminders = {}, holdReason = null, ...rest } = adopted;
  const { hold = holdOfBefore(holdReason), ...row } = rest;
  if (row.phase !== state.phase || state.row === null) {
    state.phase = row.phase;
    state.phaseSince = nowIso();
    state.plan = null;
    state.resumedFrom = null;
    state.seen = [];
    state.nextRetryAt = null;
  }
  state.row = row;
  state.gate = gate;
  state.approval = approval?.contentHash === row.contentHash ? approval : null;
  state.ratePerSecond = row.ratePerSecond;
  state.total = row.total;
  state.counts = { cohort, revoked: state.counts.revoked, notices, reminders };
  if (hold && state.hold === null) state.hold = { ...hold, since: nowIso() };
  if (run.eventsAtStart === 0) run.eventsAtStart = workflowInfo().historyLength;
  show(run);
}
