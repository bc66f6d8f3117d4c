import { commonWords, isAboutRecipient, type Refusal, refusalKey, refusalWords } from './refusal-words';
import type { SmtpPhase } from './smtp-outcome';

/** The limits of the incident file. */
export interface BreakerLimits {
  windowSeconds: number;
  minimumOutcomes: number;
  refusedShare: number;
  sameRefusals: number;
  sessionFailures: number;
}

/** What became of one message at the relay. Only acceptances and refusals count: the rest is nobody's refusal. */
export type RelayOutcome =
  | { kind: 'accepted' }
  | ({ kind: 'refused' } & Refusal)
  | { kind: 'skipped' | 'released' | 'unknown' };

/** Trouble with a session, which is no customer's. */
export interface SessionFailure extends Omit<Refusal, 'code'> {
  /** `limit`: so many messages a session, and no trouble where the relay accepts others meanwhile (C05). */
  kind: string;
  /** Where the conversation stood; null while connecting. */
  at: SmtpPhase | null;
  code: number | null;
}

/** What was seen of the relay lately. Plain data; times are seconds of any clock that only goes forward. */
export interface BreakerWindow {
  seconds: Second[];
  /** Refusals in a row, without an acceptance between, that all say the same. */
  run: Reason & { key: string };
  /** Sessions refused or lost since the last acceptance. */
  failures: { at: number; said: string }[];
  /** The relay's words, once it has refused the sender for good. */
  senderRefused: string | null;
}

interface Second {
  at: number;
  accepted: number;
  refused: number;
  reasons: Record<string, Reason>;
}

interface Reason {
  count: number;
  words: string;
}

export interface BreakerVerdict {
  trip: boolean;
  /** For people: what the relay did, in its own words, without any customer's address. Empty where it does not trip. */
  reason: string;
  /** The customers in the run of equal refusals are not at fault: what has this key (refusalKey) is to be released (C06). */
  nobodysFault: string | null;
}

/** The window with nothing seen: at the start, and again after it has tripped and somebody resumed. */
export function emptyWindow(): BreakerWindow {
  return { seconds: [], run: NO_RUN, failures: [], senderRefused: null };
}

/** The window with one batch more: its outcomes in the order in which they became known, then its sessions' failures. */
export function addOutcomes(
  window: BreakerWindow,
  nowSeconds: number,
  windowSeconds: number,
  outcomes: RelayOutcome[],
  failures: SessionFailure[] = [],
): BreakerWindow {
  const since = nowSeconds - windowSeconds;
  const accepted = outcomes.some((outcome) => outcome.kind === 'accepted');
  const counting = failures.filter((failure) => failure.kind !== 'limit' || !accepted);
  const refusal = counting.find(refusesSender);
  const kept = window.seconds.filter((second) => second.at > since);
  const last = kept.at(-1);
  const now = Math.max(Math.floor(nowSeconds), last?.at ?? 0);
  const second = last?.at === now ? kept.pop()! : { at: now, accepted: 0, refused: 0, reasons: {} };
  return {
    seconds: [...kept, addToSecond(second, outcomes)],
    run: outcomes.reduce(addToRun, window.run),
    failures: [
      ...(accepted ? [] : window.failures.filter((failure) => failure.at > since)),
      ...counting.map((failure) => ({ at: nowSeconds, said: saidOf(failure) })),
    ],
    senderRefused: window.senderRefused ?? (refusal ? saidOf(refusal) : null),
  };
}

/**
 * Whether the gate must close, and why. In this order: the relay refuses the sender for good (the first time is enough); it
 * refuses one customer after another in the same words (a quota, a block: C06); sessions fail and nothing is accepted; the
 * share of refused customers in the window is too high. Single refusals never trip it (C07).
 */
export function judgeBreaker(window: BreakerWindow, limits: BreakerLimits): BreakerVerdict {
  const { run, failures, senderRefused } = window;
  if (senderRefused !== null) return trip(`The relay refuses the sender: ${senderRefused}`);
  if (run.count >= limits.sameRefusals)
    return trip(
      `The relay refused ${run.count} customers in a row with the same words: ${run.words}`,
      run.key,
    );
  if (failures.length >= limits.sessionFailures)
    return trip(
      `${failures.length} SMTP sessions were refused or lost and no message was accepted in between; the last: ${failures.at(-1)!.said}`,
    );
  const refused = sum(window.seconds, 'refused');
  const outcomes = refused + sum(window.seconds, 'accepted');
  if (outcomes < limits.minimumOutcomes || refused < limits.refusedShare * outcomes) return GOES_ON;
  return trip(
    `The relay refused ${refused} of ${outcomes} customers within ${limits.windowSeconds} s, most often: ${mostOften(window.seconds)}`,
  );
}

const NO_RUN = { key: '', count: 0, words: '' };
const GOES_ON: BreakerVerdict = { trip: false, reason: '', nobodysFault: null };
const LONGEST_REASON = 450;
/** Different words kept for a second; later ones are counted, not shown. */
const MOST_REASONS = 100;

function trip(reason: string, nobodysFault: string | null = null): BreakerVerdict {
  return { trip: true, reason: reason.slice(0, LONGEST_REASON), nobodysFault };
}

// At RCPT and behind it a policy may be about one recipient, so it counts as a failure of the session only.
function refusesSender({ kind, at, code }: SessionFailure): boolean {
  if (code === null || code < 500 || at === 'rcpt' || at === 'data' || at === 'dot') return false;
  return kind === 'policy' || kind === 'auth' || kind === 'mail-from';
}

function addToRun(run: BreakerWindow['run'], outcome: RelayOutcome): BreakerWindow['run'] {
  if (outcome.kind === 'accepted') return NO_RUN;
  if (outcome.kind !== 'refused') return run;
  if (isAboutRecipient(outcome)) return NO_RUN;
  const key = refusalKey(outcome);
  return { key, ...addReason(run.key === key ? run : undefined, 1, refusalWords(outcome)) };
}

function addToSecond(second: Second, outcomes: RelayOutcome[]): Second {
  const { at, reasons } = second;
  let { accepted, refused } = second;
  const counted = { ...reasons };
  for (const outcome of outcomes) {
    if (outcome.kind === 'accepted') accepted++;
    if (outcome.kind !== 'refused') continue;
    refused++;
    const key = refusalKey(outcome);
    const known = counted[key] !== undefined || Object.keys(counted).length < MOST_REASONS;
    if (known) counted[key] = addReason(counted[key], 1, refusalWords(outcome));
  }
  return { at, accepted, refused, reasons: counted };
}

function addReason(before: Reason | undefined, count: number, words: string): Reason {
  return before ? { count: before.count + count, words: commonWords(before.words, words) } : { count, words };
}

function mostOften(seconds: Second[]): string {
  const all = new Map<string, Reason>();
  for (const [key, { count, words }] of seconds.flatMap((second) => Object.entries(second.reasons)))
    all.set(key, addReason(all.get(key), count, words));
  const [first] = [...all].sort(([, a], [, b]) => b.count - a.count);
  if (!first) return 'nothing';
  const [key, { count, words }] = first;
  // Of a single refusal only the codes: its words may be about that customer.
  return count > 1 ? `${words} (${count} times)` : key.split(' ', 2).join(' ').replace(' -', '');
}

function saidOf({ kind, at, code, enhanced, text }: SessionFailure): string {
  const words = code === null ? text : refusalWords({ code, enhanced, text });
  return `${words} (${at === null ? kind : `${kind}, at ${at}`})`;
}

function sum(seconds: Second[], of: 'accepted' | 'refused'): number {
  return seconds.reduce((total, second) => total + second[of], 0);
}
