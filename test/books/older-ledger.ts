import { sql } from 'kysely';
import type { Database } from '../../src/books/open-database';

/** Brings a ledger back to what 0001-ledger.ts had made, with whatever it holds. */
export async function makeOlder({ db, ledgerSchema }: Pick<Database, 'db' | 'ledgerSchema'>): Promise<void> {
  const incidents = sql.id(ledgerSchema, 'incidents');
  await sql`ALTER TABLE ${incidents} DROP CONSTRAINT incidents_hold`.execute(db);
  await sql`ALTER TABLE ${incidents} DROP COLUMN hold_kind`.execute(db);
  await sql`ALTER TABLE ${incidents} DROP CONSTRAINT incidents_delay`.execute(db);
  await sql`ALTER TABLE ${incidents} DROP COLUMN delay_by, DROP COLUMN delay_reason, DROP COLUMN delay_since, DROP COLUMN delay_fence`.execute(
    db,
  );
  const notices = sql.id(ledgerSchema, 'notices');
  await sql`ALTER TABLE ${notices} DROP COLUMN decision`.execute(db);
  await sql`ALTER TABLE ${notices} DROP CONSTRAINT notices_receiver`.execute(db);
  await sql`ALTER TABLE ${notices} DROP COLUMN receiver`.execute(db);
  await sql`DROP TABLE ${sql.id(ledgerSchema, 'receivers')}`.execute(db);
  await sql`DROP TABLE ${sql.id(ledgerSchema, 'relays')}`.execute(db);
  await sql`ALTER TABLE ${sql.id(ledgerSchema, 'claims')} DROP COLUMN relay`.execute(db);
  await sql`ALTER TABLE ${sql.id(ledgerSchema, 'relay_sessions')} DROP COLUMN relay`.execute(db);
  await sql`DROP TABLE ${sql.id(ledgerSchema, 'stand_ins')}`.execute(db);
  await sql`DROP TABLE ${sql.id(ledgerSchema, 'file_versions')}`.execute(db);
  await sql`ALTER TABLE ${incidents} DROP COLUMN version`.execute(db);
  await sql`ALTER TABLE ${sql.id(ledgerSchema, 'claims')} DROP COLUMN version`.execute(db);
  await sql`DELETE FROM ${sql.id(ledgerSchema, 'migrations')} WHERE name <> '0001-ledger'`.execute(db);
}
