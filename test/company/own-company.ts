import { randomUUID } from 'node:crypto';
import { type RawBuilder, sql } from 'kysely';
import { createReferenceSchema } from '../../scripts/seed/reference-schema';
import type { Books } from '../../src/books/books';
import { takeLane } from '../../src/books/claim';
import { companyOf } from '../../src/books/incident-row';
import { findLedger } from '../../src/books/ledger-identity';
import { createLedger } from '../../src/books/migrate';
import { type Database, openDatabase } from '../../src/books/open-database';
import type { Company } from '../../src/company/company';
import { type ExpiryCounts, expireRange } from '../../src/company/expire-range';
import { findKeyColumn } from '../../src/company/key-column';
import { planRanges } from '../../src/company/next-ranges';
import { databaseSchema } from '../../src/incident/database-schema';
import type { KeyRange } from '../../src/incident/vocabulary';
import { testIncident } from '../notice/test-incident';
import { ownSchema } from '../own-schema';
import { type MappingInput, referenceMapping } from './reference-mapping';

export const CUTOFF = '2012-01-15T23:00:00Z';
export const BEFORE = '2011-06-01 10:00:00';
export const AFTER = '2012-01-15 23:30:00';
export const INCIDENT = 1;

/** A company's tables and an empty ledger beside them, for one test file. */
export interface OwnCompany extends Company {
  database: Database;
  books: Books;
  url: string;
  ledgerId: string;
  run(statement: RawBuilder<unknown>): Promise<void>;
  rows<T>(statement: RawBuilder<T>): Promise<T[]>;
  /** Into one of the company's tables; each row gives the columns that it needs. */
  insert(table: string, rows: Record<string, unknown>[]): Promise<void>;
  table(name: string): RawBuilder<unknown>;
  expire(range?: KeyRange, lane?: string, cutoff?: string): Promise<ExpiryCounts>;
  /** Everything, in ranges of so many. */
  expireAll(size: number): Promise<ExpiryCounts>;
  drop(): Promise<void>;
}

/** Three customers of the reference schema, 1 to 3, with a password from before the cutoff. */
export const THREE_CUSTOMERS = [1, 2, 3].map((id) => ({
  id,
  email: `c${id}@mail.test`,
  created_at: BEFORE,
  password_hash: `hash-${id}`,
  password_set_at: BEFORE,
}));

/**
 * @param make own CREATE TABLE statements, %s standing for the quoted schema; without, the reference schema.
 */
export async function ownCompany(
  name: string,
  { mapping, make }: { mapping?: MappingInput; make?: string[] } = {},
): Promise<OwnCompany> {
  const schema = await ownSchema(name);
  const parsed = databaseSchema.parse(mapping ?? referenceMapping());
  const { companySchema } = schema;
  const server = openDatabase(schema.url, { ledgerExists: false, connections: 1 });
  if (make) {
    for (const statement of make) {
      await sql.raw(statement.replaceAll('%s', `\`${companySchema}\``)).execute(server.db);
    }
  } else await createReferenceSchema(server.db, companySchema);
  const keyColumn = await findKeyColumn(server.db, companySchema, parsed);
  await server.close();
  await createLedger(schema.url, keyColumn);
  const database = openDatabase(schema.url, { connections: 10 });
  const { db } = database;
  const company = await companyOf(database, { ...testIncident(), cutoff: CUTOFF, database: parsed });
  const expire: OwnCompany['expire'] = async (range, lane = 'expire-1', cutoff = CUTOFF) => {
    const laneToken = randomUUID();
    await takeLane({ db, incident: INCIDENT }, lane, laneToken);
    const whole =
      range ?? (await planRanges(db, { source: company, keyColumn, after: null, size: 1e6, count: 1 }))[0];
    return expireRange(
      db,
      { ...company, cutoff: Date.parse(cutoff) },
      { incident: INCIDENT, lane, laneToken, range: whole! },
    );
  };
  return {
    ...company,
    database,
    books: { db, incident: INCIDENT, company, messageKey: Buffer.alloc(32) },
    url: schema.url,
    ledgerId: (await findLedger(database))!.id,
    run: async (statement) => void (await statement.execute(db)),
    rows: async (statement) => (await statement.execute(db)).rows,
    table: (table) => sql`${sql.id(companySchema, table)}`,
    insert: async (table, rows) => {
      for (const row of rows) {
        const names = sql.join(Object.keys(row).map((column) => sql.id(column)));
        await sql`INSERT INTO ${sql.id(companySchema, table)} (${names}) VALUES (${sql.join(Object.values(row))})`.execute(
          db,
        );
      }
    },
    expire,
    expireAll: async (size) => {
      const sum: ExpiryCounts = { expired: 0, changed_since: 0, none: 0, revoked: 0 };
      for (const range of await planRanges(db, {
        source: company,
        keyColumn,
        after: null,
        size,
        count: 1e6,
      })) {
        const counts = await expire(range);
        for (const key of Object.keys(sum) as (keyof ExpiryCounts)[]) sum[key] += counts[key];
      }
      return sum;
    },
    drop: async () => {
      await database.close();
      await schema.drop();
    },
  };
}
