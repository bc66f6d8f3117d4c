import type { Claimed, ClaimedCustomer, LaneBooks } from '../books/claim';
import { closeGate } from '../books/gate';
import { type LeftOut, leaveOut } from '../books/relays';
import type { Settlement } from '../books/settle-claim';
import { standInOf } from '../books/stand-ins';
import type { BreakerVerdict } from '../incident/breaker';
import { BY_BREAKER } from '../incident/goes-without';
import { greetingName } from '../incident/greeting-name';
import { needsSmtputf8 } from '../incident/mailable-address';
import type { ReceiverTrip } from '../incident/receiver-run';
import { refusalKey } from '../incident/refusal-words';
import type { CustomerId, NoticeState } from '../incident/vocabulary';
import type { Journal } from '../journal/open-journal';
import type { NoticeSet } from '../notice/compile-notice';
import { messageId } from '../notice/message-headers';
import { renderNotice } from '../notice/render-notice';
import type { DotObjection, DotQuestion, Outcome, Outgoing, SessionTrouble } from '../smtp/outcome';
import { type DotCheckParts, dotChecks } from './dot-checks';
import { guardClaim } from './guard-claim';
import { journalDots } from './journal-dots';
import type { LaneSender } from './lane-senders';
import { type ClaimReceivers, putOff, type ReceiverBreaker, unexplained } from './receiver-breakers';
import type { RelayBreaker } from './relay-breakers';
import type { RunContext } from './run-context';
import { type Retrying, settlementOf, settleSurely } from './settlement';
import { type ReceiverWatch, watchChoices } from './watches';

export interface SendContext extends Pick<DotCheckParts, 'lease' | 'gate' | 'relay' | 'clock'> {
  books: LaneBooks;
  /** Where the claim's scan began. */
  after: CustomerId | null;
  run: RunContext;
  notices: NoticeSet;
  /** With the claim's relay, like what is seen of it and of its receivers. */
  sender: Pick<LaneSender, 'send' | 'isParted'>;
  breaker: RelayBreaker;
  receivers: ReceiverBreaker;
  shut: ReceiverWatch;
  /** Null where this process keeps none: after a kill -9 the whole claim would be in doubt. */
  journal: Journal | null;
  retrying: Retrying;
}

export interface SentClaim {
  settled: Partial<Record<NoticeState, number>>;
  /** Why dots that could have gone out did not; null: nothing was in the way. */
  objection: DotObjection | null;
  /** A session was refused or lost and nothing went out: try again a little later. */
  relayInTrouble: boolean;
  /** The breaker or the guard closed the gate, for this reason. */
  tripped: string | null;
  /** Why its relay is left out from now on; null: it is not, or the gate was closed. */
  leftOut: string | null;
  /** Receivers that were put aside. */
  aside: ReceiverTrip[];
}

/** Renders and submits what was claimed, then settles it. The outcome is in the ledger before the breaker acts on it. */
export async function sendClaim(send: SendContext, claim: Claimed): Promise<SentClaim> {
  const { claimId, token, customers } = claim;
  if (claimId === null)
    return { settled: {}, objection: null, relayInTrouble: false, tripped: null, leftOut: null, aside: [] };
  const { books, run } = send;
  const ref = { claimId, token, wave: books.wave };
  let asked = false;
  const asking = () => {
    asked = true;
  };
  const receivers = send.receivers.ofClaim(books, claim, send.shut);
  const submitted = submit(send, receivers, claim, asking);
  const { outcomes, trouble, objection, verdict, unwritten } = await submitted.catch(async (error) => {
    // What no dot was asked for certainly did not go out. Of the rest nobody knows.
    const free = customers.map(({ customerId }) => ({ customerId, state: 'released' as const }));
    if (!asked) await settleSurely(books, ref, free, send.retrying);
    throw error;
  });
  const settlements: Settlement[] = customers.map((customer, i) =>
    settlementOf(
      customer,
      receivers.explains(customer) ? putOff(outcomes[i]!) : excused(outcomes[i]!, verdict),
      run.file.retry,
    ),
  );
  const settled = await settleSurely(books, ref, settlements, send.retrying);
  // What the relay said comes first: it is known nowhere else.
  await receivers.settleTries(customers, outcomes);
  const tooMany = await receivers.putAside();
  const guarded = objection?.check === 'guard' ? objection.reason : null;
  const left = await trip(books, claim, guarded, verdict);
  const closed = left?.kind === 'gate-closed' ? left.reason : tooMany;
  if (left?.kind !== 'gate-closed' && tooMany !== null) await closeGate(books, tooMany, BY_BREAKER);
  // Not the relay's fault: the slice fails with the disk's words, and another worker may take it.
  if (unwritten !== null) throw unwritten;
  return {
    settled,
    objection,
    relayInTrouble: trouble.length > 0 && !settled.sent,
    tripped: closed,
    leftOut: left?.kind === 'left-out' ? left.reason : null,
    aside: receivers.trips(),
  };
}

/** What stops the gate for good comes first; what is about the relay stops that one, where there are others. */
async function trip(
  books: LaneBooks,
  { relay }: Claimed,
  guarded: string | null,
  verdict: BreakerVerdict,
): Promise<LeftOut | null> {
  if (guarded === null) return verdict.trip ? leaveOut(books, relay, verdict, books.relays.own) : null;
  await closeGate(books, guarded, 'the guard');
  return { kind: 'gate-closed', reason: guarded };
}

/** @param asking told before the first dot, and each one after. */
async function submit(send: SendContext, receivers: ClaimReceivers, claim: Claimed, asking: () => void) {
  const { books, sender, breaker } = send;
  const { customers } = claim;
  const sealedById = new Map(customers.map((customer) => [customer.customerId, seal(send, customer)]));
  const sealedOf = ({ customerId }: ClaimedCustomer) => sealedById.get(customerId)!;
  const batch = customers.map((customer) => outgoing(send, customer, sealedOf(customer)));
  const guard = guardClaim(sealedById, (customerId) => `customer ${standInOf(books, customerId)}`);
  const choices = books.wave === 'reminder' ? watchChoices(books, customers) : null;
  const dots = journalDots(send.journal, books, claim, send.after);
  const checked = dotChecks({ ...send, receivers, sessions: send.sender, choices, guard, dots });
  const objectionTo = (question: DotQuestion<CustomerId>) => {
    asking();
    return checked(question);
  };
  const answered = (message: Outgoing<CustomerId>, outcome: Outcome) => {
    choices?.answered(message, outcome);
    dots.answered(message, outcome);
  };
  let tripped: BreakerVerdict | null = null;
  const told = (outcome: Outcome, message: Outgoing<CustomerId>): DotObjection | null => {
    const aside = receivers.answered(message, outcome);
    if (outcome.kind !== 'accepted' && receivers.explains(customerOf(message))) return aside;
    const verdict = tripped ?? breaker.answered(outcome);
    if (verdict.trip) tripped = verdict;
    return verdict.trip ? { check: 'breaker', reason: verdict.reason } : null;
  };
  const suspended = (refused: Outcome, message: Outgoing<CustomerId>) => receivers.answered(message, refused);
  const { outcomes, trouble, objection } = await sender
    .send(batch, objectionTo, { answered, told, suspended })
    .finally(() => choices?.stop());
  receivers.ended(customers, outcomes);
  const verdict =
    (tripped as BreakerVerdict | null) ?? breaker.takeIn(...news(receivers, customers, outcomes, trouble));
  return { outcomes, trouble, objection, verdict, unwritten: dots.unwritten() };
}

function customerOf({ key, address }: Outgoing<CustomerId>) {
  return { customerId: key!, address };
}

/** Without what a receiver explains that is put aside, or tried. */
function news(
  receivers: ClaimReceivers,
  customers: ClaimedCustomer[],
  outcomes: Outcome[],
  trouble: SessionTrouble[],
): [Outcome[], SessionTrouble[]] {
  const isExplained = (i: number) => outcomes[i]!.kind !== 'accepted' && receivers.explains(customers[i]!);
  const others = outcomes.filter((_, i) => !isExplained(i));
  const theirs = outcomes.filter((_, i) => isExplained(i));
  return [others, distinct(unexplained(trouble, theirs))];
}

// Eight sessions that a relay refuses at once while it restarts are one piece of news.
function distinct(trouble: SessionTrouble[]): SessionTrouble[] {
  const known = new Map(trouble.map((news) => [`${news.kind} ${news.at} ${news.code}`, news]));
  return [...known.values()];
}

// A quota or a block is told at one customer's RCPT after the other: they are not at fault and wait for better times (C06). Nor are those
// at whom the relay ended sessions, where it took nobody.
function excused(outcome: Outcome, { trip, nobodysFault }: BreakerVerdict): Outcome {
  const isRelays = outcome.kind === 'set-aside' && trip && !outcome.alone;
  const isOfRun = nobodysFault !== null && outcome.kind === 'refused' && refusalKey(outcome) === nobodysFault;
  return isRelays || isOfRun ? { kind: 'released', phase: outcome.phase, trouble: null } : outcome;
}

/** Which notice a customer gets, and all that it may hold of theirs: it is made of this, and the guard holds it against this. */
function seal({ books: { wave }, run, notices }: SendContext, customer: ClaimedCustomer) {
  const { customerId, address } = customer;
  const greeting = greetingName(customer.name);
  const from = run.file.from.address;
  const recipient = { incident: run.file.id, wave, customerId, role: 'primary' };
  return {
    notice: notices.variantOf(customer, wave),
    own: {
      address,
      name: 'name' in greeting ? greeting.name : null,
      messageId: messageId(run.row.message_key, recipient, from.slice(from.lastIndexOf('@') + 1)),
    },
  };
}

function outgoing(
  { run }: SendContext,
  { customerId, address, setAsideBefore }: ClaimedCustomer,
  { notice, own }: ReturnType<typeof seal>,
): Outgoing<CustomerId> {
  return {
    key: customerId,
    from: run.file.from.address,
    address,
    smtputf8: needsSmtputf8(address),
    setAsideBefore,
    content: () => renderNotice(notice, { ...own, date: Date.now() }),
  };
}
