import type { Outcome, Outgoing, SessionTrouble } from './outcome';

/** One message on its way. */
export interface Sendable {
  message: Outgoing;
  /** It may be what ends sessions: it goes step by step, as the first of one. */
  suspected: boolean;
}

/** Where a session gets its work and leaves what became of it. All calls are synchronous. */
export interface Feed<Item extends Sendable> {
  /** The next message, or null for now. @param isFresh the session has had none yet. */
  take(isFresh: boolean): Item | null;
  /** What has waited longest waits for a session that has had none yet, and none is on its way. */
  wantsFresh(): boolean;
  /** Asked immediately before each write that holds this item's content and final dot; false: no dot, it is put back, drop the connection. */
  mayDot(item: Item, content: Buffer): boolean;
  settle(item: Item, outcome: Outcome): void;
  /**
   * It was not taken, and is somebody else's now.
   * @param trouble what the session met then, perhaps for this item. @param isItsOwn surely for none other in this session.
   */
  putBack(item: Item, trouble: SessionTrouble | null, isItsOwn?: boolean): void;
  /**
   * Once, ahead of the outcomes that the end decides. `trouble` is null for an end that is nobody's fault (limit,
   * idle time-out, no more dots). `under`: the item that is put back for it. `parting` resolves when the relay has answered our QUIT,
   * where we said it.
   */
  ended(trouble: SessionTrouble | null, end: { under: Item | null; parting: Promise<void> | null }): void;
}
