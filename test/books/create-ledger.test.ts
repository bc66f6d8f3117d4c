import { sql } from 'kysely';
import { findLedger } from '../../src/books/ledger-identity';
import { createLedger } from '../../src/books/migrate';
import { type Database, openDatabase } from '../../src/books/open-database';
import { DISPOSITIONS, NOTICE_STATES, PHASES, WAVES } from '../../src/incident/vocabulary';
import { type OwnSchema, ownSchema } from '../own-schema';
import { bigintKey } from './own-ledger';

let schema: OwnSchema;
let database: Database;

beforeAll(async () => {
  schema = await ownSchema('create-ledger');
  database = openDatabase(schema.url, { connections: 2 });
});

afterAll(async () => {
  await database.close();
  await schema.drop();
});

test('there is no ledger before it is made', async () => {
  expect(await findLedger(database)).toBeNull();
});

test('several that make it at once leave one identity, which stays', async () => {
  await Promise.all(Array.from({ length: 4 }, () => createLedger(schema.url, bigintKey)));
  const made = await findLedger(database);
  expect(made?.id).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  const key = await fingerprintKey();
  expect(key).toHaveLength(32);
  await createLedger(schema.url, bigintKey);
  expect(await findLedger(database)).toEqual(made);
  expect(await fingerprintKey()).toEqual(key);
});

test.each([
  ['incidents', 'phase', PHASES],
  ['cohort', 'password', DISPOSITIONS],
  ['claims', 'wave', WAVES],
  ['notices', 'wave', WAVES],
  ['notices', 'state', NOTICE_STATES],
])('%s.%s takes exactly the words of the vocabulary', async (table, column, words) => {
  const { rows } = await sql<{ type: string }>`
    SELECT COLUMN_TYPE AS type FROM information_schema.COLUMNS
    WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = ${table} AND COLUMN_NAME = ${column}`.execute(
    database.db,
  );
  expect(rows[0]!.type).toBe(`enum(${words.map((word) => `'${word}'`).join(',')})`);
});

async function fingerprintKey(): Promise<Buffer> {
  const { rows } = await sql<{ key: Buffer }>`SELECT fingerprint_key AS \`key\` FROM ledger`.execute(
    database.db,
  );
  return rows[0]!.key;
}
