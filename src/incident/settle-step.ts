import type { ReceiverSeen } from './receiver';
import type { NoticeState } from './vocabulary';

/** The books as `surveyNotices` counts them. */
export interface BooksSeen {
  missing: number;
  due: number;
  nextRetryAt: string | null;
  notices: Partial<Record<NoticeState, number>>;
  receivers?: Pick<ReceiverSeen, 'state'>[];
}

export type SettleStep =
  | { kind: 'close' }
  /** Every customer has had a row by now: the ledger has lost some, and whom they told is not known here. */
  | { kind: 'rows-missing'; count: number }
  /** So many customers can be told now. */
  | { kind: 'pass'; tellable: number }
  /** `retryAt`: when the first deferred notice is due; null: for claims that still run, or until somebody resumes a receiver. */
  | { kind: 'wait'; milliseconds: number; retryAt: string | null }
  | { kind: 'in-doubt'; count: number }
  | { kind: 'no-progress'; tellable: number };

/** Look again at least so often: `retry` and `settle` change the books meanwhile. */
const LONGEST_WAIT = 15 * 60_000;
/** Claims that still run end by themselves. */
const CLAIM_WAIT = 5_000;

/**
 * What settles the rest, in this order: miss nobody's row, tell whom we can, wait for claims and deferred notices, ask about those in doubt.
 * @param settled customers whom the pass just before this survey brought to an answer; null: there was no pass.
 */
export function nextStep(books: BooksSeen, now: number, settled: number | null): SettleStep {
  const { released = 0, sending = 0, deferred = 0, in_doubt = 0 } = books.notices;
  if (books.missing > 0) return { kind: 'rows-missing', count: books.missing };
  const tellable = released + books.due;
  if (tellable > 0) {
    return { kind: settled === 0 ? 'no-progress' : 'pass', tellable };
  }
  if (sending > 0) return { kind: 'wait', milliseconds: CLAIM_WAIT, retryAt: null };
  if (deferred > 0) {
    // All of them may wait for receivers that somebody has paused.
    const isPaused = books.receivers?.some(({ state }) => state === 'paused') ?? false;
    const later = isPaused ? now + LONGEST_WAIT : now;
    const due = books.nextRetryAt === null ? later : Date.parse(books.nextRetryAt);
    const milliseconds = Math.min(LONGEST_WAIT, Math.max(1_000, due - now));
    return { kind: 'wait', milliseconds, retryAt: books.nextRetryAt };
  }
  return in_doubt > 0 ? { kind: 'in-doubt', count: in_doubt } : { kind: 'close' };
}
