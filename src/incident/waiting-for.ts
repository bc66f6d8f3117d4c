import { withIncident } from './incident-commands';
import { brakeOn, type Delay, delayWords, releaseCommand } from './law-delay';
import { type ReceiverSeen, receiverWords } from './receiver';
import {
  type Approval,
  type GateSeen,
  type Hold,
  inDoubt,
  type RunCounts,
  type RunStatus,
  type WaitKind,
} from './run-status';
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
  /** ISO 8601; null or left out: nobody is in doubt, or a worker of an older version does not tell. */
  doubtSince?: string | null;
  counts?: RunCounts;
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
  if (gate && brake === 'pause') return pausedWait(gate);
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

export function pausedWait({ by, reason, since }: Pick<GateSeen, 'by' | 'reason' | 'since'>) {
  const why = reason.replace(/^paused(: |$)/, '') || 'no reason given';
  return { kind: 'paused', what: `Paused by ${by}: ${why}`, since } as const;
}

/** Nobody needs to wait with those in doubt until the last deferral is over: somebody can settle them now. */
function settling({ receivers = [], nextRetryAt, phase, phaseSince: since, doubtSince, counts }: MayWait) {
  const paused = receivers.filter(({ state }) => state === 'paused');
  const waits = receivers.map((receiver) => `. ${receiverWords(receiver)}`).join('');
  const deferred = nextRetryAt ? `Deferred notices are tried again from ${nextRetryAt} on${waits}` : null;
  const left =
    paused.length > 0
      ? `Only customers of paused receivers are left${waits}. npm run cli -- domains shows them`
      : null;
  const doubtful = counts ? inDoubt({ phase, counts }) : 0;
  const doubt = doubtful > 0 ? doubtWords(doubtful) : null;
  if (deferred !== null)
    return doubt === null
      ? ({ kind: 'deferred', what: deferred, since } as const)
      : ({ kind: 'in-doubt', what: `${doubt}. ${deferred}`, since: doubtSince ?? since } as const);
  if (left === null) return null;
  return { kind: 'receiver-paused', what: doubt === null ? left : `${left}. ${doubt}`, since } as const;
}

/** Also while the others are told. */
export function doubtWords(count: number): string {
  return `${count.toLocaleString('en-US')} ${count === 1 ? 'notice is' : 'notices are'} in doubt: npm run cli -- settle`;
}

/** What is typed first. */
export function firstCommand(kind: WaitKind, delay?: Delay | null): string {
  if (kind === 'law-enforcement') return releaseCommand(delay ?? {});
  return `npm run cli -- ${FIRST[kind] ?? 'resume'}`;
}

/** Where it is not resume. */
const FIRST: Partial<Record<WaitKind, string>> = {
  approval: 'approve',
  'in-doubt': 'settle',
  'close-refused': 'close',
  reminder: 'remind',
  'receiver-paused': 'domains',
};

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
