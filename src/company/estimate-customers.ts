import { type QueryExecutorProvider, sql } from 'kysely';
import type { DatabaseMapping } from '../incident/database-schema';

/** The company's customers as the server's statistics have them, at once at any size. For progress bars only. */
export async function estimateCustomers(
  db: QueryExecutorProvider,
  companySchema: string,
  { customers, retire }: DatabaseMapping,
): Promise<number> {
  const { rows } = await sql<{ customers: string | null }>`
    SELECT TABLE_ROWS AS customers FROM information_schema.TABLES
    WHERE TABLE_SCHEMA = ${companySchema} AND TABLE_NAME IN (${customers.table ?? ''}, ${retire[0]!.table})`.execute(
    db,
  );
  return Math.max(0, ...rows.map((row) => Number(row.customers ?? 0)));
}
