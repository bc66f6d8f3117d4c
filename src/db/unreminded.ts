import { type RawBuilder, sql } from 'kysely';
import type { DatabaseMapping } from '../incident/incident-schema';
import { UNREMINDED } from '../incident/reminder';
import { hasPassword } from './company-tables';

/** The customer's notice as `t`, beside the cohort as `k`. */
export const joinNotice = sql`
    LEFT JOIN notices t ON t.incident = k.incident AND t.wave = 'notice'
      AND t.customer_id = k.customer_id AND t.address_role = 'primary'`;

/**
 * Why a customer gets no reminder, or NULL; the cohort is `k`, the notice `t`, the company's row `c`. As the tables are in this
 * transaction: whoever has chosen a new password by now is not reminded. Nor is anybody to whom no notice was sent (the address
 * is no better now), or only lately (an account that came back late).
 */
export function unreminded(mapping: DatabaseMapping, remindAfterSeconds: number): RawBuilder<string | null> {
  return sql`CASE WHEN k.password <> 'expired' THEN ${UNREMINDED.notExpired}
        WHEN ${hasPassword(mapping, 'c')} THEN ${UNREMINDED.chosen}
        WHEN t.state IS NULL OR t.state NOT IN ('sent','left') THEN ${UNREMINDED.notSent}
        WHEN t.settled_at > UTC_TIMESTAMP(3) - INTERVAL ${remindAfterSeconds} SECOND THEN ${UNREMINDED.sentLately} END`;
}
