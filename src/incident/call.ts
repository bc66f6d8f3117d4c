import { asideRemark, BY_BREAKER, leftOutRemark } from './goes-without';
import { withIncident } from './incident-commands';
import type { HoldKind, RunStatus, WaitKind } from './run-status';
import type { Phase } from './vocabulary';
import { firstCommand } from './waiting-for';

/** What somebody outside is told when a run waits for a person, goes on without somebody, or is over. No name that anybody typed, no word of the relay's. */
export interface Call {
  /** The same for each attempt: whoever is called twice can tell. */
  id: string;
  kind: CallKind;
  phase: Phase;
  reason: string;
  /** What to type. */
  next: string;
}

export type CallKind = WaitKind | 'closed' | 'cancelled' | 'receiver-aside' | 'relay-left-out';

/** How the last call went, for status. */
export interface CallSeen {
  kind: CallKind;
  /** ISO 8601. */
  at: string;
  outcome: 'calling' | 'called' | 'failed';
  /** Why it failed, in our words. */
  why?: string;
}

/** 'about approval, at 2026-11-25 02:06:31 UTC' */
export function callWords({ kind, at, outcome, why }: CallSeen): string {
  const underWay = outcome === 'calling' ? ', under way' : '';
  return `about ${kind}, at ${at.slice(0, 19).replace('T', ' ')} UTC${underWay}${why ? `: ${why}` : ''}`;
}

/** All that somebody is called for, each once. */
export function callsOf(status: RunStatus): Call[] {
  const waits = callOf(status);
  return [...(waits === null ? [] : [waits]), ...callsForOthers(status)];
}

/** Of one receiver that takes some, refuses the next and is tried again each minute nobody hears more than once an hour. */
const AGAIN_MILLISECONDS = 3_600_000;

/** @param ids of the calls that were made. */
export function wasCalled({ id }: Call, ids: readonly string[], now: number): boolean {
  if (ids.includes(id)) return true;
  const [what, since] = splitLast(id);
  return what.includes(' receiver-aside ') && since !== ''
    ? ids.map(splitLast).some(([other, at]) => other === what && now - Date.parse(at) < AGAIN_MILLISECONDS)
    : false;
}

function splitLast(id: string): [what: string, since: string] {
  const at = id.lastIndexOf(' ');
  return [id.slice(0, at), id.slice(at + 1)];
}

/** The run goes on without them, and nobody but an operator brings them back. */
function callsForOthers(status: RunStatus): Call[] {
  const { phase, without } = status;
  if (!without || phase === 'closed' || phase === 'cancelled') return [];
  const aside = asideRemark(1);
  const out = leftOutRemark(1);
  return [
    ...without.receivers.map(({ mark, since }) =>
      callFor(status, 'receiver-aside', `${mark} ${since}`, aside.words, aside.command),
    ),
    ...without.relays.map(({ relay, since, reason }) =>
      callFor(
        status,
        ...(['relay-left-out', `${relay} ${since}`, `${out.words} ${relay}: ${reason}`] as const),
        `${out.command}; once it is put right: npm run cli -- resume --relay ${relay}`,
      ),
    ),
  ];
}

function callFor(
  { incidentId, phase }: RunStatus,
  kind: CallKind,
  since: string,
  reason: string,
  next: string,
): Call {
  return {
    ...{ id: [incidentId, kind, since].join(' ').trim(), kind, phase },
    ...{ reason: withIncident(reason, incidentId), next: withIncident(next, incidentId) },
  };
}

/** Null: it waits for nobody who must be called. A pause is whoever paused's own, unless it was the program. */
function callOf(status: RunStatus): Call | null {
  const { phase, waitingFor, gate } = status;
  const call = (...told: [CallKind, since: string, reason: string, next: string]) => callFor(status, ...told);
  if (phase === 'closed' || phase === 'cancelled')
    return call(phase, '', OVER[phase], 'npm run cli -- report');
  if (waitingFor === null) return null;
  const { kind, since, what } = waitingFor;
  if (kind === 'deferred') return null;
  const next = firstCommand(kind, gate?.delay);
  if (kind === 'paused')
    return gate && BY_ITSELF.has(gate.by)
      ? call(kind, since, `${gate.by} closed the gate: ${gate.reason.split('; then by ')[0]}`, next)
      : null;
  return call(kind, since, PLAIN[kind] ?? what, next);
}

/** Who closes the gate without anybody's word: send-claim.ts. */
const BY_ITSELF: ReadonlySet<string> = new Set([BY_BREAKER, 'the guard']);

const OVER = {
  closed: 'The incident is closed: everybody has a final answer, and the books add up',
  cancelled: 'The run was cancelled for good; the books are kept',
} as const;

/** Where what `status` says has somebody's name or words in it. */
const PLAIN: Partial<Record<WaitKind, string>> = {
  approval: 'Nobody is told until somebody approves the texts',
  'law-enforcement': 'Law enforcement asked to wait: nobody further is told until that is released',
  'receiver-paused': 'Only customers of paused receivers are left',
  'cancel-asked': 'Somebody asked to cancel the run. The gate is closed',
  'cancellation-requested': 'Somebody requested the cancellation of the run in Temporal. The gate is closed',
} satisfies Partial<Record<WaitKind | HoldKind, string>>;
