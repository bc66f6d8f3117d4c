import { type Matter, matterOf } from './refusal-advice';
import { isAboutCustomer, type Refusal, refusalKey } from './refusal-words';
import { replyWords } from './reply-words';
import type { SmtpPhase } from './smtp-outcome';

/** What became of one message at the relay. Only acceptances and refusals count: the rest is nobody's refusal. */
export type RelayOutcome =
  | { kind: 'accepted' }
  | ({ kind: 'refused'; at: SmtpPhase } & Refusal)
  /** `known`: it was before. `alone`: the relay took others meanwhile. */
  | {
      kind: 'set-aside';
      at: SmtpPhase;
      code: number | null;
      enhanced: string | null;
      known: boolean;
      alone: boolean;
    }
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
  /** Refusals in a row, without an acceptance between, that all say the same; `said`: in our words (reply-words.ts). */
  run: { key: string; count: number; said: string; matter: Matter; at: number };
  /** Sessions refused or lost since the last acceptance, in our words. `known`: at somebody who was set aside before. `words`: what it replied, as refusalKey has it. */
  failures: { at: number; said: string; matter: Matter; known?: boolean; words?: string }[];
  /** What it said, in our words, and about what, once it has refused the sender for good. */
  senderRefused: { said: string; matter: Matter; words?: string } | null;
  /** It has tripped over a run of these refusals (refusalKey): whoever of the batches under way still meets them is not at fault. */
  excused: string | null;
}

export interface Second {
  at: number;
  accepted: number;
  refused: number;
  /** How often each reply came, in our words. */
  replies: Record<string, number>;
}

/** The window with nothing seen: at the start, and again after it has tripped and somebody resumed. */
export function emptyWindow(excused: string | null = null): BreakerWindow {
  return { seconds: [], run: NO_RUN, failures: [], senderRefused: null, excused };
}

/** The window with one answer more, in the order in which they come, over all sessions. */
export function addAnswer(window: BreakerWindow, outcome: RelayOutcome, nowSeconds: number): BreakerWindow {
  const goesOn = window.run.at >= nowSeconds - LONGEST_PAUSE_SECONDS;
  const run = addToRun(goesOn ? window.run : NO_RUN, outcome, nowSeconds);
  return run === window.run ? window : { ...window, run };
}

/** The window with one batch more, whose answers it has: its outcomes, then its sessions' failures. */
export function addOutcomes(
  window: BreakerWindow,
  nowSeconds: number,
  windowSeconds: number,
  outcomes: RelayOutcome[],
  failures: SessionFailure[] = [],
): BreakerWindow {
  const since = nowSeconds - windowSeconds;
  const accepted = outcomes.some((outcome) => outcome.kind === 'accepted');
  const goesOn = (window.failures.at(-1)?.at ?? nowSeconds) >= nowSeconds - LONGEST_PAUSE_SECONDS;
  const counting = failures.filter((failure) => failure.kind !== 'limit' || !accepted);
  const refusal = counting.find(refusesSender);
  const kept = window.seconds.filter((second) => second.at > since);
  const last = kept.at(-1);
  const now = Math.max(Math.floor(nowSeconds), last?.at ?? 0);
  const second = last?.at === now ? kept.pop()! : { at: now, accepted: 0, refused: 0, replies: {} };
  return {
    seconds: [...kept, addToSecond(second, outcomes)],
    run: window.run,
    failures: [
      ...(accepted || !goesOn ? [] : window.failures),
      ...counting.map((failure) => ({ at: nowSeconds, ...failureOf(failure) })),
      ...outcomes.flatMap((outcome) => {
        // A few are nothing new. Were there only such left, an outage would be seen by them alone.
        if (outcome.kind !== 'set-aside' || !outcome.known || outcome.alone) return [];
        return { at: nowSeconds, said: setAsideWords(outcome), matter: 'unclear' as const, known: true };
      }),
    ],
    senderRefused: window.senderRefused ?? (refusal ? failureOf(refusal) : null),
    excused: window.excused,
  };
}

/**
 * A row ends when nothing is added to it for so long. A relay may take ten minutes over each answer (RFC 5321 4.5.3.2), however short
 * the window is; whoever is tried again each hour is no row.
 */
const LONGEST_PAUSE_SECONDS = 900;
const NO_RUN: BreakerWindow['run'] = { key: '', count: 0, said: '', matter: 'unclear', at: 0 };
/** Different replies kept for a second; later ones are counted, not shown. */
const MOST_REPLIES = 100;

// At RCPT and after it a policy may be about one recipient, so it counts as a failure of the session only; unless Postfix says there
// what it has against the sender or the client (smtpd_delay_reject, its default).
function refusesSender(failure: SessionFailure): boolean {
  const { at, code } = failure;
  if (code === null || code < 500 || at === null) return false;
  return BEFORE_ANY_RECIPIENT.has(at) || (at === 'rcpt' && refusedOfOurs(failure) !== null);
}
const BEFORE_ANY_RECIPIENT: ReadonlySet<SmtpPhase> = new Set([
  'greeting',
  'ehlo',
  'starttls',
  'auth',
  'mail',
]);

/** What of ours Postfix says there that it refuses, in our words; null: nothing. */
function refusedOfOurs({ text }: SessionFailure): string | null {
  return ABOUT_US.find(([itsWords]) => itsWords.test(text))?.[1] ?? null;
}
const ABOUT_US: [itsWords: RegExp, refused: string][] = [
  [/sender address rejected/i, 'our sender address'],
  [/client host rejected/i, 'this machine'],
  [/helo command rejected/i, 'the name that we give in EHLO'],
  [/relay access denied/i, 'mail from us for other domains'],
];

function addToRun(run: BreakerWindow['run'], outcome: RelayOutcome, at: number): BreakerWindow['run'] {
  if (outcome.kind === 'accepted') return NO_RUN;
  if (outcome.kind !== 'refused') return run;
  // Neither here nor there: a relay may look for the mailbox before it looks at the quota.
  if (isAboutCustomer(outcome)) return run;
  const key = refusalKey(outcome);
  const count = run.key === key ? run.count + 1 : 1;
  return { key, count, said: replyWords(outcome), matter: matterOf(outcome), at };
}

function addToSecond(second: Second, outcomes: RelayOutcome[]): Second {
  const { at } = second;
  let { accepted, refused } = second;
  const replies = { ...second.replies };
  for (const outcome of outcomes) {
    if (outcome.kind === 'accepted') accepted++;
    if (outcome.kind !== 'refused' && (outcome.kind !== 'set-aside' || outcome.known)) continue;
    refused++;
    const said = outcome.kind === 'refused' ? replyWords(outcome) : setAsideWords(outcome);
    if (replies[said] !== undefined || Object.keys(replies).length < MOST_REPLIES)
      replies[said] = (replies[said] ?? 0) + 1;
  }
  return { at, accepted, refused, replies };
}

function setAsideWords({ at, code, enhanced }: Extract<RelayOutcome, { kind: 'set-aside' }>): string {
  return code === null ? `sessions lost at ${at}` : replyWords({ code, enhanced });
}

const OF_A_MESSAGE: ReadonlySet<SmtpPhase> = new Set(['mail', 'rcpt', 'data', 'dot']);

function failureOf(failure: SessionFailure): { said: string; matter: Matter; words?: string } {
  const { kind, at, code, enhanced, text } = failure;
  const refused = code === null ? null : refusedOfOurs(failure);
  // Without a reply the text is our own.
  const said = code === null ? text : replyWords({ code, enhanced });
  const where = at === null ? kind : `${kind}, at ${at}`;
  return {
    said: `${said}${refused === null ? '' : `: it refuses ${refused}`} (${where})`,
    // Our own words about a connection tell nothing of the relay's reasons.
    matter: code === null ? 'unclear' : matterOf(failure),
    // Before a message is shown to it, what it says is about itself or us, and never about the message.
    ...(code === null || at === null || !OF_A_MESSAGE.has(at)
      ? {}
      : { words: refusalKey({ code, enhanced, text }) }),
  };
}
