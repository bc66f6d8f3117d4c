import { sql } from 'kysely';
import type { Books } from '../src/books/books';
import { findIncident, openBooks } from '../src/books/incident-row';
import { createLedger } from '../src/books/migrate';
import { openDatabase } from '../src/books/open-database';
import { findKeyColumn } from '../src/company/key-column';
import type { Incident } from '../src/incident/incident-schema';
import { referenceMapping } from './company/reference-mapping';
import { testIncident } from './notice/test-incident';
import { ownSchema } from './own-schema';
import { beginBooks } from './real-run';

/** Whatever is part of an address or a name below, and of nothing else. */
export const PERSONAL = /addressee\d|customers-mail|Zorlana/i;

/** An incident whose customers are known by their address alone, as of a shop that logs in by it. */
export function keyedByAddress(file: Incident): Incident {
  const { customers, retire } = referenceMapping();
  const table = 'accounts';
  return {
    ...file,
    database: {
      customers: { ...customers, table, key: 'email' },
      retire: retire.map((entry) => ({ ...entry, table, key: 'email' })),
      revoke: [],
      stated: [],
      ignored: [],
    },
  };
}

/** Its table, in a schema that is there. */
export async function makeAccounts(url: string, accounts: number): Promise<void> {
  const { db, companySchema, close } = openDatabase(url, { ledgerExists: false, connections: 1 });
  const table = sql.id(companySchema, 'accounts');
  await sql`CREATE TABLE ${table} (
    email VARCHAR(190) NOT NULL PRIMARY KEY, first_name VARCHAR(100), language VARCHAR(10), created_at DATETIME NOT NULL,
    password_hash VARCHAR(100), password_set_at DATETIME) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4`.execute(db);
  const numbers = Array.from({ length: accounts }, (_, i) => i);
  for (let from = 0; from < accounts; from += 5_000) {
    const rows = numbers
      .slice(from, from + 5_000)
      .map((i) => sql`(${addressOf(i)}, ${`Zorlana ${i}`}, 'en', '2010-01-01', 'hash')`);
    await sql`INSERT INTO ${table} (email, first_name, language, created_at, password_hash) VALUES ${sql.join(rows)}`.execute(
      db,
    );
  }
  await close();
}

/** The address of an account, by its number. */
export function addressOf(account: number): string {
  return `addressee${account}@customers-mail.test`;
}

/** The books of such an incident. */
export async function addressLedger(
  name: string,
  accounts: number,
): Promise<{ books: Books; companySchema: string; drop(): Promise<void> }> {
  const schema = await ownSchema(name);
  const { url, companySchema } = schema;
  const file = keyedByAddress(testIncident());
  await makeAccounts(url, accounts);
  const company = openDatabase(url, { ledgerExists: false, connections: 1 });
  await createLedger(url, await findKeyColumn(company.db, companySchema, file.database));
  await company.close();
  const database = openDatabase(url, { connections: 2 });
  await beginBooks(database, file);
  return {
    books: await openBooks(database, (await findIncident(database.db, file.id))!),
    companySchema,
    drop: async () => {
      await database.close();
      await schema.drop();
    },
  };
}
