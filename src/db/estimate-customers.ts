import { sql } from 'kysely';
import type { DatabaseMapping } from '../incident/incident-schema';
import type { LedgerDatabase } from './open-database';

/** The company's customers as the server's statistics have them, at once at any size. For progress bars only. */
export async function estimateCustomers(
  db: LedgerDatabase,
  companySchema: string,
  mapping: DatabaseMapping,
): Promise<number> {
  const { rows } = await sql<{ customers: string | null }>`
    SELECT TABLE_ROWS AS customers FROM information_schema.TABLES
    WHERE TABLE_SCHEMA = ${companySchema} AND TABLE_NAME = ${mapping.customers.table}`.execute(db);
  return Number(rows[0]?.customers ?? 0);
}
