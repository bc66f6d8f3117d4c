import type {
  DotObjection,
  DotQuestion,
  Outcome,
  Outgoing,
  RefusedOutcome,
  SendResult,
  SessionTrouble,
} from './outcome';

/** One message on its way, and the sessions that were lost while it waited for its dot. */
export interface Sendable {
  message: Outgoing;
  lost: readonly SessionTrouble[];
}

/** Where a session gets its work and leaves what became of it. All calls are synchronous. */
export interface Feed<Item extends Sendable> {
  /** The next message, or null for now. @param isFresh the session has had none yet. */
  take(isFresh: boolean): Item | null;
  /** What has waited longest waits for a session that has had none yet. */
  wantsFresh(): boolean;
  /** Asked immediately before each write that holds this item's content and final dot; false: no dot, drop the connection. */
  mayDot(item: Item, content: Buffer): boolean;
  settle(item: Item, outcome: Outcome): void;
  /**
   * The session ends before this item's dot: it is somebody else's now.
   * @param trouble it was lost, perhaps for this item. @param isItsOwn surely for none other in this session.
   */
  putBack(item: Item, trouble: SessionTrouble | null, isItsOwn?: boolean): void;
  /**
   * Once, ahead of the outcomes that the end decides. `trouble` is null for an end that is nobody's fault (limit,
   * idle time-out, no more dots). `under`: an item is put back for it. `parting` resolves when the relay has answered our QUIT,
   * where we said it.
   */
  ended(trouble: SessionTrouble | null, end: { under: boolean; parting: Promise<void> | null }): void;
}

export interface BatchItem<Key> extends Sendable {
  message: Outgoing<Key>;
  batch: Batch<Key>;
  index: number;
  lost: SessionTrouble[];
  /** Acceptances of the sender when the first of them was lost. */
  acceptedBefore: number;
}

/** Who hears of a batch what happens to it, while it is under way. */
export interface Hearing<Key> {
  /** Once for each dot. */
  answered(message: Outgoing<Key>, outcome: Outcome): void;
  /** Once for each outcome that a session had. @returns why nothing further of this batch may be sent; null: it may. */
  told(outcome: Outcome): DotObjection | null;
}

export interface Batch<Key> {
  messages: readonly Outgoing<Key>[];
  objectionTo: (question: DotQuestion<Key>) => DotObjection | null;
  hearing: Hearing<Key>;
  /** The first message not yet taken. */
  cursor: number;
  /** Under whom a session was lost: tried again after all others, as the first of a session, since others may have had their share. */
  suspects: BatchItem<Key>[];
  /** Under whom the second one was, too. */
  setAside: BatchItem<Key>[];
  unsettled: number;
  /** Why the caller allows no more dots; null: it does. */
  objection: DotObjection | null;
  outcomes: Outcome[];
  trouble: SessionTrouble[];
  resolve: (result: SendResult) => void;
}

/** After so many lost sessions, the last of which it had for itself, it is the message that kills them, or what is said to it. */
const MOST_LOST_SESSIONS = 2;
/** Where so many wait they come first: else, where there are only such, nobody would ever be set aside. */
const MOST_SUSPECTS = 3;
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
  let accepted = 0;
  let untaken = 0;

  function finish(item: BatchItem<Key>, outcome: Outcome): void {
    const { batch } = item;
    batch.outcomes[item.index] = outcome;
    if (--batch.unsettled > 0) return;
    batches.delete(batch);
    const { outcomes, objection } = batch;
    // Where it has taken others since, the relay is not at fault.
    const excused = new Set(
      batch.setAside.flatMap(({ lost, acceptedBefore }) => (accepted > acceptedBefore ? lost : [])),
    );
    const trouble = batch.trouble.filter((told) => !excused.has(told));
    batch.resolve({ outcomes, trouble, objection });
  }

  function take(isFresh: boolean): BatchItem<Key> | null {
    const again = returned.pop();
    if (again !== undefined) return again;
    for (const batch of batches) {
      const { suspects } = batch;
      const isLeft = batch.cursor < batch.messages.length;
      if (isLeft && (!isFresh || suspects.length < MOST_SUSPECTS)) return takeNext(batch);
      const suspect = isFresh ? suspects.shift() : undefined;
      if (suspect !== undefined) return suspect;
    }
    return null;
  }

  function takeNext(batch: Batch<Key>): BatchItem<Key> {
    const index = batch.cursor++;
    untaken--;
    return { message: batch.messages[index]!, batch, index, lost: [], acceptedBefore: 0 };
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
      for (const suspect of batch.suspects.splice(0)) release(suspect, suspect.lost.at(-1)!);
      while (batch.cursor < batch.messages.length) release(takeNext(batch), null);
    }
  }

  function giveBack(item: BatchItem<Key>): void {
    if (item.lost.length > 0) item.batch.suspects.push(item);
    else returned.push(item);
  }

  function stop(batch: Batch<Key>, objection: DotObjection): void {
    batch.objection = objection;
    releaseWaiting(batch);
  }

  function setAside(item: BatchItem<Key>): void {
    item.batch.setAside.push(item);
    const last = item.lost.at(-1)!;
    const at = last.at as RefusedOutcome['at'];
    finish(item, {
      kind: 'set-aside',
      phase: 'before-dot',
      at,
      text: `${item.lost.length} sessions were lost: ${last.text}`,
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

  function suspected(): number {
    let count = 0;
    for (const { suspects } of batches) count += suspects.length;
    return count;
  }

  return {
    take,
    /** Messages that nobody has taken. */
    waiting: () => untaken + returned.length + suspected(),
    wantsFresh() {
      const [oldest] = batches;
      if (oldest === undefined || returned.length > 0) return false;
      return oldest.cursor === oldest.messages.length && oldest.suspects.length > 0;
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
        accepted++;
        if (suspended.has(session)) absolve(session);
      } else if (outcome.kind === 'released' && outcome.trouble?.kind === 'policy') {
        suspend(item, outcome, outcome.trouble, session);
      }
      const { batch } = item;
      const objection = batch.objection === null ? batch.hearing.told(outcome) : null;
      finish(item, outcome);
      if (objection !== null) stop(batch, objection);
    },
    putBack(item: BatchItem<Key>, trouble: SessionTrouble | null, isItsOwn = false): void {
      if (trouble !== null && item.lost.push(trouble) === 1) item.acceptedBefore = accepted;
      if (item.batch.objection !== null) release(item, trouble);
      else if (trouble === null) giveBack(item);
      else if (item.lost.length < MOST_LOST_SESSIONS) item.batch.suspects.push(item);
      else if (isItsOwn) setAside(item);
      else release(item, trouble);
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
