import type { BatchItem } from './batch-queue';
import type { SmtpSession } from './open-session';
import type { Transmission } from './transmit';

/** One of the sessions that a sender may have open, and how it stands. */
export interface Slot<Key> {
  number: number;
  /**
   * `unused`: open, and not on record, since others took all there was: a session on record by which nobody was told keeps a log from
   * proving anything (session-proof.ts). `parting`: the relay has not answered our QUIT yet, and counts the session as one of ours.
   */
  state: 'closed' | 'opening' | 'unused' | 'open' | 'parting';
  unused: UnusedSession | null;
  transmission: Transmission | null;
  /** Its dot went out on this session, and no answer is known yet. */
  dotted: BatchItem<Key> | null;
  /** Not opened again for the batches at hand. */
  out: boolean;
  /** Sessions in a row that were lost without one message accepted. */
  fruitless: number;
}

/** From when it began to be opened to when it could be used, as performance.now() tells it. */
export interface UnusedSession {
  session: SmtpSession;
  connectingAt: number;
  openedAt: number;
}

export function closedSlot<Key>(number: number): Slot<Key> {
  return {
    ...{ number, state: 'closed', unused: null, transmission: null },
    ...{ dotted: null, out: false, fruitless: 0 },
  };
}
