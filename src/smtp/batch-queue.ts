import type {
  DotObjection,
  DotQuestion,
  Outcome,
  Outgoing,
  RefusedOutcome,
  SendResult,
  SessionTrouble,
} from './outcome';

/** Where a session gets its work and leaves what became of it. All calls are synchronous. */
export interface Feed<Item extends { message: Outgoing }> {
  /** The next message, or null for now. */
  take(): Item | null;
  /** Asked immediately before each write that holds this item's content and final dot; false: no dot, drop the connection. */
  mayDot(item: Item, content: Buffer): boolean;
  settle(item: Item, outcome: Outcome): void;
  /** The session ends before this item's dot: it is somebody else's now. */
  putBack(item: Item, trouble: SessionTrouble | null): void;
  /**
   * Once, ahead of the outcomes that the end decides. `trouble` is null for an end that is nobody's fault (limit,
   * idle time-out, no more dots). `parting` resolves when the relay has answered our QUIT, where we said it.
   */
  ended(trouble: SessionTrouble | null, parting: Promise<void> | null): void;
}

export interface BatchItem<Key> {
  message: Outgoing<Key>;
  batch: Batch<Key>;
  index: number;
  /** How often a session was lost under it. */
  tries: number;
}

export interface Batch<Key> {
  messages: readonly Outgoing<Key>[];
  objectionTo: (question: DotQuestion<Key>) => DotObjection | null;
  answered: (message: Outgoing<Key>, outcome: Outcome) => void;
  /** The first message not yet taken. */
  cursor: number;
  unsettled: number;
  /** Why the caller allows no more dots; null: it does. */
  objection: DotObjection | null;
  outcomes: Outcome[];
  trouble: SessionTrouble[];
  resolve: (result: SendResult) => void;
}

/** After so many lost sessions the message itself may be what kills them. */
const MOST_TRIES = 3;
/** So many policy refusals in a row, over all sessions, are not about their recipients (C06). */
const POLICY_RUN = 5;

/** The micro-batches under way, as one queue that all sessions take from. */
export function createBatchQueue<Key>() {
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
    if (--batch.unsettled > 0) return;
    batches.delete(batch);
    const { outcomes, trouble, objection } = batch;
    batch.resolve({ outcomes, trouble, objection });
  }

  function take(): BatchItem<Key> | null {
    const again = returned.pop();
    if (again !== undefined) return again;
    for (const batch of batches) {
      if (batch.cursor === batch.messages.length) continue;
      const index = batch.cursor++;
      untaken--;
      return { message: batch.messages[index]!, batch, index, tries: 0 };
    }
    return null;
  }

  function release(item: BatchItem<Key>, trouble: SessionTrouble | null): void {
    finish(item, { kind: 'released', phase: 'before-dot', trouble });
  }

  /** Everything that nobody has taken, of one batch or of all. */
  function releaseWaiting(only: Batch<Key> | null = null): void {
    for (const item of returned.splice(0)) {
      if (only === null || item.batch === only) release(item, null);
      else returned.push(item);
    }
    for (const batch of only === null ? [...batches] : [only]) {
      while (batch.cursor < batch.messages.length) {
        const index = batch.cursor++;
        untaken--;
        release({ message: batch.messages[index]!, batch, index, tries: 0 }, null);
      }
    }
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

  function suspend(item: BatchItem<Key>, outcome: Outcome, trouble: SessionTrouble, session: number): void {
    const { kind, at, code, enhanced, text } = trouble;
    item.batch.trouble.push(trouble);
    if (kind !== 'policy' || code === null) return;
    const where = at as RefusedOutcome['at'];
    const refused: RefusedOutcome = {
      kind: 'refused',
      phase: outcome.phase,
      verdict: 'deferred',
      at: where,
      code,
      enhanced,
      text,
    };
    suspended.set(session, [...(suspended.get(session) ?? []), { item, refused, trouble }]);
    if (++policyRun >= POLICY_RUN) releaseWaiting();
  }

  return {
    take,
    /** Messages that nobody has taken. */
    waiting: () => untaken + returned.length,
    add(
      messages: readonly Outgoing<Key>[],
      objectionTo: Batch<Key>['objectionTo'],
      answered: Batch<Key>['answered'],
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
          answered,
          cursor: 0,
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
        if (suspended.has(session)) absolve(session);
      } else if (outcome.kind === 'released' && outcome.trouble?.kind === 'policy') {
        suspend(item, outcome, outcome.trouble, session);
      }
      finish(item, outcome);
    },
    putBack(item: BatchItem<Key>, trouble: SessionTrouble | null): void {
      if (trouble !== null) item.tries++;
      if (item.batch.objection !== null || item.tries >= MOST_TRIES) release(item, trouble);
      else returned.push(item);
    },
    /** Trouble with a session, told to the batch that waits longest, or to the next one. */
    report(trouble: SessionTrouble): void {
      const [first] = batches;
      (first?.trouble ?? untold).push(trouble);
    },
    stop(batch: Batch<Key>, objection: DotObjection): void {
      batch.objection = objection;
      releaseWaiting(batch);
    },
    releaseWaiting: () => releaseWaiting(null),
  };
}
