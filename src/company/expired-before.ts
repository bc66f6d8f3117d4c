import { type RawBuilder, sql } from 'kysely';

/** The cohorts of incidents before this one, in this server's ledger. */
export interface EarlierCohorts {
  ledgerSchema: string;
  /** Our numbers of these incidents. */
  incidents: number[];
}

/**
 * Whether an earlier incident expired this customer's password: who has chosen none since is `expired` in this one too, not without a
 * password (C78).
 */
export function wasExpiredBefore(
  earlier: EarlierCohorts | null,
  customer: RawBuilder<unknown>,
): RawBuilder<boolean> {
  if (earlier === null || earlier.incidents.length === 0) return sql<boolean>`FALSE`;
  return sql<boolean>`EXISTS (SELECT 1 FROM ${sql.id(earlier.ledgerSchema, 'cohort')} b
      WHERE b.incident IN (${sql.join(earlier.incidents)}) AND b.customer_id = ${customer} AND b.password = 'expired')`;
}
