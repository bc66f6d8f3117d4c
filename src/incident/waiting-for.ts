import { withIncident } from './incident-commands';
import { brakeOn, delayWords } from './law-delay';
import type { Approval, GateSeen, Hold, RunStatus } from './run-status';
import type { Phase } from './vocabulary';

/** What decides whether a run moves. */
export interface MayWait {
  incidentId: string;
  phase: Phase;
  phaseSince: string;
  hold: Hold | null;
  gate: GateSeen | null;
  approval: Approval | null;
  approvalMissing?: string | null;
  nextRetryAt: string | null;
  /** Null until the run has read it. Not told by a worker of an older version. */
  row?: { version?: number; amended?: { by: string; at: string; reason: string } | null } | null;
}

/** Why nothing moves; null: it moves. A hold says more than the closed gate that often comes with it. */
export function waitingFor(run: MayWait): RunStatus['waitingFor'] {
  const wait = wordsOf(run);
  return wait && { ...wait, what: withIncident(wait.what, run.incidentId) };
}

function wordsOf(run: MayWait): RunStatus['waitingFor'] {
  const { hold, gate } = run;
  if (hold) return { kind: hold.kind, what: hold.reason, since: hold.since };
  if (run.phase === 'closed' || run.phase === 'cancelled') return null;
  const brake = gate && brakeOn(gate, run.phase);
  if (gate && brake === 'pause') {
    return {
      kind: 'paused',
      what: `Paused by ${gate.by}: ${gate.reason.replace(/^paused(: |$)/, '') || 'no reason given'}`,
      since: gate.since,
    };
  }
  if (gate?.delay && brake === 'delay') {
    const what = `${delayWords(gate.delay)}. Nobody further is told until it is released${approvalIsMissing(run) ? '; the texts can be approved meanwhile' : ''}.`;
    return { kind: 'law-enforcement', what, since: gate.delay.since };
  }
  const amended = run.row?.amended;
  if (awaitsApprovalAgain(run) && amended)
    return {
      kind: 'approval',
      what: [
        `${amended.by} amended the file: ${amended.reason}. Nobody further is told until somebody approves the new texts; then it goes on.`,
        ...(run.approvalMissing ? [run.approvalMissing] : []),
      ].join(' '),
      since: amended.at,
    };
  if (approvalIsMissing(run))
    return {
      kind: 'approval',
      what: [
        'Nobody is told until somebody approves the texts.',
        ...(run.approvalMissing ? [run.approvalMissing] : []),
      ].join(' '),
      since: run.phaseSince,
    };
  if ((run.phase === 'settle' || run.phase === 'remind') && run.nextRetryAt) {
    const what = `Deferred notices are tried again from ${run.nextRetryAt} on`;
    return { kind: 'deferred', what, since: run.phaseSince };
  }
  return null;
}

function approvalIsMissing(run: MayWait): boolean {
  return (run.phase === 'approval' && !run.approval) || awaitsApprovalAgain(run);
}

/** The words were amended after they had been approved: what comes after the approval waits for another one (C103). */
export function awaitsApprovalAgain({
  phase,
  approval,
  row,
}: Pick<MayWait, 'phase' | 'row'> & { approval: object | null }): boolean {
  return (row?.version ?? 1) > 1 && !approval && TELLS.has(phase);
}

const TELLS: ReadonlySet<Phase> = new Set(['canary', 'notify', 'settle', 'remind']);
