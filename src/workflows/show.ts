import {
  patched,
  setCurrentDetails,
  upsertMemo,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import { withoutRemarks } from '../incident/goes-without';
import { withIncident } from '../incident/incident-commands';
import { brakeOn } from '../incident/law-delay';
import { etaSeconds, seenRate } from '../incident/pacer';
import { inDoubt, type RunStatus, SEARCH_KEYS } from '../incident/run-status';
import { percentDone, statusDetails } from '../incident/status-details';
import { firstCommand, waitingFor } from '../incident/waiting-for';
import { callForWait } from './call';
import { CODE, CODE_IN_MEMO } from './code-version';
import { NOTHING, nowIso, type Run, type RunState } from './run-state';

/** In steps, since each change is an event in the history. */
const PERCENT_STEP = 5;

/**
 * Writes the run's page in the Web UI (costs no event), and, when they change, the search attributes and the memo, which
 * show also when no worker answers.
 */
export function show(run: Run): void {
  const { state, input } = run;
  noteDoubt(state);
  const status = statusOf(run);
  setCurrentDetails(statusDetails(status));
  callForWait(run, status, () => show(run));
  showAudit(state);
  showWithout(state);
  showCode(state);
  if (state.row === null) return;
  const wait = status.waitingFor?.kind ?? null;
  const percent = Math.floor(percentDone(status) / PERCENT_STEP) * PERCENT_STEP;
  const { shown } = state;
  const moved = shown?.phase !== status.phase || shown.wait !== wait;
  const what = status.waitingFor?.what ?? NOTHING;
  // Of what is put off the words change with each pass, and ask nobody for anything.
  const saysMore = !moved && wait !== 'deferred' && shown.what !== what && patched('memo-words');
  const counts = moved || shown.percent !== percent;
  if (!counts && !saysMore) return;
  state.shown = { phase: status.phase, wait, percent, what };
  if (counts && input.searchAttributes !== false) {
    upsertSearchAttributes([
      { key: SEARCH_KEYS.phase, value: status.phase },
      { key: SEARCH_KEYS.hold, value: wait },
      { key: SEARCH_KEYS.percent, value: percent },
    ]);
  }
  if (moved || saysMore) {
    const todo = wait === null || wait === 'deferred' ? NOTHING : firstCommand(wait, state.gate?.delay);
    const { phase, asOf } = status;
    upsertMemo({ phase, waitsFor: what, todo: withIncident(todo, state.incidentId), asOf });
  }
}

/**
 * The audit's head leaves the database with each decision (I6). `verify` compares the chain with the memo, which Temporal keeps also when
 * the run is over.
 */
function showAudit(state: RunState): void {
  const { audit, auditShown: shown } = state;
  if (!audit) return;
  const { seq, hash, problem } = audit;
  if (shown?.seq === seq && shown.hash === hash && shown.problem === problem) return;
  if (!patched('audit-head')) return;
  state.auditShown = audit;
  upsertMemo({ audit: { seq, hash }, auditProblem: problem ?? 'none' });
}

/** Likewise, where no worker answers: what the run goes on without. */
function showWithout(state: RunState): void {
  const { without, withoutShown = NOTHING, incidentId } = state;
  if (!without) return;
  const remarks = withoutRemarks(without.aside, without.relays.length);
  const words = remarks.map((remark) => `${remark.words} ${remark.command}`).join(' ') || NOTHING;
  if (words === withoutShown) return;
  state.withoutShown = words;
  upsertMemo({ goesWithout: withIncident(words, incidentId) });
}

/** A worker of older code sees there that the run is not for it (C50). */
function showCode(state: RunState): void {
  if ((state.code ?? 0) >= CODE || !patched('code-in-memo')) return;
  state.code = CODE;
  upsertMemo({ [CODE_IN_MEMO]: CODE });
}

function noteDoubt(state: RunState): void {
  if (inDoubt(state) === 0) state.doubtSince = null;
  else if (!state.doubtSince && patched('doubt-since')) state.doubtSince = nowIso();
}

/** What `status` answers and the Web UI shows. */
export function statusOf(run: Run): RunStatus {
  const { state } = run;
  const total = state.total;
  const done = Math.min(total, doneOf(state));
  const moving =
    state.plan !== null && state.hold === null && !(state.gate && brakeOn(state.gate, state.phase));
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
    refused: state.refused ?? null,
    call: state.lastCall ?? null,
    approval: state.approval,
    audit: state.audit ?? null,
    contentHash: state.row?.contentHash ?? null,
    stillSince: run.stopLanes !== null && moving ? (state.movedAt ?? null) : null,
    stepMilliseconds: state.stepMilliseconds ?? null,
    nextRetryAt: state.nextRetryAt,
    receivers: state.receivers ?? [],
    without: state.without ?? null,
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
  if (phase === 'expire') return allCustomers(counts.cohort);
  const { sending: _, released: __, ...settled } = phase === 'remind' ? counts.reminders : counts.notices;
  return allCustomers(settled);
}

function allCustomers(counts: Partial<Record<string, number>>): number {
  return Object.values(counts).reduce<number>((all, customers) => all + (customers ?? 0), 0);
}
