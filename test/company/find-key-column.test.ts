import { sql } from 'kysely';
import { type Database, openDatabase } from '../../src/books/open-database';
import { findKeyColumn, UnusableKeyError } from '../../src/company/key-column';
import { type OwnSchema, ownSchema } from '../own-schema';
import { referenceMapping } from './reference-mapping';

const mapping = referenceMapping();

let schema: OwnSchema;
let database: Database;
beforeAll(async () => {
  schema = await ownSchema('key');
  database = openDatabase(schema.url, { ledgerExists: false, connections: 1 });
});
afterAll(async () => {
  await database.close();
  await schema.drop();
});

async function keyOf(columns: string, id = 'id') {
  const { db, companySchema } = database;
  const table = sql.id(companySchema, 'customers');
  await sql`DROP TABLE IF EXISTS ${table}`.execute(db);
  await sql`CREATE TABLE ${table} (${sql.raw(columns)})`.execute(db);
  return findKeyColumn(db, companySchema, { ...mapping, customers: { ...mapping.customers, key: id } });
}

test.each([
  ['id INT PRIMARY KEY', 'integer', /^int/],
  ['id BIGINT UNSIGNED PRIMARY KEY', 'integer', /^bigint(\(20\))? unsigned$/],
  ['id BIGINT(12) UNSIGNED ZEROFILL PRIMARY KEY', 'integer', /^bigint(\(12\))? unsigned$/],
  ['id DECIMAL(30,0) PRIMARY KEY', 'integer', /^decimal\(30,0\)$/],
  [
    'id VARCHAR(40) CHARACTER SET latin1 COLLATE latin1_german2_ci PRIMARY KEY',
    'text',
    /^varchar\(40\) CHARACTER SET latin1 COLLATE latin1_german2_ci$/,
  ],
  ['id BINARY(16) PRIMARY KEY', 'binary', /^binary\(16\)$/],
  ['nr INT PRIMARY KEY, id VARBINARY(9) NOT NULL UNIQUE', 'binary', /^varbinary\(9\)$/],
])('%s is a key', async (columns, kind, sqlType) => {
  expect(await keyOf(columns)).toEqual({ kind, sqlType: expect.stringMatching(sqlType) });
});

test.each([
  ['a missing column', 'nr INT PRIMARY KEY', /no column customers\.id/],
  ['a float, which does not travel exactly', 'id DOUBLE PRIMARY KEY', /is double/],
  ['a fraction', 'id DECIMAL(10,2) PRIMARY KEY', /is decimal\(10,2\)/],
  ['a time', 'id DATETIME PRIMARY KEY', /is datetime/],
  [
    'a column without a unique index',
    'nr INT PRIMARY KEY, id INT NOT NULL, KEY (id)',
    /not unique by itself/,
  ],
  ['half of a key', 'city INT, id INT, PRIMARY KEY (id, city)', /not unique by itself/],
  ['a unique column that may be null', 'nr INT PRIMARY KEY, id INT NULL UNIQUE', /may be null/],
  [
    'an index over its beginning only',
    'nr INT PRIMARY KEY, id VARCHAR(99) NOT NULL, UNIQUE (id(10))',
    /not unique/,
  ],
])('%s is refused, with what to write instead', async (_, columns, what) => {
  const refused = await keyOf(columns).catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(UnusableKeyError);
  expect(refused).toMatchObject({
    what: expect.stringMatching(what),
    todo: expect.stringContaining('database.customers'),
  });
});
