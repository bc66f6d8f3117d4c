import { withIncident } from './incident-commands';
import { brakeOn, delayWords } from './law-delay';
import { type ReceiverSeen, receiverWords } from './receiver';
import type { Approval, GateSeen, Hold, RunCounts, RunStatus } from './run-status';
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
  receivers?: ReceiverSeen[];
  counts?: Pick<RunCounts, 'notices' | 'reminders'>;
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
  return run.phase === 'settle' || run.phase === 'remind' ? settling(run) : null;
}

function settling({ receivers = [], nextRetryAt, phase, phaseSince: since, counts }: MayWait) {
  const paused = receivers.filter(({ state }) => state === 'paused');
  const waits = receivers.map((receiver) => `. ${receiverWords(receiver)}`).join('');
  // Nobody needs to wait with these until the last deferral is over.
  const doubtful = (phase === 'remind' ? counts?.reminders : counts?.notices)?.in_doubt ?? 0;
  const doubt =
    doubtful > 0
      ? `. ${doubtful} ${doubtful === 1 ? 'notice is' : 'notices are'} in doubt meanwhile: npm run cli -- settle`
      : '';
  if (nextRetryAt) {
    const what = `Deferred notices are tried again from ${nextRetryAt} on${waits}${doubt}`;
    return { kind: 'deferred', what, since } as const;
  }
  if (paused.length > 0) {
    const what = `Only customers of paused receivers are left${waits}. npm run cli -- domains shows them${doubt}`;
    return { kind: 'receiver-paused', what, since } as const;
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
