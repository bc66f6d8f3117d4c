import { commonWords, isAboutRecipient, type Refusal, refusalKey, refusalWords } from './refusal-words';
import type { SmtpPhase } from './smtp-outcome';

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
  /** It has tripped over a run of these refusals (refusalKey): whoever of the batches under way still meets them is not at fault. */
  excused: string | null;
}

export interface Second {
  at: number;
  accepted: number;
  refused: number;
  reasons: Record<string, Reason>;
}

export interface Reason {
  count: number;
  words: string;
}

/** The window with nothing seen: at the start, and again after it has tripped and somebody resumed. */
export function emptyWindow(excused: string | null = null): BreakerWindow {
  return { seconds: [], run: NO_RUN, failures: [], senderRefused: null, excused };
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
    excused: window.excused,
  };
}

const NO_RUN = { key: '', count: 0, words: '' };
/** Different words kept for a second; later ones are counted, not shown. */
const MOST_REASONS = 100;

// At RCPT and after it a policy may be about one recipient, so it counts as a failure of the session only; unless Postfix says there
// what it has against the sender or the client (smtpd_delay_reject, its default).
function refusesSender({ at, code, text }: SessionFailure): boolean {
  if (code === null || code < 500 || at === null) return false;
  return BEFORE_ANY_RECIPIENT.has(at) || (at === 'rcpt' && ABOUT_US.test(text));
}
const BEFORE_ANY_RECIPIENT: ReadonlySet<SmtpPhase> = new Set([
  'greeting',
  'ehlo',
  'starttls',
  'auth',
  'mail',
]);
const ABOUT_US = /(?:sender address|client host|helo command) rejected|relay access denied/i;

function addToRun(run: BreakerWindow['run'], outcome: RelayOutcome): BreakerWindow['run'] {
  if (outcome.kind === 'accepted') return NO_RUN;
  if (outcome.kind !== 'refused') return run;
  // Neither here nor there: a relay may look for the mailbox before it looks at the quota.
  if (isAboutRecipient(outcome)) return run;
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

/** Counts reasons with the same key together; only the words that all have stay. */
export function addReason(before: Reason | undefined, count: number, words: string): Reason {
  return before ? { count: before.count + count, words: commonWords(before.words, words) } : { count, words };
}

function saidOf({ kind, at, code, enhanced, text }: SessionFailure): string {
  const words = code === null ? text : refusalWords({ code, enhanced, text });
  return `${words} (${at === null ? kind : `${kind}, at ${at}`})`;
}
