import type { Receiver } from './receiver';
import { isAboutCustomer, type Refusal, refusalKey } from './refusal-words';
import { replyWords } from './reply-words';
import type { SmtpPhase } from './smtp-outcome';
import type { CustomerId } from './vocabulary';

/** What the relay answered about one customer of a receiver. */
export type ReceiverAnswer = { kind: 'accepted' } | ({ kind: 'refused'; at: SmtpPhase } & Refusal);

/** What was seen of the receivers lately. Plain data; times are seconds of any clock that only goes forward. */
export interface ReceiverRuns {
  /** By all receivers. */
  accepted: number;
  /** Of those that last refused somebody. */
  byReceiver: ReadonlyMap<Receiver, ReceiverRun>;
}

/** Refusals in a row by one receiver, without an acceptance of its own between, that all say the same. */
interface ReceiverRun {
  key: string;
  customers: ReadonlySet<CustomerId>;
  code: number;
  /** In our words (reply-words.ts). */
  said: string;
  /** By all receivers, when the row began. */
  acceptedBefore: number;
  at: number;
}

export interface ReceiverTrip {
  code: number;
  /** In our words. */
  said: string;
  customers: number;
}

export const NO_RUNS: ReceiverRuns = { accepted: 0, byReceiver: new Map() };

/** A row ends when nothing is added to it for so long. */
const LONGEST_PAUSE_SECONDS = 900;
/** Of more the oldest is forgotten, and begins anew. */
const MOST_RUNS = 1_000;
/** A greylist puts everybody off once, and takes them the second time: that is what a notice's own deferral is for. */
const GREYLIST = /gr[ae]y-?list/i;

/** The runs with one answer more, in the order in which they come, over all sessions. */
export function addToRuns(
  runs: ReceiverRuns,
  { receiver, customerId }: { receiver: Receiver; customerId: CustomerId },
  answer: ReceiverAnswer,
  nowSeconds: number,
): ReceiverRuns {
  const { accepted, byReceiver } = runs;
  if (answer.kind === 'accepted')
    return {
      accepted: accepted + 1,
      byReceiver: byReceiver.has(receiver) ? without(byReceiver, receiver) : byReceiver,
    };
  // A receiver may look for the mailbox before it looks at who sends.
  if (isAboutCustomer(answer) || GREYLIST.test(answer.text)) return runs;
  const before = byReceiver.get(receiver);
  const key = keyOf(answer);
  const goesOn = before?.key === key && before.at >= nowSeconds - LONGEST_PAUSE_SECONDS;
  const run: ReceiverRun = {
    key,
    customers: new Set([...(goesOn ? before.customers : []), customerId]),
    code: answer.code,
    said: replyWords(answer),
    acceptedBefore: goesOn ? before.acceptedBefore : accepted,
    at: nowSeconds,
  };
  const rest = without(byReceiver, receiver);
  const [oldest] = rest.keys();
  const kept = rest.size < MOST_RUNS ? rest : without(rest, oldest!);
  return { accepted, byReceiver: new Map([...kept, [receiver, run]]) };
}

/**
 * The codes: one receiver says the same to each with a name, a case or an id among the words, and does not turn from one reason to the next
 * from customer to customer. Where it gives no enhanced code its words are all that tells one reason from another.
 */
function keyOf({ code, enhanced, text }: Refusal): string {
  return enhanced === null ? refusalKey({ code, enhanced, text }) : `${code} ${enhanced}`;
}

/**
 * Whether a receiver is to be put aside: it refused so many of its customers in a row with the same codes, while the relay took others: were
 * nobody taken, it would be the sender or the relay, and the breaker's matter. `known`: it was put aside before, so that the
 * rest of the night may have nobody else to be taken.
 * @returns null: it is not.
 */
export function receiverTrip(
  { accepted, byReceiver }: ReceiverRuns,
  receiver: Receiver,
  { sameRefusals, known }: { sameRefusals: number; known: boolean },
): ReceiverTrip | null {
  const run = byReceiver.get(receiver);
  if (run === undefined || run.customers.size < sameRefusals) return null;
  if (!known && run.acceptedBefore === accepted) return null;
  return { code: run.code, said: run.said, customers: run.customers.size };
}

/** Once it is put aside it begins anew. */
export function forgetRun(runs: ReceiverRuns, receiver: Receiver): ReceiverRuns {
  return { ...runs, byReceiver: without(runs.byReceiver, receiver) };
}

function without(byReceiver: ReceiverRuns['byReceiver'], receiver: Receiver): ReceiverRuns['byReceiver'] {
  return new Map([...byReceiver].filter(([name]) => name !== receiver));
}
