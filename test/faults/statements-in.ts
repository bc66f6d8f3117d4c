import { sql } from 'kysely';
import type { Database } from '../../src/books/open-database';

/** What the server does in this ledger at this moment, waiting for locks included. */
export async function statementsIn({ db, ledgerSchema }: Database): Promise<string[]> {
  const { rows } = await sql<{ db: string | null; Info: string | null }>`SHOW FULL PROCESSLIST`.execute(db);
  return rows.flatMap(({ db: schema, Info }) => (schema === ledgerSchema && Info !== null ? [Info] : []));
}
