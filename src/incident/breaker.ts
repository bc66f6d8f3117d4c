import type { BreakerWindow, Second } from './breaker-window';
import { cutText } from './cut-text';
import { ADVICE, type Matter } from './refusal-advice';

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
  /** For people: what the relay did, its codes in our words (reply-words.ts), and what to do. Empty: it does not trip. */
  reason: string;
  /** Customers in a run of equal refusals are not at fault: what has this key (refusalKey) is to be released (C06). */
  nobodysFault: string | null;
  /** What it said again and again (refusalKey), where it trips for a reply: another relay that says so, too, says it of our mail. */
  words?: string;
}

/**
 * Whether a relay must be left out (of several; else the gate must close), and why. In this order: the relay refuses the sender for good (the first time is enough); it
 * refuses one customer after another in the same words (a quota, a block: C06); sessions fail and nothing is accepted; the
 * share of refused customers in the window is too high. Single refusals never trip it (C07).
 */
export function breakerVerdict(window: BreakerWindow, limits: BreakerLimits): BreakerVerdict {
  const { run, failures, senderRefused, excused } = window;
  if (senderRefused !== null)
    return {
      ...trip(
        `The relay refuses the sender: ${senderRefused.said}`,
        senderTodo(senderRefused.matter),
        excused,
      ),
      ...saying(senderRefused.words),
    };
  if (run.count >= limits.sameRefusals)
    return {
      ...trip(
        `The relay refused ${run.count} customers in a row with the same reply: ${run.said}`,
        sameWordsTodo(run.matter),
        run.key,
      ),
      ...saying(run.key),
    };
  if (failures.length >= limits.sessionFailures || lastsTooLong(failures, limits.windowSeconds)) {
    const { said, matter, words } = mostFrequent(failures);
    return {
      ...trip(
        `${failures.length} SMTP sessions were refused or lost and no message was accepted in between, most often: ${said}`,
        sessionsTodo(matter),
        excused,
      ),
      ...saying(words),
    };
  }
  const refused = countOutcomes(window.seconds, 'refused');
  const outcomes = refused + countOutcomes(window.seconds, 'accepted');
  if (outcomes < limits.minimumOutcomes || refused < limits.refusedShare * outcomes)
    return { trip: false, reason: '', nobodysFault: excused };
  return trip(
    `The relay refused ${refused} of ${outcomes} customers within ${limits.windowSeconds} s, most often: ${mostOften(window.seconds)}`,
    TODO.share,
    excused,
  );
}

function saying(words: string | undefined): Pick<BreakerVerdict, 'words'> {
  return words === undefined ? {} : { words };
}

/** The words of the hold name `resume` themselves, and who is not at fault. */
const TODO = {
  share:
    'See whether these addresses are right (lookup shows each refusal); resume goes on with the other customers.',
};
const OWN_WORDS = "The relay's own words: npm run cli -- test-send FILE --to ADDRESS.";
const NONE_FAILED = 'No notice has failed for it.';

function senderTodo(matter: Matter): string {
  const advice =
    matter === 'unclear'
      ? 'Have it take mail from this address, user and machine (SMTP_URL)'
      : ADVICE[matter];
  return `${NONE_FAILED} ${OWN_WORDS} ${advice}, then resume.`;
}

function sameWordsTodo(matter: Matter): string {
  return `${ADVICE[matter]}, then resume. These customers wait and are told later. ${OWN_WORDS}`;
}

function sessionsTodo(matter: Matter): string {
  if (matter === 'unclear' || matter === 'message')
    return `${NONE_FAILED} See that the relay runs and lets this machine in, then resume.`;
  return `${NONE_FAILED} ${ADVICE[matter]}, then resume.`;
}

const LONGEST_REASON = 450;

/** However long the cause is, it is cut, and what to do is not. */
function trip(cause: string, todo: string, nobodysFault: string | null): BreakerVerdict {
  const room = LONGEST_REASON - todo.length - 2;
  const cut = cause.length > room ? `${cutText(cause, room - 1)}…` : cause;
  return { trip: true, reason: `${cut}${/[.…]$/.test(cut) ? '' : '.'} ${todo}`, nobodysFault };
}

// One lane that tries again every few seconds, or waits for minutes, never makes the number: half a window of nothing but failures is enough too.
function lastsTooLong(failures: BreakerWindow['failures'], windowSeconds: number): boolean {
  const news = failures.filter(({ known }) => known !== true);
  return news.length >= 3 && news.at(-1)!.at - news[0]!.at >= windowSeconds / 2;
}

function mostOften(seconds: Second[]): string {
  const times = new Map<string, number>();
  for (const [said, count] of seconds.flatMap(({ replies }) => Object.entries(replies)))
    times.set(said, (times.get(said) ?? 0) + count);
  const [first] = [...times].sort(([, left], [, right]) => right - left);
  return first ? `${first[0]} (${first[1]} times)` : 'nothing';
}

/** Of several that are as frequent, the first: what follows (`421 too many errors`) is often only its consequence. */
function mostFrequent(failures: BreakerWindow['failures']): BreakerWindow['failures'][number] {
  const times = new Map<string, number>();
  for (const { said } of failures) times.set(said, (times.get(said) ?? 0) + 1);
  const said = [...times].reduce((most, counted) => (counted[1] > most[1] ? counted : most))[0];
  return failures.find((failure) => failure.said === said)!;
}

function countOutcomes(seconds: Second[], outcome: 'accepted' | 'refused'): number {
  return seconds.reduce((total, second) => total + second[outcome], 0);
}
