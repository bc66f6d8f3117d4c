import type { Sendable } from './feed';
import type {
  DotObjection,
  DotQuestion,
  Outcome,
  Outgoing,
  RefusedOutcome,
  SendResult,
  SessionTrouble,
  SetAsideOutcome,
} from './outcome';
import { type RelayMemory, relayMemory, remember, type Suspicion } from './relay-memory';

export interface BatchItem<Key> extends Sendable, Suspicion {
  message: Outgoing<Key>;
  batch: Batch<Key>;
  index: number;
  /** When a session took it (performance.now()). */
  takenAt: number;
}

/** Who hears of a batch what happens to it, while it is under way. */
export interface Hearing<Key> {
  /** Once for each dot. */
  answered(message: Outgoing<Key>, outcome: Outcome): void;
  /** Once for each outcome that a session had. @returns why nothing further of this batch may be sent; null: it may. */
  told(outcome: Outcome, message: Outgoing<Key>): DotObjection | null;
  /** The relay's policy refused it, maybe for its receiver: the session goes on, and may show it. @returns likewise. */
  suspended(refused: RefusedOutcome, message: Outgoing<Key>): DotObjection | null;
}

export interface Batch<Key> {
  messages: readonly Outgoing<Key>[];
  objectionTo: (question: DotQuestion<Key>) => DotObjection | null;
  hearing: Hearing<Key>;
  /** The first message not yet taken. */
  cursor: number;
  /** At whom a session met trouble: tried again after all others, as the first of a session, since others may have had their share. */
  suspects: BatchItem<Key>[];
  /** At whom the second one did, too. */
  setAside: BatchItem<Key>[];
  unsettled: number;
  /** Why the caller allows no more dots; null: it does. */
  objection: DotObjection | null;
  outcomes: Outcome[];
  trouble: SessionTrouble[];
  resolve: (result: SendResult) => void;
}

/** So many sessions that met trouble at it, the last of which it had for itself: it is the message, or what the relay has against it. */
const MOST_TROUBLES = 2;
/** So many policy refusals in a row, over all sessions, are not about their recipients (C06). */
const POLICY_RUN = 5;

/** The micro-batches under way, as one queue that all sessions take from. */
export function createBatchQueue<Key>(memory: RelayMemory<Key> = relayMemory()) {
  const batches = new Set<Batch<Key>>();
  const returned: BatchItem<Key>[] = [];
  /** Policy refusals of a session that may yet turn out to be the recipient's. */
  const suspended = new Map<
    number,
    { item: BatchItem<Key>; refused: RefusedOutcome; trouble: SessionTrouble }[]
  >();
  const untold: SessionTrouble[] = [];
  let policyRun = 0;
  let untaken = 0;

  function finish(item: BatchItem<Key>, outcome: Outcome): void {
    const { batch } = item;
    batch.outcomes[item.index] = outcome;
    const { key } = item.message;
    if (key !== undefined) remember(memory, key, outcome.kind === 'released' ? item : null);
    if (--batch.unsettled > 0) return;
    batches.delete(batch);
    const { outcomes, objection } = batch;
    const excused = new Set<SessionTrouble>();
    for (const { index, met, acceptedBefore } of batch.setAside) {
      if (memory.accepted === acceptedBefore) continue;
      // It has taken others since: the relay is not at fault.
      for (const trouble of met) excused.add(trouble);
      outcomes[index] = { ...(outcomes[index] as SetAsideOutcome), alone: true };
    }
    const trouble = batch.trouble.filter((told) => !excused.has(told));
    batch.resolve({ outcomes, trouble, objection });
  }

  function take(isFresh: boolean): BatchItem<Key> | null {
    const item = returned.pop() ?? takeFromBatches(isFresh);
    if (item !== null) item.takenAt = performance.now();
    return item;
  }

  function takeFromBatches(isFresh: boolean): BatchItem<Key> | null {
    for (const batch of batches) {
      const item = takeNext(batch) ?? (isFresh ? batch.suspects.shift() : undefined);
      if (item !== undefined) return item;
    }
    return null;
  }

  /** The next that is above suspicion; the others wait for the end. */
  function takeNext(batch: Batch<Key>): BatchItem<Key> | undefined {
    while (batch.cursor < batch.messages.length) {
      const item = begun(batch);
      if (!item.suspected) return item;
      batch.suspects.push(item);
    }
    return undefined;
  }

  function begun(batch: Batch<Key>): BatchItem<Key> {
    const index = batch.cursor++;
    untaken--;
    const message = batch.messages[index]!;
    const before = message.key === undefined ? undefined : memory.remembered.get(message.key);
    const { met, acceptedBefore } = before ?? { met: [], acceptedBefore: memory.accepted };
    const suspected = met.length > 0 || message.setAsideBefore === true;
    return { message, batch, index, met, acceptedBefore, suspected, takenAt: 0 };
  }

  function release(item: BatchItem<Key>, trouble: SessionTrouble | null): void {
    finish(item, { kind: 'released', phase: phaseOf(trouble), trouble });
  }

  /** Everything that nobody has taken, of one batch or of all. */
  function releaseWaiting(only: Batch<Key> | null = null): void {
    for (const item of returned.splice(0)) {
      if (only === null || item.batch === only) release(item, null);
      else returned.push(item);
    }
    for (const batch of only === null ? [...batches] : [only]) {
      for (const suspect of batch.suspects.splice(0)) release(suspect, suspect.met.at(-1) ?? null);
      while (batch.cursor < batch.messages.length) release(begun(batch), null);
    }
  }

  function giveBack(item: BatchItem<Key>): void {
    if (item.suspected) item.batch.suspects.push(item);
    else returned.push(item);
  }

  function stop(batch: Batch<Key>, objection: DotObjection): void {
    batch.objection = objection;
    releaseWaiting(batch);
  }

  /** A session met trouble at it. */
  function suspect(item: BatchItem<Key>, trouble: SessionTrouble): void {
    if (item.met.length === 0) item.acceptedBefore = memory.accepted;
    item.met = [...item.met, trouble].slice(-MOST_TROUBLES);
    item.suspected = true;
  }

  function isConvicted({ met, message }: BatchItem<Key>): boolean {
    return met.length >= MOST_TROUBLES || (met.length > 0 && message.setAsideBefore === true);
  }

  function setAside(item: BatchItem<Key>): void {
    const { batch, met, message } = item;
    batch.setAside.push(item);
    const last = met.at(-1)!;
    const { at, code, enhanced, text } = last;
    finish(item, {
      ...{ kind: 'set-aside', phase: phaseOf(last), code, enhanced },
      at: (at ?? 'rcpt') as SetAsideOutcome['at'],
      text:
        code === null
          ? `${met.length === 1 ? 'again a session was' : `${met.length} sessions were`} lost: ${text}`
          : text,
      ...{ alone: false, known: message.setAsideBefore === true },
    });
  }

  /** The relay takes others on this session, so its policy was about those recipients: deferred, no trouble. */
  function absolve(session: number): void {
    for (const { item, refused, trouble } of suspended.get(session) ?? []) {
      const { batch } = item;
      if (!batches.has(batch)) continue;
      batch.outcomes[item.index] = refused;
      batch.trouble = batch.trouble.filter((told) => told !== trouble);
    }
    suspended.delete(session);
  }

  /** Policy may be about this recipient alone: the session goes on, and may show it. */
  function suspend(item: BatchItem<Key>, trouble: SessionTrouble, session: number): RefusedOutcome {
    const { at, code, enhanced, text } = trouble;
    const refused: RefusedOutcome = {
      ...{ kind: 'refused', phase: phaseOf(trouble), verdict: 'deferred' },
      ...{ at: at as RefusedOutcome['at'], code: code!, enhanced, text },
    };
    if (item.message.setAsideBefore !== true) item.batch.trouble.push(trouble);
    suspended.set(session, [...(suspended.get(session) ?? []), { item, refused, trouble }]);
    return refused;
  }

  function suspected(): number {
    let count = 0;
    for (const { suspects } of batches) count += suspects.length;
    return count;
  }

  return {
    take,
    /** Messages that nobody has taken. */
    waiting: () => untaken + returned.length + suspected(),
    /** For so many, of what has waited longest, there is to be a session that has had no message yet. */
    wantFresh(): number {
      const [oldest] = batches;
      if (oldest === undefined || returned.length > 0) return 0;
      return oldest.cursor === oldest.messages.length ? oldest.suspects.length : 0;
    },
    add(
      messages: readonly Outgoing<Key>[],
      objectionTo: Batch<Key>['objectionTo'],
      hearing: Hearing<Key>,
    ): Promise<SendResult> {
      if (messages.length === 0) return Promise.resolve({ outcomes: [], trouble: [], objection: null });
      if (batches.size === 0) policyRun = 0;
      return new Promise((resolve) => {
        const outcomes = new Array<Outcome>(messages.length);
        const unsettled = messages.length;
        const trouble = untold.splice(0);
        batches.add({
          messages,
          objectionTo,
          hearing,
          cursor: 0,
          suspects: [],
          setAside: [],
          unsettled,
          objection: null,
          outcomes,
          trouble,
          resolve,
        });
        untaken += messages.length;
      });
    },
    settle(item: BatchItem<Key>, outcome: Outcome, session: number): void {
      if (outcome.kind === 'accepted') {
        policyRun = 0;
        memory.accepted++;
        if (suspended.has(session)) absolve(session);
      }
      const { batch } = item;
      const objection = batch.objection === null ? batch.hearing.told(outcome, item.message) : null;
      finish(item, outcome);
      if (objection !== null) stop(batch, objection);
    },
    /** See Feed. */
    putBack(item: BatchItem<Key>, trouble: SessionTrouble | null, isItsOwn: boolean, session: number): void {
      const isPolicy = trouble?.kind === 'policy';
      if (trouble !== null) suspect(item, trouble);
      const refused = isPolicy ? suspend(item, trouble, session) : null;
      if (trouble !== null && isItsOwn && isConvicted(item)) setAside(item);
      else if (item.batch.objection !== null || isConvicted(item) || isAnswer(trouble))
        release(item, trouble);
      else giveBack(item);
      const { batch, message } = item;
      if (refused !== null && batches.has(batch) && batch.objection === null) {
        const objection = batch.hearing.suspended(refused, message);
        if (objection !== null) stop(batch, objection);
      }
      if (isPolicy && ++policyRun >= POLICY_RUN) releaseWaiting();
    },
    /** Trouble with a session, told to the batch that waits longest, or to the next one. */
    report(trouble: SessionTrouble): void {
      const [first] = batches;
      (first?.trouble ?? untold).push(trouble);
    },
    stop,
    releaseWaiting: () => releaseWaiting(null),
  };
}

function phaseOf(trouble: SessionTrouble | null): SetAsideOutcome['phase'] {
  return trouble?.at === 'dot' ? 'after-dot' : 'before-dot';
}

/** The relay has said that it will not take it now: it is not asked again in the same breath. */
function isAnswer(trouble: SessionTrouble | null): boolean {
  return trouble !== null && trouble.code !== null && (trouble.kind !== '421' || trouble.at === 'dot');
}
