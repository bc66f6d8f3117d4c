import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { ledgerSchemaOf } from '../../src/books/open-database';
import { databaseSchema } from '../../src/incident/database-schema';
import { schemaProblems } from '../../src/incident/schema-problems';
import { addressAs, type OwnShop, ownShop } from '../company/own-shop';
import { type Typed, typed } from './own-operator';

const SHOP = `
  CREATE TABLE customers (
    id INT UNSIGNED AUTO_INCREMENT PRIMARY KEY, email VARCHAR(190) NOT NULL UNIQUE, password VARCHAR(60) NULL, created_at DATETIME);
  CREATE TABLE sessions (
    id VARCHAR(64) PRIMARY KEY, customer_id INT UNSIGNED NOT NULL, data TEXT,
    FOREIGN KEY (customer_id) REFERENCES customers (id));
  INSERT INTO customers (email, password, created_at) VALUES ('ann@x.test', 'sesame', '2011-05-06 07:08:09');
  INSERT INTO sessions (id, customer_id) VALUES ('s', 1)`;

let shop: OwnShop;
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'map-'));
  shop = await ownShop('map', SHOP);
});
afterAll(async () => {
  await shop.drop();
  rmSync(folder, { recursive: true, force: true });
});

/** Neither Temporal nor a relay nor a ledger: only the database is known. */
function map(args: string[] = [], url = shop.url): Promise<Typed> {
  const { PATH } = process.env;
  return typed('cli', ['map', ...args], { PATH, DATABASE_URL: url, BREACH_RESPONSE_LOCAL: folder });
}

test('proposes a section, says what is sure and what only the company knows, and exits with 3', async () => {
  const { code, out, err } = await map();
  expect([code, err]).toEqual([3, '']);
  expect(out).toContain('2 tables, 7 columns. Nothing was changed.');
  expect(out).toMatch(/System +none that this program knows: proposed from the catalogue/);
  expect(out).toMatch(/Customers +customers \(its name, passwords, 1 other table points to it, 1 row\)/);
  expect(out).toMatch(/customers\.password +retire\.0 \(question 2\): a password or its hash/);
  expect(out).toMatch(/sessions +revoke\.0: sessions, by its name/);
  expect(out).toContain('Only you can answer these (2 of 2 must be answered before anything runs)');
  expect(out).toContain('    key: id # sure: the primary key, int');
  expect(out).not.toMatch(/ann@|sesame|2011/);
  const problems = refusals(parse(out.slice(out.indexOf('\ndatabase:'))).database);
  expect(problems).toEqual([
    'customers.createdAt.zone: "??? (question 1)"',
    'retire.0.dead: "??? (question 2) null"',
  ]);
});

test('--out writes the section once: answers in it are not lost', async () => {
  const file = join(folder, 'mapping.yaml');
  const first = await map(['--out', file]);
  expect([first.code, first.out]).toEqual([
    3,
    expect.stringContaining(`WRITTEN: ${file}; answer 2 questions at each ???`),
  ]);
  const text = readFileSync(file, 'utf8');
  expect(text).toMatch(/^database:\n/);
  expect(first.out).not.toContain('database:\n');
  const again = await map(['--out', file]);
  expect([again.code, again.err]).toEqual([2, expect.stringContaining('exists already')]);
  expect(readFileSync(file, 'utf8')).toBe(text);
  const nowhere = await map(['--out', join(folder, 'none', 'mapping.yaml')]);
  expect([nowhere.code, nowhere.err]).toEqual([
    1,
    expect.stringMatching(/cannot be written.*Name another file/),
  ]);
});

test('--json has everything, and --customers takes another table', async () => {
  const { code, out } = await map(['--json', '--customers', 'customers']);
  const told = JSON.parse(out);
  expect(code).toBe(3);
  expect(told).toMatchObject({
    system: null,
    systems: [],
    customers: { table: 'customers' },
    database: { customers: { table: 'customers', key: 'id' }, retire: [{ column: 'password' }] },
    credentials: [
      { table: 'customers', mapped: 'retire.0', question: 2 },
      { table: 'sessions', mapped: 'revoke.0' },
    ],
    unseen: [],
    path: null,
  });
  expect(parse(told.yaml)).toEqual({ database: told.database });
  const wrong = await map(['--customers', 'nobody']);
  expect([wrong.code, wrong.err]).toEqual([1, expect.stringContaining('nobody has no e-mail address')]);
});

test('makes no ledger, and needs no right but to read one table', async () => {
  const user = `map_${randomBytes(4).toString('hex')}`;
  const password = randomBytes(12).toString('hex');
  const named = `\`${shop.companySchema}\``;
  await shop.run(
    `CREATE USER '${user}'@'%' IDENTIFIED BY '${password}'; GRANT SELECT ON ${named}.customers TO '${user}'@'%'`,
  );
  try {
    const { code, out } = await map([], addressAs(shop.url, user, password));
    expect(code).toBe(3);
    expect(out).toContain('1 table, 4 columns');
    expect(out).toMatch(/Not seen\n {2}- tables and columns that 'map_\w+'@'%' has no right on/);
    await shop.run(
      `REVOKE SELECT ON ${named}.customers FROM '${user}'@'%'; GRANT SELECT (email) ON ${named}.customers TO '${user}'@'%'`,
    );
    const blind = await map([], addressAs(shop.url, user, password));
    expect([blind.code, blind.err]).toEqual([1, expect.stringMatching(/^No mapping: No table of/)]);
  } finally {
    await shop.run(`DROP USER '${user}'@'%'`);
  }
  const ledger = `\`${ledgerSchemaOf(shop.companySchema)}\``;
  await shop.run(`CREATE DATABASE ${ledger}; DROP DATABASE ${ledger}`); // is not there yet
  const { catalog } = await shop.read();
  expect(catalog.tables.map(({ name }) => name)).toEqual(['customers', 'sessions']);
});

function refusals(section: unknown): string[] {
  const { error } = databaseSchema.safeParse(section);
  return schemaProblems(databaseSchema, section, error?.issues ?? [], () => undefined).map(
    ({ path, found }) => `${path.join('.')}: ${found}`,
  );
}
