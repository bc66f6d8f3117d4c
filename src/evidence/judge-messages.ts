import type { CustomerId, NoticeState, Wave } from '../incident/vocabulary';
import { BUCKETS, type Buckets, byPlace } from './buckets';
import { SAME_MOMENT_MS } from './calibrate';
import type { RelayLife } from './message-fate';
import { type Fate, fateOf, fateOfJoined, handedIn, joinLives, type MessageFate } from './message-fate';
import type { OwnSessions } from './own-sessions';
import type { LogsRead } from './read-logs';

/** What the books say of one customer's message. */
export interface BookedMessage {
  customerId: CustomerId;
  wave: Wave;
  /** Null: nobody has come to this customer yet. */
  state: NoticeState | null;
  /** Number in the audit of the last decision to send it again; null: there was none. */
  decision: number | null;
  /** How often it was claimed. */
  attempt: number | null;
  /** So late that its lines may not have been in the log yet. */
  recent: boolean;
}

/** A recorded decision to send again. */
export interface SendAgain {
  /** Number in the audit. */
  number: number;
  /** Milliseconds since 1970. */
  at: number;
  /** Although it may have been taken; else since it was refused or skipped. */
  outOfDoubt: boolean;
}

/** What the log shows of a customer beyond that the books are right. */
export type Remark =
  /** Booked as sent, and the log has no acceptance of it (I1). */
  | 'sent-not-accepted'
  /** Accepted, and the books say that it was not sent (I2). */
  | 'accepted-not-sent'
  /** Accepted more often than anybody decided (I2). */
  | 'twice'
  /** Accepted more than once, no more often than recorded decisions allowed. */
  | 'twice-by-decision'
  /** Accepted, and in doubt by the books, or left so: the log knows what they do not. */
  | 'taken-in-doubt'
  /** Accepted, and handed in again for somebody else by whoever it was delivered to. */
  | 'came-back'
  /** Accepted, and then one of these: the customer was not told, or only perhaps. */
  | 'bounced'
  | 'thrown-away'
  | 'elsewhere'
  | 'held'
  /** Accepted, and no log that was named shows what became of it. */
  | 'waiting';

export interface RemarkedCustomer {
  customerId: CustomerId;
  state: NoticeState | null;
  /** Number in the audit. */
  decision: number | null;
  /** Every acceptance, as `relay/queue id`, those of a filter after it, and what a rule kept from any queue; empty: none. */
  acceptances: string[];
}

/** What the logs show of one wave, customer by customer (I1, I2). */
export interface WaveJudgement {
  acceptedOnce: number;
  acceptedTwiceOrMore: number;
  /** Of whom the books have a final answer, or doubt. */
  neverAccepted: number;
  /** Nobody has come to them yet, or they wait for another attempt. */
  notReachedYet: number;
  /** Booked as sent a moment ago, and not in the log yet. */
  tooRecent: number;
  remarks: Record<Remark, { customers: number; first: RemarkedCustomer[] }>;
}

/** Of each remark so many are named. */
const NAMED = 1_000;

/** Booked messages by their MAC, put aside for the judgement. */
export function bookMessage(
  booked: Buckets,
  mac: string,
  { customerId, wave, state, decision, attempt, recent }: BookedMessage,
): void {
  booked.add(mac, JSON.stringify([customerId, wave, state, decision, attempt, recent]));
}

/**
 * Compares the books with the logs, one customer at a time, so that no two errors cancel out (C84). Messages that are of nobody in the
 * books, of a shop or of another incident, change nothing (C83).
 * @param booked by bookMessage(), under the same keys as the messages.
 * @param decisions in their order.
 * @param mailboxes the company's own, whose messages are in no books.
 * @param sessions are told whose messages came by them.
 * @returns beside the waves how many messages with Message-IDs like ours are of nobody in the books.
 */
export function judgeMessages(
  booked: Buckets,
  read: Pick<LogsRead, 'messages'>,
  decisions: readonly SendAgain[],
  mailboxes: ReadonlySet<string>,
  sessions: Pick<OwnSessions, 'handedIn'>,
): { waves: Record<Wave, WaveJudgement>; ofNobody: number } {
  const waves = { notice: emptyJudgement(), reminder: emptyJudgement() };
  let ofNobody = 0;
  const judgeOfNobody = (lives: RelayLife[]) => {
    const { acceptances } = fateOf(lives);
    const isMailboxes = acceptances.every(({ recipients }) => recipients.every((to) => mailboxes.has(to)));
    if (!isMailboxes) ofNobody++;
    else if (acceptances.length > 0) for (const life of lives) sessions.handedIn(life, 'mailboxes');
  };
  for (let bucket = 0; bucket < BUCKETS; bucket++)
    for (const { lines, lives } of sideBySide(booked.take(bucket), read.messages(bucket))) {
      if (lines.length === 0) judgeOfNobody(lives);
      for (const line of lines) {
        const [customerId, wave, state, decision, attempt, recent] = JSON.parse(line) as BookedColumns;
        const message = { customerId, wave, state, decision, attempt, recent };
        const joined = joinLives(lives);
        judge(waves[wave], { message, decisions }, fateOfJoined(joined));
        for (const life of handedIn(joined)) sessions.handedIn(life, 'customers');
      }
    }
  return { waves, ofNobody };
}

/** What the books and the logs have under each key of either. Both come in the order of their keys. */
function* sideBySide(
  booked: Generator<[key: string, lines: string[]]>,
  logged: Generator<[key: string, lives: RelayLife[]]>,
): Generator<{ lines: string[]; lives: RelayLife[] }> {
  let message = logged.next();
  for (const [key, lines] of booked) {
    for (; !message.done && byPlace(message.value[0], key) < 0; message = logged.next())
      yield { lines: [], lives: message.value[1] };
    const isLogged = !message.done && message.value[0] === key;
    yield { lines, lives: isLogged ? message.value![1] : [] };
    if (isLogged) message = logged.next();
  }
  for (; !message.done; message = logged.next()) yield { lines: [], lives: message.value[1] };
}

type BookedColumns = [CustomerId, Wave, NoticeState | null, number | null, number | null, boolean];

interface Judged {
  message: BookedMessage;
  decisions: readonly SendAgain[];
}

function judge(wave: WaveJudgement, judged: Judged, fate: MessageFate): void {
  const { acceptances, withheld } = fate;
  const { customerId, state, decision, recent } = judged.message;
  const path = acceptances.map((acceptance) => acceptance.path.join(', then '));
  if (withheld !== null) path.push(`${withheld.queueId} (${withheld.how})`);
  for (const remark of remarksOn(judged, fate)) {
    const { first } = wave.remarks[remark];
    wave.remarks[remark].customers++;
    if (first.length < NAMED) first.push({ customerId, state, decision, acceptances: path });
  }
  if (acceptances.length === 0 && withheld === null && state === 'sent' && recent) wave.tooRecent++;
  else if (timesTaken(fate) > 1) wave.acceptedTwiceOrMore++;
  else if (acceptances.length === 1) wave.acceptedOnce++;
  else if (state === null || WAITING.has(state)) wave.notReachedYet++;
  else wave.neverAccepted++;
}

function remarksOn({ message, decisions }: Judged, fate: MessageFate): Remark[] {
  const { state, decision, recent } = message;
  const { acceptances, withheld } = fate;
  const remarks = twiceRemark({ message, decisions }, fate);
  if (acceptances.length === 0) {
    if (state !== 'sent') return remarks;
    if (withheld !== null) return [...remarks, withheld.how];
    return recent ? [] : ['sent-not-accepted'];
  }
  if (acceptances.some(({ cameBack }) => cameBack)) remarks.push('came-back');
  if (state === 'in_doubt' || state === 'left') remarks.push('taken-in-doubt');
  // Whoever waits to be sent again out of doubt may have been told by the first.
  const isDoubted = decisions.some(({ number, outOfDoubt }) => number === decision && outOfDoubt);
  const isSentAgain = isDoubted && state !== null && WAITING.has(state);
  if ((state === null || NOT_SENT.has(state)) && !isSentAgain) remarks.push('accepted-not-sent');
  const fates = new Set(acceptances.map(({ fate }) => fate));
  if (fates.has('sent')) return remarks;
  return [...remarks, ...BAD_FATES.filter((fate) => fates.has(fate)).slice(0, 1)];
}

/** As many as decisions allow are told by decision: each but the first after one of its own. */
function twiceRemark(judged: Judged, { acceptances, timesWithheld }: MessageFate): Remark[] {
  const times = timesTaken({ acceptances, timesWithheld });
  if (times < 2) return [];
  // When a rule kept one from the queue is not known.
  const takenAt = Array.from({ length: times }, (_, i) => acceptances[i]?.at ?? Number.POSITIVE_INFINITY);
  return [isAllowed(judged, takenAt) ? 'twice-by-decision' : 'twice'];
}

/**
 * The row has the number of the last decision only: the last acceptance came after that one. For each before it there must be a decision
 * on record between it and the one before, and it cannot have been taken more often than claimed.
 */
function isAllowed({ message: { decision, attempt }, decisions }: Judged, takenAt: number[]): boolean {
  const last = decisions.findIndex(({ number }) => number === decision);
  if (last < 0 || takenAt.at(-1)! < decisions[last]!.at - SAME_MOMENT_MS) return false;
  if (takenAt.length > (attempt ?? 0)) return false;
  for (let [taken, before] = [takenAt.length - 2, last - 1]; taken > 0; taken--, before--) {
    while (before >= 0 && decisions[before]!.at > takenAt[taken]! + SAME_MOMENT_MS) before--;
    if (before < 0 || decisions[before]!.at < takenAt[taken - 1]! - SAME_MOMENT_MS) return false;
  }
  return true;
}

/** What a rule held or threw away was answered with a 250, too. */
function timesTaken({ acceptances, timesWithheld }: Pick<MessageFate, 'acceptances' | 'timesWithheld'>) {
  return acceptances.length + timesWithheld;
}

const BAD_FATES = ['thrown-away', 'bounced', 'held', 'waiting', 'elsewhere'] as const satisfies Fate[];
const WAITING = new Set<NoticeState>(['sending', 'released', 'deferred']);
/** Where the books know that the relay did not take it; of `sending`, `in_doubt` and `left` they do not. */
const NOT_SENT = new Set<NoticeState>(['released', 'deferred', 'failed', 'skipped']);

function emptyJudgement(): WaveJudgement {
  const none = (): { customers: number; first: RemarkedCustomer[] } => ({ customers: 0, first: [] });
  return {
    acceptedOnce: 0,
    acceptedTwiceOrMore: 0,
    neverAccepted: 0,
    notReachedYet: 0,
    tooRecent: 0,
    remarks: {
      'sent-not-accepted': none(),
      'accepted-not-sent': none(),
      twice: none(),
      'twice-by-decision': none(),
      'taken-in-doubt': none(),
      'came-back': none(),
      bounced: none(),
      'thrown-away': none(),
      elsewhere: none(),
      held: none(),
      waiting: none(),
    },
  };
}
