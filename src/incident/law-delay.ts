import type { GateState, Phase } from './vocabulary';

/** One request of law enforcement to wait. It stands until it is released by its number. */
export interface LawRequest {
  /** Of its entry in the audit. */
  number: number;
  /** Who wrote it down. */
  by: string;
  /** Who asked, and their reference. */
  reason: string;
  /** ISO 8601. */
  since: string;
}

/**
 * Law enforcement asked that nobody further is told for now. Whoever took the request down answers for it, and releases it by name;
 * nothing else ends it.
 */
export interface Delay {
  /** Of all requests that stand, one after the other, cut. */
  by: string;
  /** Who asked, and their references, likewise. */
  reason: string;
  /** ISO 8601; of the first that stands. */
  since: string;
  /** Each that stands, oldest first. Not told by a worker of an older version. */
  requests?: LawRequest[];
  /** Somebody closed the gate besides: `resume` ends that, and not the delay. */
  pausedToo: boolean;
}

/** The gate, as far as it stops work. A run of an older version knows of no delay. */
export interface Brake {
  gate: GateState;
  delay?: Delay | null;
}

/** What keeps a phase from its work; null: nothing does. A pause stops everything, a delay lets the passwords be expired all the same. */
export function brakeOn({ gate, delay = null }: Brake, phase: Phase): 'pause' | 'delay' | null {
  if (gate === 'open') return null;
  if (delay === null || delay.pausedToo) return 'pause';
  return phase === 'expire' || phase === 'verify' ? null : 'delay';
}

/** What the gate's own reason says of it. */
export const HELD_FOR_LAW = 'held for law enforcement';

/** Names each request that stands. */
export function delayWords({ by, reason, requests = [] }: Delay): string {
  if (requests.length < 2) return `Held for law enforcement by ${by}: ${reason}`;
  return `Held for law enforcement, ${requests.length} requests stand: ${requests.map(requestWords).join('; ')}`;
}

export function requestWords({ number, by, reason }: LawRequest): string {
  return `request ${number} by ${by}: ${reason}`;
}

/** The command that ends it. */
export const RELEASE =
  'npm run cli -- hold-for-law-enforcement --release --by "YOUR NAME" --reason "WHO AGREED"';

/** The same, where several stand and one must be named. */
export function releaseCommand({ requests = [] }: Pick<Delay, 'requests'>): string {
  return requests.length < 2 ? RELEASE : `${RELEASE} --request NUMBER`;
}

/** Requests by the record. */
export interface LawRecord {
  standing: LawRequest[];
  /** Each with who released it, and when (ISO 8601). */
  released: (LawRequest & { releasedBy: string; releasedAt: string })[];
}

/**
 * Which request a release means: by its number, by words that are in the reason of one alone, such as the agency; where one stands, no name
 * is needed. A number is never looked for in the words: a reference may be the number of another request.
 */
export function chooseRequest(
  { standing, released }: LawRecord,
  typed: string | undefined,
): LawRequest | { refused: string } {
  const listed = standing
    .map((request) => `\n  --request ${request.number}   ${requestWords(request)}`)
    .join('');
  if (typed === undefined) {
    if (standing.length === 1) return standing[0]!;
    return { refused: `${standing.length} requests stand. Which one is released? Write one of:${listed}` };
  }
  const names = ({ number, reason }: LawRequest) =>
    /^\d+$/.test(typed) ? number === Number(typed) : reason.toLowerCase().includes(typed.toLowerCase());
  const [request, ...others] = standing.filter(names);
  if (request !== undefined && others.length === 0) return request;
  const write =
    standing.length === 0
      ? 'No request stands.'
      : `${standing.length === 1 ? 'This stands' : 'Write one of'}:${listed}`;
  if (request !== undefined)
    return { refused: `--request ${typed} names ${others.length + 1} of the requests that stand. ${write}` };
  const before = released.findLast(names);
  if (before === undefined) return { refused: `No request is named by --request ${typed}. ${write}` };
  const when = `${before.releasedAt.slice(0, 19).replace('T', ' ')} UTC`;
  return {
    refused: `The ${requestWords(before)} was released already, at ${when} by ${before.releasedBy}. ${write}`,
  };
}
