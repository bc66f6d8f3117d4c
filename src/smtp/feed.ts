import type { Outcome, Outgoing, SessionTrouble } from './outcome';

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
