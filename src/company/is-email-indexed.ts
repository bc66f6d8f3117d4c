import { type QueryExecutorProvider, sql } from 'kysely';
import type { DatabaseMapping } from '../incident/database-schema';

/** Whether an index begins with the customers' address: without one a lookup by address reads the whole table. Of a view or a SELECT nobody knows. */
export async function isEmailIndexed(
  db: QueryExecutorProvider,
  companySchema: string,
  { customers }: DatabaseMapping,
): Promise<boolean> {
  const { rows } = await sql`
    SELECT 1 FROM information_schema.STATISTICS
    WHERE TABLE_SCHEMA = ${companySchema} AND TABLE_NAME = ${customers.table ?? ''} AND COLUMN_NAME = ${customers.email}
      AND SEQ_IN_INDEX = 1 LIMIT 1`.execute(db);
  return rows.length > 0;
}
