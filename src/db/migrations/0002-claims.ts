import { type Kysely, type Migration, sql } from 'kysely';
import { WAVES } from '../../incident/vocabulary';

/**
 * A claim says of which wave its rows are, so that an abandoned one is settled whatever wave is asked about; and it is found by
 * its token, which stays its own where a restored server gives its number away again.
 */
export const claimsMigration: Migration = {
  async up(db: Kysely<unknown>) {
    const waves = sql.raw(`ENUM(${WAVES.map((wave) => `'${wave}'`).join(',')})`);
    await sql`
      ALTER TABLE claims ADD COLUMN wave ${waves} NOT NULL DEFAULT 'notice' AFTER incident,
        ADD KEY claims_token (token)`.execute(db);
  },
};
