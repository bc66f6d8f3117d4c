import { addReason, type BreakerWindow, type Reason, type Second } from './breaker-window';

/** The limits of the incident file. */
export interface BreakerLimits {
  windowSeconds: number;
  minimumOutcomes: number;
  refusedShare: number;
  sameRefusals: number;
  sessionFailures: number;
}

export interface BreakerVerdict {
  trip: boolean;
  /** For people: what the relay did, in its own words, without any customer's address. Empty where it does not trip. */
  reason: string;
  /** The customers in the run of equal refusals are not at fault: what has this key (refusalKey) is to be released (C06). */
  nobodysFault: string | null;
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
  if (failures.length >= limits.sessionFailures || lastsTooLong(failures, limits.windowSeconds))
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

const GOES_ON: BreakerVerdict = { trip: false, reason: '', nobodysFault: null };
const LONGEST_REASON = 450;

function trip(reason: string, nobodysFault: string | null = null): BreakerVerdict {
  return { trip: true, reason: reason.slice(0, LONGEST_REASON), nobodysFault };
}

// One lane that tries again every few seconds never makes the number: half a window of nothing but failures is enough too.
function lastsTooLong(failures: BreakerWindow['failures'], windowSeconds: number): boolean {
  const [first, last] = [failures[0], failures.at(-1)];
  return (
    failures.length >= 3 &&
    first !== undefined &&
    last !== undefined &&
    last.at - first.at >= windowSeconds / 2
  );
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

function sum(seconds: Second[], of: 'accepted' | 'refused'): number {
  return seconds.reduce((total, second) => total + second[of], 0);
}
