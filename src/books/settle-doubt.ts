import { type RawBuilder, sql } from 'kysely';
import { keyFromSql, type SqlKey } from '../company/key-column';
import { cutText } from '../incident/cut-text';
import type { CustomerId, Wave } from '../incident/vocabulary';
import { appendAudit, nextNumber } from './audit-chain';
import { type BareBooks, type Books, keyOf, transaction } from './books';
import { lockOpenIncident } from './incident-decisions';
import { changeNotices } from './reopen-notices';
import { affected, select, sqlTime } from './rows';
import { movableBy, moveTo, TRANSITIONS, type Transition } from './transitions';

export interface InDoubt {
  customerId: CustomerId;
  /** UTC, as the database has it. */
  claimedAt: string;
}

/** Who may or may not have been told, at most `limit`, in key order. */
export async function listInDoubt(
  { db, incident }: BareBooks,
  wave: Wave,
  limit: number,
): Promise<InDoubt[]> {
  return select<{ customerId: SqlKey; claimedAt: string }, InDoubt>(
    db,
    sql`
      SELECT customer_id AS customerId, claimed_at AS claimedAt FROM notices
      WHERE incident = ${incident} AND wave = ${wave} AND state = 'in_doubt' ORDER BY customer_id LIMIT ${limit}`,
    { customerId: keyFromSql },
  );
}

export interface InDoubtDecision {
  /** `resend`: send it again, whatever became of the first. `leave`: they are not told again. */
  decision: 'resend' | 'leave';
  by: string;
  reason: string;
  /** One customer only; without it everybody in doubt. */
  customerId?: CustomerId;
}

/** Carries out what an operator decided for those in doubt, on the record (I2, I6). Returns how many it was about. */
export async function decideInDoubt(
  books: Books,
  wave: Wave,
  { decision, by, reason, customerId }: InDoubtDecision,
): Promise<number> {
  const { resent, left } = TRANSITIONS;
  return changeNotices(books, wave, {
    which: customerId === undefined ? sql`` : sql`AND customer_id = ${keyOf(books, customerId)}`,
    ...(decision === 'resend'
      ? { transition: resent, change: moveTo(resent, { decision: nextNumber(books) }) }
      : { transition: left, change: moveTo(left, { reason: 'left in doubt' }) }),
    entry: { who: by, action: `in-doubt-${decision}`, detail: { reason } },
  });
}

/** Whom a verdict is about; it holds only while they are in doubt under this claim. */
export interface InDoubtRef {
  customerId: CustomerId;
  claimId: string;
}

export interface Accepted extends InDoubtRef {
  queueId: string | null;
  /** When the relay took it, by the database's clock; null: the evidence has no time. */
  acceptedMs: number | null;
  by: 'log' | 'events';
}

/** Who weighed the evidence, and what it was: counts, files with their hashes. No personal data. */
export interface EvidenceEntry {
  by: string;
  detail: Record<string, unknown>;
}

/** `lookup` tells by these words how we know. */
export const SETTLED_FROM = { log: 'settled from log', events: 'settled from events' } as const;

/**
 * Books as sent those in doubt of whom the relay's own log, or a provider's events, show that it took their message (I2, I6). Whoever
 * was decided otherwise meanwhile, or is in doubt under another claim, stays as they are. Returns how many it booked.
 * @throws IncidentOverError
 */
export async function settleAccepted(
  books: Books,
  wave: Wave,
  accepted: Accepted[],
  entry: EvidenceEntry,
): Promise<number> {
  const { provenSent } = TRANSITIONS;
  return settleEach(books, wave, accepted, {
    transition: provenSent,
    entry: { ...entry, action: 'in-doubt-accepted' },
    change: ({ acceptedMs, queueId, by }) => {
      const at = acceptedMs === null ? sql`UTC_TIMESTAMP(3)` : sql`${sqlTime(acceptedMs)}`;
      const settledAt = sql`GREATEST(claimed_at, LEAST(UTC_TIMESTAMP(3), ${at}))`;
      const sent = moveTo(provenSent, {
        replyCode: 250,
        queueId: queueId === null ? null : cutText(queueId, 64),
        settledAt,
      });
      return sql`${sent}, reason = ${SETTLED_FROM[by]}`;
    },
  });
}

/**
 * Releases those whom the evidence calls absent, by an operator's word: sent again, with the same Message-ID. Returns how many.
 * @throws IncidentOverError
 */
export async function releaseAbsent(
  books: Books,
  wave: Wave,
  absent: InDoubtRef[],
  entry: EvidenceEntry,
): Promise<number> {
  const { provenAbsent } = TRANSITIONS;
  return settleEach(books, wave, absent, {
    transition: provenAbsent,
    entry: { ...entry, action: 'in-doubt-absent' },
    change: () => moveTo(provenAbsent, { decision: nextNumber(books) }),
  });
}

interface Verdict<J extends InDoubtRef> {
  transition: Transition;
  entry: EvidenceEntry & { action: string };
  change(judged: J): RawBuilder<unknown>;
}

/** A statement for each: those in doubt are few, and each has a queue id and a time of its own. */
async function settleEach<J extends InDoubtRef>(
  books: Books,
  wave: Wave,
  judged: J[],
  { transition, entry: { by, action, detail }, change }: Verdict<J>,
): Promise<number> {
  let changed = 0;
  for (let from = 0; from < judged.length; from += AT_ONCE) {
    changed += await transaction(books, async (decided) => {
      await lockOpenIncident(decided);
      let customers = 0;
      for (const doubtful of judged.slice(from, from + AT_ONCE)) {
        customers += affected(
          await sql`
            UPDATE notices SET ${change(doubtful)}
            WHERE incident = ${books.incident} AND wave = ${wave} AND address_role = 'primary'
              AND customer_id = ${keyOf(books, doubtful.customerId)}
              AND claim_id = ${doubtful.claimId} AND ${movableBy(transition)}`.execute(decided.db),
        );
      }
      if (customers > 0) await appendAudit(decided, { who: by, action, detail: { customers, ...detail } });
      return customers;
    });
  }
  return changed;
}

/** The incident's row is locked for so many statements. */
const AT_ONCE = 200;
