import { sql } from 'kysely';
import { openDatabase } from '../../src/books/open-database';

/** Of each hundred customers whose password was expired, so many have a new one by the time of the reminder. */
const OF_A_HUNDRED = 95;

/** Plays the company's customers after the notice, in the tables that the demo itself has made. @returns how many chose. */
export async function choosePasswords(databaseUrl: string): Promise<number> {
  const { db, companySchema, close } = openDatabase(databaseUrl, { connections: 1 });
  try {
    const { numAffectedRows } = await sql`
      UPDATE ${sql.id(companySchema, 'customers')} SET password_hash = CONCAT('chosen-', id), password_set_at = UTC_TIMESTAMP()
      WHERE password_set_at IS NOT NULL AND password_hash IS NULL AND id % 100 < ${OF_A_HUNDRED}`.execute(db);
    return Number(numAffectedRows);
  } finally {
    await close();
  }
}
