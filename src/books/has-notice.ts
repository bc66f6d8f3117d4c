import { sql } from 'kysely';
import { type KeyColumn, keyToSql } from '../company/key-column';
import type { CustomerId, Wave } from '../incident/vocabulary';
import type { LedgerDatabase } from './open-database';

/** Whether this customer of the cohort has a row in the ledger. */
export async function hasNotice(
  db: LedgerDatabase,
  incident: number,
  wave: Wave,
  keyColumn: KeyColumn,
  customerId: CustomerId,
): Promise<boolean> {
  const { rows } = await sql`
    SELECT 1 FROM notices
    WHERE incident = ${incident} AND wave = ${wave} AND customer_id = ${keyToSql(keyColumn, customerId)}
      AND address_role = 'primary'`.execute(db);
  return rows.length > 0;
}
