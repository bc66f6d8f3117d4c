import { isMailAddress } from '../incident/mailable-address';
import { type BatchItem, createBatchQueue, type Hearing } from './batch-queue';
import { openSession, SessionRefused } from './open-session';
import type { DotObjection, DotQuestion, Outcome, Outgoing, SendResult, SessionTrouble } from './outcome';
import type { RelayMemory } from './relay-memory';
import { closedSlot, type Slot, type UnusedSession } from './slot';
import { parseSmtpUrl } from './smtp-url';
import { RFC_TIMEOUTS, type SmtpTimeouts } from './step';
import { type Transmission, transmit } from './transmit';
import { ownTrouble } from './trouble';

export type { DotQuestion, Outcome, Outgoing, SendResult, SessionTrouble };

export interface SenderOptions<Key = unknown> {
  /** As SMTP_URL (smtp-url.ts). */
  smtpUrl: string;
  /** Sessions kept open at most. */
  sessions: number;
  /** QUIT and a new session after so many messages; null: as long as the relay likes. */
  messagesPerSession?: number | null;
  /** Puts a session on record before the first message goes by it: nothing is sent before this resolves. */
  record?: SessionRecord;
  timeouts?: SmtpTimeouts;
  /** With nothing to send for so long it parts: the relay's log then shows each session to its end. */
  idleMilliseconds?: number;
  /** What is known of the relay from before; left out: nothing. */
  memory?: RelayMemory<Key>;
  /** Where the caller's lease is over, and the relay took so long over this message, that is held against it. */
  slowMilliseconds?: number;
}

export type SessionRecord = (session: { slot: number } & Omit<UnusedSession, 'session'>) => Promise<void>;

export interface Sender<Key = unknown> {
  /**
   * Sends a micro-batch over the sessions; resolves when every message has its outcome, in the order of `batch`.
   * `objectionTo` is asked synchronously immediately before each write that holds a final dot; if it objects, this message and
   * everything of this batch that has no dot yet is released. `answered` is told once for each dot, synchronously, as soon
   * as it is known what became of it (`released`: given back, to be sent again). `told` hears of each outcome that a session had, in
   * their order; if it objects, what has no dot yet is released, too. Batches may overlap: the next one then
   * fills the sessions while the last replies to this one are under way. Rejects only on a wrong sender address.
   */
  send(
    batch: readonly Outgoing<Key>[],
    objectionTo: (question: DotQuestion<Key>) => DotObjection | null,
    hearing?: Partial<Hearing<Key>>,
  ): Promise<SendResult>;
  /** Waits for what is being sent, then parts with QUIT. Nothing can be sent from then on. */
  close(): Promise<void>;
}

/** Between two slices there are moments only. */
const IDLE_MILLISECONDS = 10_000;
/** Half of what a claim may last: behind such a message nobody else's would go out, each time anew. */
const SLOW_MILLISECONDS = 30_000;
/** Two sessions in a row lost without an acceptance: the third would be no better. */
const FRUITLESS_SESSIONS = 2;
/** One session for each slot and so many more, lost in a row under one message or another: it is not the messages. */
const LOST_IN_A_ROW = 8;

const DEAF = { answered: () => undefined, told: () => null, suspended: () => null };

/** A few persistent sessions that share the work (SMTP_URL is parsed here: throws on a wrong one). Opens lazily. */
export function openSender<Key = unknown>(options: SenderOptions<Key>): Sender<Key> {
  const target = parseSmtpUrl(options.smtpUrl);
  const timeouts = options.timeouts ?? RFC_TIMEOUTS;
  const limit = options.messagesPerSession ?? undefined;
  const slots = Array.from({ length: options.sessions }, (_, number) => closedSlot<Key>(number));
  const queue = createBatchQueue<Key>(options.memory);
  const givingUp = new AbortController();
  const openings = new Set<Promise<unknown>>();
  const partings = new Set<Promise<unknown>>();
  const active = new Set<Promise<unknown>>();
  /** Sessions lost under a message since the last acceptance. */
  let lostInARow = 0;
  let pumping = false;
  let closing = false;
  let parting: NodeJS.Timeout | undefined;

  function partWhenIdle(): void {
    clearTimeout(parting);
    parting = setTimeout(() => {
      if (active.size > 0) return;
      for (const slot of slots) if (slot.transmission?.idle !== false) leave(slot);
    }, options.idleMilliseconds ?? IDLE_MILLISECONDS).unref();
  }

  function leave(slot: Slot<Key>): void {
    if (slot.unused !== null) begin(slot, slot.unused);
    void slot.transmission?.quit();
  }

  /** Never from within a session's own call: a session is not re-entered. */
  function pumpSoon(): void {
    if (pumping) return;
    pumping = true;
    queueMicrotask(() => {
      pumping = false;
      pump();
    });
  }

  function pump(): void {
    for (const slot of slots) {
      if (queue.waiting() === 0) return;
      slot.transmission?.wake();
    }
    let opening = slots.filter((slot) => slot.state === 'opening').length;
    for (const usable of ['unused', 'closed'] as const)
      for (const slot of slots) {
        if (queue.waiting() <= opening) return;
        if (slot.state !== usable || (slot.unused === null && slot.out)) continue;
        opening++;
        void track(openings, slot.unused === null ? open(slot) : putOnRecord(slot, slot.unused));
      }
    if (slots.every((slot) => slot.state === 'closed')) queue.releaseWaiting();
  }

  async function open(slot: Slot<Key>): Promise<void> {
    slot.state = 'opening';
    const connectingAt = performance.now();
    try {
      const session = await openSession(target, timeouts, givingUp.signal);
      slot.unused = { session, connectingAt, openedAt: performance.now() };
      slot.state = 'unused';
    } catch (error) {
      keepOut(slot, error);
    }
    pumpSoon();
    partWhenIdle();
  }

  async function putOnRecord(slot: Slot<Key>, unused: UnusedSession): Promise<void> {
    slot.state = 'opening';
    slot.unused = null;
    const { session, ...span } = unused;
    try {
      await options.record?.({ slot: slot.number, ...span });
      begin(slot, unused).wake();
    } catch (error) {
      session.connection.destroy();
      const why = `the session could not be put on record in the ledger (${(error as { code?: string }).code ?? 'no code'})`;
      keepOut(slot, new SessionRefused(ownTrouble(null, why, 'connect')));
    }
    pumpSoon();
    partWhenIdle();
  }

  function begin(slot: Slot<Key>, { session }: UnusedSession): Transmission {
    slot.unused = null;
    slot.state = 'open';
    slot.transmission = transmit(session, feedOf(slot), timeouts, limit);
    return slot.transmission;
  }

  function keepOut(slot: Slot<Key>, error: unknown): void {
    slot.state = 'closed';
    slot.out = true;
    const isRefused = error instanceof SessionRefused;
    queue.report(
      isRefused ? error.trouble : ownTrouble(null, `no session can be opened (${nameOf(error)})`, 'connect'),
    );
  }

  /** A check that throws is a no. */
  function objectionTo({ batch }: BatchItem<Key>, question: DotQuestion<Key>): DotObjection | null {
    try {
      return batch.objectionTo(question);
    } catch (error) {
      // Its message may quote what was checked.
      const reason = `the last check before the dot failed (${nameOf(error)})`;
      queue.report(ownTrouble('data', reason));
      return { check: 'failed', reason };
    }
  }

  function tellAnswer(slot: Slot<Key>, item: BatchItem<Key>, outcome: Outcome): void {
    if (slot.dotted !== item) return;
    slot.dotted = null;
    item.batch.hearing.answered(item.message, outcome);
  }

  /** Whether the slot, or all of them, are opened again. */
  function countOut(slot: Slot<Key>, trouble: SessionTrouble, under: BatchItem<Key> | null): void {
    if (under?.message.setAsideBefore === true) return;
    queue.report(trouble);
    if (under !== null) {
      if (++lostInARow >= slots.length + LOST_IN_A_ROW) for (const each of slots) each.out = true;
      return;
    }
    const isPassing = trouble.kind === 'lost' || trouble.kind === '421';
    slot.out = !isPassing || ++slot.fruitless >= FRUITLESS_SESSIONS;
  }

  /** A relay that takes so long over one message takes the time of all others in the claim; null: it did not. */
  function slowness({ takenAt }: BatchItem<Key>, { check }: DotObjection): SessionTrouble | null {
    const took = performance.now() - takenAt;
    if (check !== 'lease' || took < (options.slowMilliseconds ?? SLOW_MILLISECONDS)) return null;
    return ownTrouble('data', `the relay took ${Math.round(took / 1000)} s until it would have the message`);
  }

  async function partedFrom(slot: Slot<Key>, parting: Promise<void>): Promise<void> {
    await parting;
    slot.state = 'closed';
    pumpSoon();
  }

  function feedOf(slot: Slot<Key>) {
    return {
      take: queue.take,
      wantsFresh: () => queue.wantFresh() > slots.filter(({ state, out }) => state !== 'open' && !out).length,
      mayDot(item: BatchItem<Key>, content: Buffer) {
        const { batch, message } = item;
        const objection = batch.objection ?? objectionTo(item, { message, session: slot.number, content });
        if (objection === null) {
          slot.dotted = item;
          return true;
        }
        const trouble = slowness(item, objection);
        if (trouble !== null && message.setAsideBefore !== true) queue.report(trouble);
        if (batch.objection === null) queue.stop(batch, objection);
        queue.putBack(item, trouble, true, slot.number);
        return false;
      },
      settle(item: BatchItem<Key>, outcome: Outcome) {
        tellAnswer(slot, item, outcome);
        if (outcome.kind === 'accepted') slot.fruitless = lostInARow = 0;
        queue.settle(item, outcome, slot.number);
      },
      putBack(item: BatchItem<Key>, trouble: SessionTrouble | null, isItsOwn = false) {
        tellAnswer(slot, item, { kind: 'released', phase: 'after-dot', trouble });
        queue.putBack(item, trouble, isItsOwn, slot.number);
        pumpSoon();
      },
      ended(
        trouble: SessionTrouble | null,
        { under, parting }: { under: BatchItem<Key> | null; parting: Promise<void> | null },
      ) {
        slot.state = parting === null ? 'closed' : 'parting';
        slot.transmission = null;
        if (parting !== null) void track(partings, partedFrom(slot, parting));
        if (trouble !== null) countOut(slot, trouble, under);
        pumpSoon();
      },
    };
  }

  return {
    send(batch, objectionTo, hearing = {}) {
      if (closing) return Promise.reject(new Error('this sender is closed'));
      const wrong = batch.find(({ from }) => from !== '' && !isMailAddress(from, false));
      if (wrong !== undefined)
        return Promise.reject(new Error('the sender address cannot stand in MAIL FROM'));
      lostInARow = 0;
      for (const slot of slots) {
        slot.out = false;
        slot.fruitless = 0;
      }
      const result = queue.add(batch, objectionTo, { ...DEAF, ...hearing });
      pumpSoon();
      const sent = track(active, result);
      void sent.finally(partWhenIdle);
      return sent;
    },
    async close() {
      closing = true;
      await Promise.allSettled(active);
      clearTimeout(parting);
      for (const slot of slots) leave(slot);
      givingUp.abort();
      await Promise.allSettled(openings);
      for (const slot of slots) leave(slot);
      await Promise.allSettled(partings);
    },
  };
}

function nameOf(error: unknown): string {
  const { code, name } = error as NodeJS.ErrnoException;
  return code ?? name ?? typeof error;
}

function track<T>(set: Set<Promise<unknown>>, promise: Promise<T>): Promise<T> {
  set.add(promise);
  const forget = () => void set.delete(promise);
  promise.then(forget, forget);
  return promise;
}
