import { type Kysely, type Migration, sql } from 'kysely';
import { PHASES } from '../../incident/vocabulary';

/** The phase in which the reminder wave goes out. */
export const remindMigration: Migration = {
  async up(db: Kysely<unknown>) {
    const phases = sql.raw(`ENUM(${PHASES.map((phase) => `'${phase}'`).join(',')})`);
    await sql`ALTER TABLE incidents MODIFY phase ${phases} NOT NULL`.execute(db);
  },
};
