import type { Claimed, ClaimedCustomer } from '../books/claim';
import type { ReceiverBooks } from '../books/kept-back';
import { type Probe, putAside, settleTry } from '../books/receivers';
import type { Incident } from '../incident/incident-schema';
import type { Receiver } from '../incident/receiver';
import {
  addToRuns,
  forgetRun,
  NO_RUNS,
  type ReceiverAnswer,
  type ReceiverRuns,
  type ReceiverTrip,
  receiverTrip,
} from '../incident/receiver-run';
import { MOST_LATELY, RECEIVER_REFUSALS } from '../incident/receiver-wait';
import { refusalKey } from '../incident/refusal-words';
import type { CustomerId } from '../incident/vocabulary';
import type {
  DotObjection,
  DotQuestion,
  Outcome,
  Outgoing,
  RefusedOutcome,
  SessionTrouble,
} from '../smtp/outcome';
import type { ReceiverWatch } from './watches';

/** What this worker has lately seen of each receiver by one relay, over all its lanes: what another takes says nothing of this one. */
export interface ReceiverBreaker {
  /** The receivers of one claim's customers. */
  ofClaim(books: ReceiverBooks, claim: Claimed, shut: ReceiverWatch): ClaimReceivers;
}

export interface ReceiverBreakers {
  of(run: { books: { incident: number }; file: Pick<Incident, 'breaker'> }, relay: string): ReceiverBreaker;
}

export interface ClaimReceivers {
  /** Why no dot may go out to this customer; null: its receiver is open, or tried by it. */
  objection(question: DotQuestion<CustomerId>): string | null;
  /** Takes in one answer, as soon as it is known. @returns why nothing further of the claim may be sent: a receiver is to be put aside. */
  answered(message: Outgoing<CustomerId>, outcome: Outcome): DotObjection | null;
  /** Takes in those that are known only when the batch has ended: sessions were lost at them, with a reply. */
  ended(customers: readonly ClaimedCustomer[], outcomes: readonly Outcome[]): void;
  /** Its receiver is to be put aside, or is tried by it: what it met is no news of the relay, and never its own failure. */
  explains(customer: Pick<ClaimedCustomer, 'customerId' | 'address'>): boolean;
  /** Puts aside what is to be, once the outcomes are in the ledger. @returns why the gate must close; null: it need not. */
  putAside(): Promise<string | null>;
  /** So many are put aside. */
  trips(): ReceiverTrip[];
  /** Says what came of the tries. */
  settleTries(customers: readonly ClaimedCustomer[], outcomes: readonly Outcome[]): Promise<void>;
}

export function receiverBreakers(): ReceiverBreakers {
  const seen = new Map<string, { runs: ReceiverRuns }>();
  return {
    of: ({ books: { incident }, file: { breaker } }, relay) => {
      const name = `${incident} ${relay}`;
      const watched = seen.get(name) ?? { runs: NO_RUNS };
      seen.set(name, watched);
      const sameRefusals = breaker.receiverRefusals ?? RECEIVER_REFUSALS;
      return {
        ofClaim: (books, claim, shut) => claimReceivers({ books, claim, shut, watched, sameRefusals }),
      };
    },
  };
}

interface OfClaim {
  books: ReceiverBooks;
  claim: Claimed;
  shut: ReceiverWatch;
  watched: { runs: ReceiverRuns };
  sameRefusals: number;
}

function claimReceivers({ books, claim, shut, watched, sameRefusals }: OfClaim): ClaimReceivers {
  const { probes, knownReceivers } = claim;
  const trips = new Map<Receiver, ReceiverTrip>();

  function takeIn(customerId: CustomerId, address: string, outcome: Outcome): boolean {
    const receiver = books.receiverOf(address);
    const answer = answerOf(outcome);
    if (answer === null || probes.has(customerId) || trips.has(receiver)) return false;
    const now = performance.now() / 1000;
    watched.runs = addToRuns(watched.runs, { receiver, customerId }, answer, now);
    const known = knownReceivers.has(receiver);
    const trip = receiverTrip(watched.runs, receiver, { sameRefusals, known });
    if (trip === null) return false;
    trips.set(receiver, trip);
    watched.runs = forgetRun(watched.runs, receiver);
    return true;
  }

  return {
    objection: ({ message: { key, address } }) => {
      const state = shut.stateOf(books.receiverOf(address));
      if (state === 'open' || (state === 'aside' && probes.has(key!))) return shut.objection();
      return `the receiver of a customer of the claim is ${state}`;
    },
    answered: ({ key, address }, outcome) =>
      takeIn(key!, address, outcome)
        ? { check: 'receiver', reason: 'a receiver refuses one customer after the other' }
        : null,
    ended(customers, outcomes) {
      for (const [i, { customerId, address }] of customers.entries())
        if (outcomes[i]!.kind === 'set-aside') takeIn(customerId, address, outcomes[i]!);
    },
    explains: ({ customerId, address }) => probes.has(customerId) || trips.has(books.receiverOf(address)),
    async putAside() {
      let lately = 0;
      for (const [receiver, trip] of trips)
        lately = Math.max(lately, (await putAside(books, receiver, trip)) ?? 0);
      return lately < MOST_LATELY
        ? null
        : `${lately} receivers refused one customer after the other within a minute, so it is more likely the sender or the relay than they: ${[...trips.values()].at(-1)!.said}. No notice has failed for it. See what they have against from.address or the relay's address (docs/relay.md), then resume.`;
    },
    trips: () => [...trips.values()],
    async settleTries(customers, outcomes) {
      for (const [probe, answers] of answersOf(probes, customers, outcomes))
        if (answers.length > 0)
          await settleTry(
            books,
            probe,
            answers.some(({ kind }) => kind === 'accepted'),
          );
    },
  };
}

function answersOf(
  probes: Claimed['probes'],
  customers: readonly ClaimedCustomer[],
  outcomes: readonly Outcome[],
): Map<Probe, ReceiverAnswer[]> {
  const answers = new Map<Probe, ReceiverAnswer[]>();
  for (const [i, { customerId }] of customers.entries()) {
    const probe = probes.get(customerId);
    if (probe === undefined) continue;
    const answer = answerOf(putOff(outcomes[i]!));
    answers.set(probe, [...(answers.get(probe) ?? []), ...(answer === null ? [] : [answer])]);
  }
  return answers;
}

/** What says something of a receiver; null: nothing does. */
function answerOf(outcome: Outcome): ReceiverAnswer | null {
  if (outcome.kind === 'accepted') return { kind: 'accepted' };
  if (outcome.kind !== 'refused' && outcome.kind !== 'set-aside') return null;
  const { at, code, enhanced, text } = outcome;
  return code === null ? null : { kind: 'refused', at, code, enhanced, text };
}

/** The outcome of somebody whose receiver it is that refuses: put off, and not failed, nor given back to be asked again at once. */
export function putOff(outcome: Outcome): Outcome {
  if (outcome.kind === 'refused') return { ...outcome, verdict: 'deferred' };
  if (outcome.kind !== 'released' || outcome.trouble === null) return outcome;
  const { at, code, enhanced, text } = outcome.trouble;
  if (code === null || !isAboutMessage(at)) return outcome;
  return { kind: 'refused', phase: outcome.phase, verdict: 'deferred', at, code, enhanced, text };
}

function isAboutMessage(at: SessionTrouble['at']): at is Exclude<RefusedOutcome['at'], 'mail'> {
  return at === 'rcpt' || at === 'data' || at === 'dot';
}

/** Of the sessions' trouble that which the relay has with whoever is explained: the whole breaker does not count it again. */
export function unexplained(trouble: SessionTrouble[], explained: readonly Outcome[]): SessionTrouble[] {
  const keys = new Set(
    explained.flatMap((outcome) => {
      const answer = answerOf(putOff(outcome));
      return answer?.kind === 'refused' ? refusalKey(answer) : [];
    }),
  );
  return trouble.filter(({ code, enhanced, text }) => {
    return code === null || !keys.has(refusalKey({ code, enhanced, text }));
  });
}
