import { type RawBuilder, sql } from 'kysely';
import type { Company } from '../company/company';
import { hasChosen } from '../company/passwords';
import { UNREMINDED } from '../incident/reminder';

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
