import { type RawBuilder, sql } from 'kysely';
import type { Receiver } from '../incident/receiver';
import type { NoticeState } from '../incident/vocabulary';

/** `none`: there is no row yet. */
export interface Transition {
  from: readonly (NoticeState | 'none')[];
  to: NoticeState;
}

/** Not settled: it has no outcome, or only the one that nobody knows it. */
const OPEN = ['sending', 'in_doubt'] as const;

/**
 * Every way in which a notice changes its state: no statement writes `state` but by one of these (I2). Drawn in docs/states.md,
 * which names the file of each.
 */
export const TRANSITIONS = {
  /** A claim takes them, with the name and address of this moment. A deferred one only once it is due. */
  claimed: { from: ['none', 'released', 'deferred'], to: 'sending' },
  /** The claim finds that their receiver takes no mail from us now, or that somebody paused it: nothing is sent, and they wait for it. */
  keptBack: { from: ['none', 'released', 'deferred'], to: 'deferred' },
  /** The claim finds that they have waited for a receiver that is aside as long as `retry.forHours` allows. */
  /** The claim finds that nobody can be mailed: no address, no account, no reminder needed. */
  spared: { from: ['none', 'released', 'deferred'], to: 'skipped' },

  // The answer of the relay, or of a dead worker's journal; also one that comes after the lease was over: a late 250 is knowledge.
  /** 2xx to the dot. */
  accepted: { from: OPEN, to: 'sent' },
  /** 5xx about the customer, or a second time; or after `retry.forHours` once more what puts off. */
  refused: { from: OPEN, to: 'failed' },
  /** 4xx; the first 5xx that does not say that it is about the customer; or one session after the other was lost under it, before its dot. */
  putOff: { from: OPEN, to: 'deferred' },
  /** No dot went out, or the relay did not take what it ended: free for the next claim. */
  givenBack: { from: OPEN, to: 'released' },
  /** It cannot go over this wire: the address needs SMTPUTF8, which the relay does not offer. */
  unsendable: { from: OPEN, to: 'skipped' },
  /** A dot went out, and no answer is known: never sent again without a decision. */
  unanswered: { from: OPEN, to: 'in_doubt' },

  /** The lease is over and nobody has settled: maybe a dot went out, maybe not. */
  abandoned: { from: ['sending'], to: 'in_doubt' },
  /** The COMMIT of the claim was not acknowledged, so nothing of it was rendered: no dot can have gone out. */
  unacknowledged: { from: OPEN, to: 'released' },

  // An operator decides, on the record (I6).
  /** Send again, whatever became of the first. */
  resent: { from: ['in_doubt'], to: 'released' },
  /** They are not told again. */
  left: { from: ['in_doubt'], to: 'left' },
  /** The relay refused it, so certainly did not take it: once more. */
  failedRetried: { from: ['failed'], to: 'released' },
  /** What kept it from being sent is fixed: once more. */
  skippedRetried: { from: ['skipped'], to: 'released' },

  // Evidence: the relay's own log, a provider's events.
  /** It shows that the message was taken. */
  provenSent: { from: ['in_doubt'], to: 'sent' },
  /** It is whole and lacks the message, and an operator gave the word. */
  provenAbsent: { from: ['in_doubt'], to: 'released' },

  // `reconcile` after lost commits: rows are written again, or brought to what a journal knows. What is settled stays.
  rebuiltSent: { from: ['none', 'released', 'deferred', 'sending', 'in_doubt'], to: 'sent' },
  rebuiltInDoubt: { from: ['none', 'released', 'deferred', 'sending', 'in_doubt'], to: 'in_doubt' },
  rebuiltReleased: { from: ['none'], to: 'released' },
} as const satisfies Record<string, Transition>;

type Sql = RawBuilder<unknown>;
const now = sql`UTC_TIMESTAMP(3)`;

/** What the relay said for which it is tried again. */
interface PutOff {
  replyCode: number | null;
  replyText: string;
  reason: string;
  retryAfterSeconds: number;
}

/** It waits for a receiver. `giveUpAfterSeconds`: how long in all, from the first deferral on; null: as long as somebody pauses it. */
export interface KeptBack {
  receiver: Receiver;
  reason: string;
  giveUpAfterSeconds: number | null;
}

/**
 * What was due, or claimed and given back, meanwhile has waited for us and not for the relay: that time is taken out of its deferral. What waited
 * for a receiver may be claimed before its time.
 */
const deferredSince = sql`first_deferred_at
      + INTERVAL GREATEST(0, TIMESTAMPDIFF(MICROSECOND, COALESCE(retry_at, claimed_at, ${now}), ${now})) MICROSECOND`;

function putOffColumns(putOff: PutOff): Sql {
  return sql`state = 'deferred', reason = ${putOff.reason}, reply_code = ${putOff.replyCode}, reply_text = ${putOff.replyText},
      settled_at = ${now}, first_deferred_at = COALESCE(first_deferred_at, ${now}),
      retry_at = ${now} + INTERVAL ${putOff.retryAfterSeconds} SECOND`;
}

/** Of one that is paused the time is over at once: so no pause uses up the time that is its own. */
function waitsFor({ receiver, reason, giveUpAfterSeconds }: KeptBack): Sql {
  const retryAt =
    giveUpAfterSeconds === null ? now : sql`first_deferred_at + INTERVAL ${giveUpAfterSeconds} SECOND`;
  return sql`first_deferred_at = COALESCE(${deferredSince}, ${now}), state = 'deferred', receiver = ${receiver}, reason = ${reason},
      settled_at = ${now}, retry_at = ${retryAt}`;
}

/** What a notice needs to be in a state, as the CHECKs of the table demand it (migrations/0001-ledger.ts). */
const COLUMNS = {
  // First, since each column is set by what those before it are by then.
  sending: (claim: { claimId: string; address: string; contentHash: Buffer }) =>
    sql`first_deferred_at = ${deferredSince}, receiver = NULL,
      state = 'sending', reason = NULL, claim_id = ${claim.claimId}, attempt = attempt + 1, address = ${claim.address},
      content_hash = ${claim.contentHash}, claimed_at = ${now}, settled_at = NULL, retry_at = NULL`,
  in_doubt: () => sql`state = 'in_doubt', settled_at = NULL, retry_at = NULL, receiver = NULL`,
  sent: (sent: { replyCode: number; queueId: string | null | Sql; settledAt?: Sql }) =>
    sql`state = 'sent', reply_code = ${sent.replyCode}, queue_id = ${sent.queueId}, settled_at = ${sent.settledAt ?? now},
      retry_at = NULL, receiver = NULL`,
  failed: (refusal: { replyCode: number | null; replyText: string; reason: string }) =>
    sql`state = 'failed', reason = ${refusal.reason}, reply_code = ${refusal.replyCode}, reply_text = ${refusal.replyText},
      settled_at = ${now}, retry_at = NULL, receiver = NULL`,
  deferred: (putOff: PutOff | KeptBack) => ('receiver' in putOff ? waitsFor(putOff) : putOffColumns(putOff)),
  /** `decision`: the number of the operator's. Its deferral then begins anew, or what was given up is given up at its first 4xx. */
  released: ({ decision }: { decision?: Sql } = {}) =>
    sql`state = 'released', claim_id = NULL, settled_at = ${now}
      ${decision === undefined ? sql`` : sql`, decision = ${decision}, first_deferred_at = NULL`}`,
  skipped: (skip: { reason: string }) =>
    sql`state = 'skipped', reason = ${skip.reason}, settled_at = ${now}, retry_at = NULL, receiver = NULL`,
  left: (leave: { reason: string }) => sql`state = 'left', reason = ${leave.reason}, settled_at = ${now}`,
} satisfies Record<NoticeState, (...facts: never[]) => Sql>;

/** Goes after SET: the new state, with the columns that it needs. */
export function moveTo<T extends Transition>(
  { to }: T,
  ...facts: Parameters<(typeof COLUMNS)[T['to']]>
): Sql {
  const columns: (...facts: never[]) => Sql = COLUMNS[to];
  return columns(...(facts as never[]));
}

/** Goes after WHERE: the states from which it may be moved. Where there is no row, the primary key sees to it. */
export function movableBy({ from }: Transition): RawBuilder<boolean> {
  const states = from.filter((state) => state !== 'none');
  if (states.length === 0) return sql<boolean>`FALSE`;
  return sql<boolean>`state IN (${sql.join(states.map((state) => sql.lit(state)))})`;
}
