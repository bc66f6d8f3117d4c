import { sql } from 'kysely';
import { createReferenceSchema } from '../../scripts/seed/reference-schema';
import { claimStatements } from '../../src/books/candidates';
import { type Database, openDatabase } from '../../src/books/open-database';
import type { Subject } from '../../src/company/inspect/finding';
import { inspectCompany } from '../../src/company/inspect/inspect-company';
import { scanFinding } from '../../src/company/inspect/scan-cost';
import { databaseSchema } from '../../src/incident/database-schema';
import { type OwnSchema, ownSchema } from '../own-schema';
import { madeUpCatalog } from './made-up-catalog';
import { CUTOFF } from './own-company';
import { type MappingInput, referenceMapping } from './reference-mapping';

let schema: OwnSchema;
let database: Database;
beforeAll(async () => {
  schema = await ownSchema('scan');
  database = openDatabase(schema.url, { ledgerExists: false, connections: 1 });
  await createReferenceSchema(database.db, database.companySchema);
  const digits = (name: string) =>
    `(SELECT 0 AS n ${Array.from({ length: 9 }, (_, i) => `UNION ALL SELECT ${i + 1}`).join(' ')}) ${name}`;
  await run(
    `INSERT INTO %s.customers (id, email, created_at, password_hash)
      SELECT a.n + 10 * b.n + 100 * c.n + 1000 * d.n + 10000 * e.n + 1, CONCAT('c', a.n, b.n, c.n, d.n, e.n, '@x.test'), '2011-01-01', 'h'
      FROM ${['a', 'b', 'c', 'd'].map(digits).join(', ')}, (SELECT 0 AS n UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4 UNION ALL SELECT 5) e`,
    `INSERT INTO %s.sessions (customer_id, token, created_at) SELECT id, 't', '2011-01-01' FROM %s.customers`,
    `INSERT INTO %s.password_resets (email, token, created_at) SELECT email, 't', '2011-01-01' FROM %s.customers`,
    'CREATE TABLE %s.details (customer BIGINT UNSIGNED, lang VARCHAR(9), KEY (customer))',
    "INSERT INTO %s.details SELECT id, 'de' FROM %s.customers",
    'ANALYZE TABLE %s.customers, %s.sessions, %s.password_resets, %s.details',
  );
});
afterAll(async () => {
  await database.close();
  await schema.drop();
});

async function run(...statements: string[]) {
  for (const statement of statements)
    await sql.raw(statement.replaceAll('%s', `\`${database.companySchema}\``)).execute(database.db);
}

async function inspect(mapping: MappingInput): Promise<string[]> {
  const { companySchema, ledgerSchema } = database;
  const inspected = {
    companySchema,
    ledgerSchema,
    mapping: databaseSchema.parse(mapping),
    claims: claimStatements,
  };
  const { findings } = await inspectCompany(database.db, inspected, CUTOFF, Date.now());
  return findings.map(({ severity, what, todo }) => `${severity} ${what} -> ${todo}`);
}

const select = (text: string): MappingInput => {
  const { table: _, ...customers } = referenceMapping().customers;
  return { ...referenceMapping(), customers: { ...customers, select: text } };
};

test('with keys and indexes no statement of a run reads a table from end to end', async () => {
  expect(await inspect(referenceMapping())).toEqual([]);
});

test('a link with its own character set still uses its index (C58)', async () => {
  await run(
    'ALTER TABLE %s.password_resets CONVERT TO CHARACTER SET utf8mb3 COLLATE utf8mb3_general_ci',
    'ANALYZE TABLE %s.password_resets',
  );
  expect(await inspect(referenceMapping())).toEqual([]);
});

test('a join is looked up key by key', async () => {
  const join =
    'SELECT c.id, c.email, c.first_name, d.lang AS language, c.created_at FROM {schema}.customers c LEFT JOIN {schema}.details d ON d.customer = c.id';
  expect(await inspect(select(join))).toEqual([]);
});

// As presets/wordpress.yaml and others do: a subquery among the columns would be computed for everybody on MySQL.
test('the first of several joined rows is also looked up key by key', async () => {
  const first =
    'SELECT c.id, c.email, c.first_name, d.lang AS language, c.created_at FROM {schema}.customers c LEFT JOIN {schema}.details d ON d.customer = (SELECT MIN(x.customer) FROM {schema}.details x WHERE x.customer = c.id)';
  expect(await inspect(select(first))).toEqual([]);
});

/** Of 60,000 rows, whatever the server's estimate is. */
const WHOLE =
  /^warns [A-Z].* cannot use an index of (customers|details) in the SELECT of the customers: for each [\d,]+ customers the server would read all of \w+ .*, \d+ times in all/;

test('a SELECT that the server computes whole for each chunk is named, with the rows and how often', async () => {
  const distinct =
    'SELECT DISTINCT c.id, c.email, c.first_name, d.lang AS language, c.created_at FROM {schema}.customers c JOIN {schema}.details d ON d.customer = c.id';
  const findings = await inspect(select(distinct));
  expect(findings.length).toBeGreaterThan(0);
  for (const finding of findings) {
    expect(finding).toMatch(WHOLE);
    expect(finding).toMatch(/without GROUP BY, DISTINCT, UNION and LIMIT/);
  }
});

// MySQL computes a SELECT with a subquery among its columns whole; MariaDB looks one key up in it.
test('a subquery among the columns is named if the server computes all of it', async () => {
  const text =
    'SELECT c.id, c.email, c.first_name, (SELECT d.lang FROM {schema}.details d WHERE d.customer = c.id LIMIT 1) AS language, c.created_at FROM {schema}.customers c';
  const { rows } = await sql<{ version: string }>`SELECT VERSION() AS version`.execute(database.db);
  const findings = await inspect(select(text));
  if (/mariadb/i.test(rows[0]!.version)) expect(findings).toEqual([]);
  else
    expect(findings).toEqual([
      expect.stringMatching(
        /Finding the next chunk of customers .*on MySQL without a SELECT among its columns/,
      ),
      expect.stringMatching(/Claiming who is told next .*for each 200 customers/),
    ]);
});

test('a link without an index: by the size of the table and the number of chunks', async () => {
  await run('ALTER TABLE %s.sessions DROP KEY sessions_customer');
  expect(await inspect(referenceMapping())).toEqual([
    expect.stringMatching(
      /^warns No index begins with sessions\.customer_id: for each 5,000 customers the server would read all of sessions \(about [\d,]+ rows\), \d+ times in all -> nothing to do: it takes 1 min longer/,
    ),
  ]);
});

const subject = (customers: number): Subject => {
  const catalog = madeUpCatalog({ customers: 'id bigint' });
  catalog.tables[0]!.rows = customers;
  return { catalog, mapping: referenceMapping() } as Subject;
};

test.each([
  [1_000, 9_000, /^warns .*9,000 rows\)$/, /this small/],
  [24_000_000, 20_000, /^warns .*, 4,800 times in all$/, /2 min longer/],
  [24_000_000, 30_000_000, /^stops .*at least 40 hours$/, /^name another$/],
])('%d customers, and a table of %d rows without an index', (customers, rows, what, todo) => {
  const scan = { table: 'sessions', rows, customersEach: 5_000 };
  const finding = scanFinding(subject(customers), 'No index', scan, 'name another');
  expect(`${finding.severity} ${finding.what}`).toMatch(what);
  expect(finding.todo).toMatch(todo);
});
