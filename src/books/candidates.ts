import { type RawBuilder, sql } from 'kysely';
import { type Company, type CustomerColumn, customerColumn, source } from '../company/company';
import type { RunStatement } from '../company/inspect/run-statements';
import { keyFromSql, type SqlKey } from '../company/key-column';
import { hasChosen } from '../company/passwords';
import type { Receiver } from '../incident/receiver';
import { UNREMINDED } from '../incident/reminder';
import {
  type CustomerId,
  type Disposition,
  type KeyRange,
  type NoticeState,
  SET_ASIDE_ALONE,
} from '../incident/vocabulary';
import { keyOf, type WaveBooks } from './books';
import { isDue, type KnownReceiver } from './receivers';
import { flag, select } from './rows';

/** One customer that is to be told now, as the company's tables have them at this moment. */
export interface Candidate {
  customerId: CustomerId;
  disposition: Disposition;
  /** False: deleted since the cohort was frozen. */
  present: boolean;
  email: string | null;
  name: string | null;
  language: string | null;
  country: string | null;
  region: string | null;
  /** Why this customer gets no reminder; null: gets one, or it is not that wave. */
  unreminded: string | null;
  /** What it has waited since the relay first put it off, as `first_deferred_at` has it (transitions.ts); 0 when it has not. */
  deferredForSeconds: number;
  /** It was set aside while the relay took others. */
  setAsideBefore: boolean;
  /** It was refused for good (5xx) the last time, and put off for it: see settlement.ts. */
  refusedBefore: boolean;
  /** It waits for this receiver; null: for none. */
  waitsFor: Receiver | null;
}

/** A candidate with the state of its row; null when there is none yet. */
export type Booked = Candidate & { state: BookedState };

type BookedState = Extract<NoticeState, 'released' | 'deferred' | 'sending' | 'in_doubt'> | null;
/** `claimable`: may be told now. `unsettled`: has no final answer, whatever it waits for. */
export type Wanted = 'claimable' | 'unsettled';

export async function findCandidates(
  books: WaveBooks,
  range: KeyRange,
  limit: number,
  wanted: Wanted = 'claimable',
  receivers: readonly KnownReceiver[] = [],
): Promise<Booked[]> {
  return select<CandidateRow, Booked>(books.db, candidatesQuery(books, range, limit, wanted, receivers), {
    customerId: keyFromSql,
    present: flag,
    setAsideBefore: flag,
    refusedBefore: flag,
    deferredForSeconds: Number,
  });
}

const states: Record<Wanted, (receivers: readonly KnownReceiver[]) => ReturnType<typeof sql>> = {
  claimable: (receivers) => sql`n.state = 'released' OR (n.state = 'deferred' AND ${isDue(receivers)})`,
  unsettled: () => sql`n.state IN ('released','deferred','sending','in_doubt')`,
};

type CandidateRow = Omit<
  Booked,
  'customerId' | 'present' | 'deferredForSeconds' | 'setAsideBefore' | 'refusedBefore'
> & {
  customerId: SqlKey;
  present: number | string;
  setAsideBefore: number | string;
  refusedBefore: number | string;
  deferredForSeconds: number | string;
};

/**
 * Two answers in one statement: who has no row yet, and whose row is to be sent again (released, or deferred and due). LEFT JOIN
 * of the company's table: a customer deleted meanwhile is skipped with a reason, not lost (I1). It must read no further than
 * the range (its plan is asserted in the tests): a scan from the cohort's beginning would be 24 million rows a claim.
 */
export function candidatesQuery(
  books: Omit<WaveBooks, 'db' | 'messageKey'>,
  range: KeyRange,
  limit: number,
  wanted: Wanted = 'claimable',
  receivers: readonly KnownReceiver[] = [],
): RawBuilder<CandidateRow> {
  const { company, wave, remindAfterSeconds } = books;
  const columnOf = (column: CustomerColumn) => customerColumn(company, column);
  return sql<CandidateRow>`
    SELECT k.customer_id AS customerId, ${columnOf('key')} IS NOT NULL AS present, ${columnOf('email')} AS email, ${columnOf('name')} AS name,
      ${columnOf('language')} AS language, ${columnOf('country')} AS country, ${columnOf('region')} AS region,
      n.state AS state,
      COALESCE(n.reason LIKE ${`${SET_ASIDE_ALONE}%`}, 0) AS setAsideBefore,
      COALESCE(n.state = 'deferred' AND n.reply_code >= 500, 0) AS refusedBefore, n.receiver AS waitsFor,
      COALESCE(TIMESTAMPDIFF(SECOND, n.first_deferred_at,
        LEAST(COALESCE(n.retry_at, n.claimed_at, UTC_TIMESTAMP(3)), UTC_TIMESTAMP(3))), 0) AS deferredForSeconds,
      IF(${hasChosen(company, 'c')} AND k.reappeared_at IS NULL, 'changed_since', k.password) AS disposition,
      ${wave === 'reminder' ? unreminded(company, remindAfterSeconds, 'c') : sql`NULL`} AS unreminded
    FROM cohort k
    LEFT JOIN notices n ON n.incident = k.incident AND n.wave = ${wave}
      AND n.customer_id = k.customer_id AND n.address_role = 'primary'
    ${wave === 'reminder' ? joinNotice : sql``}
    LEFT JOIN ${source(company)} ON ${columnOf('key')} = k.customer_id
    WHERE k.incident = ${books.incident}
      ${range.after === null ? sql`` : sql`AND k.customer_id > ${keyOf(books, range.after)}`}
      AND k.customer_id <= ${keyOf(books, range.upTo)}
      AND (n.state IS NULL OR ${states[wanted](receivers)})
    ORDER BY k.customer_id LIMIT ${limit}`;
}

/** The customer's notice as `t`, beside the cohort as `k`. */
export const joinNotice = sql`
    LEFT JOIN notices t ON t.incident = k.incident AND t.wave = 'notice'
      AND t.customer_id = k.customer_id AND t.address_role = 'primary'`;

/**
 * Why a customer gets no reminder, or NULL; the cohort is `k`, the notice `t`. As the tables are in this
 * transaction: whoever has chosen a new password by now is not reminded. Nor is anybody to whom no notice was sent (the address
 * is no better now), or only lately (an account that came back late).
 */
export function unreminded(
  company: Company,
  remindAfterSeconds: number,
  beside?: 'c',
): RawBuilder<string | null> {
  return sql`CASE WHEN k.password <> 'expired' THEN ${UNREMINDED.notExpired}
        WHEN ${hasChosen(company, beside)} AND k.reappeared_at IS NULL THEN ${UNREMINDED.chosen}
        WHEN t.state IS NULL OR t.state NOT IN ('sent','left') THEN ${UNREMINDED.notSent}
        WHEN t.settled_at > UTC_TIMESTAMP(3) - INTERVAL ${remindAfterSeconds} SECOND THEN ${UNREMINDED.sentLately} END`;
}

/** Customers in a claim, at most. */
export const MOST_IN_A_CLAIM = 200;

/** What a claim asks of the company's tables, for the dry run to EXPLAIN. */
export function claimStatements(company: Company, range: KeyRange): RunStatement[] {
  const { customers, retire } = company.mapping;
  return (['notice', 'reminder'] as const).map((wave) => ({
    doing: wave === 'notice' ? 'claiming who is told next' : 'claiming who is reminded next',
    statement: candidatesQuery({ incident: 0, company, wave, remindAfterSeconds: 0 }, range, MOST_IN_A_CLAIM),
    customersEach: MOST_IN_A_CLAIM,
    aliases: {
      c: customers.table ?? 'the SELECT of the customers',
      t: retire.map(({ table }) => table).join(' or '),
    },
  }));
}
