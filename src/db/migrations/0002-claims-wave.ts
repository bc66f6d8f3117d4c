import { type Kysely, type Migration, sql } from 'kysely';
import { WAVES } from '../../incident/vocabulary';

/** A claim says of which wave its rows are: an abandoned one is settled without being asked about a wave. */
export const claimsWaveMigration: Migration = {
  async up(db: Kysely<unknown>) {
    const waves = sql.raw(`ENUM(${WAVES.map((wave) => `'${wave}'`).join(',')})`);
    await sql`ALTER TABLE claims ADD COLUMN wave ${waves} NOT NULL DEFAULT 'notice' AFTER incident`.execute(
      db,
    );
  },
};
