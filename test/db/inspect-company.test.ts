import { randomBytes } from 'node:crypto';
import { type Kysely, sql } from 'kysely';
import { createReferenceSchema } from '../../scripts/seed/reference-schema';
import { mayBy } from '../../src/company/grants';
import type { CompanyFinding } from '../../src/db/company-finding';
import { inspectCompany } from '../../src/db/inspect-company';
import { judgeSettings } from '../../src/db/inspect-server';
import { type Database, ledgerSchemaOf, openDatabase } from '../../src/db/open-database';
import { databaseSchema } from '../../src/incident/incident-schema';
import { type OwnSchema, ownSchema } from '../own-schema';
import { BEFORE, CUTOFF } from './own-company';

let schema: OwnSchema;
let database: Database;
beforeEach(async () => {
  schema = await ownSchema('inspect');
  database = openDatabase(schema.url, { ledgerExists: false, connections: 1 });
  await createReferenceSchema(database.db as unknown as Kysely<never>, database.companySchema);
  await run(`INSERT INTO %s.customers (id, created_at, password_hash) VALUES (1, '${BEFORE}', 'h')`);
});
afterEach(async () => {
  await database.close();
  await schema.drop();
});

async function run(statement: string) {
  await sql.raw(statement.replaceAll('%s', `\`${database.companySchema}\``)).execute(database.db);
}

async function inspect(mapping: object = {}, as = database): Promise<CompanyFinding[]> {
  const company = { companySchema: database.companySchema, mapping: databaseSchema.parse(mapping) };
  return inspectCompany(as.db, company, CUTOFF);
}

test('the reference schema has nothing to say', async () => {
  expect(await inspect()).toEqual([]);
});

const CASES: [string, { change?: string; mapping?: object; severity: string; what: RegExp; todo: RegExp }][] =
  [
    [
      'a table that is not there',
      {
        mapping: { customers: { table: 'clients' } },
        severity: 'stops',
        what: /no table clients/,
        todo: /database\.customers\.table/,
      },
    ],
    [
      'a column that the run writes and is not there',
      {
        change: 'ALTER TABLE %s.customers DROP COLUMN retired_password_hash',
        severity: 'stops',
        what: /no column retired_password_hash/,
        todo: /ALTER TABLE `\w+`\.`customers` ADD COLUMN `retired_password_hash` varchar\(100\) CHARACTER SET utf8mb4 .*NULL, ALGORITHM=INSTANT/,
      },
    ],
    [
      "a column of the company's own data that is not there",
      {
        mapping: { customers: { email: 'mail' } },
        severity: 'stops',
        what: /no column mail/,
        todo: /^name it under database\.customers\.email/,
      },
    ],
    [
      'a hash that may not be NULL',
      {
        change: "ALTER TABLE %s.customers MODIFY password_hash VARCHAR(100) NOT NULL DEFAULT ''",
        severity: 'stops',
        what: /password_hash is NOT NULL/,
        todo: /unusableHash/,
      },
    ],
    [
      'an unusable hash that is too long',
      {
        mapping: { customers: { unusableHash: '*'.repeat(101) } },
        severity: 'stops',
        what: /longer than/,
        todo: /shorter/,
      },
    ],
    [
      'an unusable hash under a unique index',
      {
        change: 'ALTER TABLE %s.customers ADD UNIQUE (password_hash)',
        mapping: { customers: { unusableHash: '*' } },
        severity: 'stops',
        what: /unique index/,
        todo: /drop the index/,
      },
    ],
    [
      'a column too short for the retired hash',
      {
        change: 'ALTER TABLE %s.customers MODIFY retired_password_hash VARCHAR(50)',
        severity: 'stops',
        what: /too short/,
        todo: /MODIFY `retired_password_hash` varchar\(100\)/,
      },
    ],
    [
      'a time of the password that moves by itself',
      {
        change: 'ALTER TABLE %s.customers MODIFY password_set_at DATETIME NULL ON UPDATE CURRENT_TIMESTAMP',
        severity: 'stops',
        what: /password_set_at changes by itself/,
        todo: /ON UPDATE/,
      },
    ],
    [
      'a TIMESTAMP under another zone than UTC',
      {
        change: 'ALTER TABLE %s.sessions MODIFY created_at TIMESTAMP NULL',
        mapping: { timeZone: '-08:00' },
        severity: 'stops',
        what: /sessions\.created_at is a TIMESTAMP/,
        todo: /\+00:00/,
      },
    ],
    [
      'a time that is a number',
      {
        change: 'ALTER TABLE %s.sessions MODIFY created_at INT',
        severity: 'stops',
        what: /created_at is int/,
        todo: /DATETIME/,
      },
    ],
    [
      'customers in MyISAM (C35)',
      {
        change: 'ALTER TABLE %s.customers MODIFY email VARCHAR(99), ENGINE=MyISAM',
        severity: 'stops',
        what: /kept by MyISAM/,
        todo: /ENGINE=InnoDB/,
      },
    ],
    [
      'a trigger that copies the hash (C36)',
      {
        change:
          'CREATE TRIGGER %s.copy AFTER UPDATE ON %s.customers FOR EACH ROW SET @copy = OLD.password_hash',
        severity: 'warns',
        what: /trigger copy .*password_hash/,
        todo: /delete the copies/,
      },
    ],
    [
      'a trigger on the deletion of sessions (C36)',
      {
        change: 'CREATE TRIGGER %s.gone BEFORE DELETE ON %s.sessions FOR EACH ROW SET @gone = 1',
        severity: 'warns',
        what: /trigger gone/,
        todo: /holds at that range/,
      },
    ],
    [
      'a key that is not unique by itself',
      {
        change: 'ALTER TABLE %s.customers DROP PRIMARY KEY, ADD PRIMARY KEY (id, created_at)',
        severity: 'stops',
        what: /not unique by itself/,
        todo: /unique index/,
      },
    ],
    [
      'sessions without an index on the customer',
      {
        change: 'ALTER TABLE %s.sessions DROP KEY sessions_customer',
        severity: 'warns',
        what: /sessions\.customer_id has no index/,
        todo: /ADD INDEX \(`customer_id`\)/,
      },
    ],
    [
      'sessions keyed by text where customers are numbers',
      {
        change: 'ALTER TABLE %s.sessions MODIFY customer_id VARCHAR(20) NOT NULL',
        severity: 'stops',
        what: /sessions\.customer_id is varchar\(20\)/,
        todo: /bigint.* unsigned NOT NULL/,
      },
    ],
    [
      'addresses that cannot be compared',
      {
        change:
          'ALTER TABLE %s.password_resets MODIFY email VARCHAR(320) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL',
        severity: 'stops',
        what: /cannot be compared/,
        todo: /COLLATE utf8mb4_\w+_ci/,
      },
    ],
    [
      'a credential table that does not say when its rows were made',
      {
        mapping: {
          credentials: [
            { table: 'sessions', customerId: 'customer_id' },
            { table: 'api_tokens', customerId: 'customer_id', createdAt: 'created_at' },
            { table: 'password_resets', email: 'email', createdAt: 'created_at' },
          ],
        },
        severity: 'warns',
        what: /no createdAt of sessions/,
        todo: /name it/,
      },
    ],
    [
      'an address without an index',
      {
        change: 'ALTER TABLE %s.customers DROP KEY customers_email',
        severity: 'warns',
        what: /customers\.email has no index/,
        todo: /ADD INDEX/,
      },
    ],
    [
      'a token table that the file forgot, by its foreign key (C40)',
      {
        change:
          'CREATE TABLE %s.remember_me (owner BIGINT UNSIGNED, FOREIGN KEY (owner) REFERENCES %s.customers (id))',
        severity: 'warns',
        what: /not in the file: remember_me$/,
        todo: /database\.credentials/,
      },
    ],
    [
      'token tables that the file forgot, by the names of their columns (C40)',
      {
        change: 'CREATE TABLE %s.api_keys (user_id INT, email VARCHAR(9))',
        severity: 'warns',
        what: /not in the file: api_keys$/,
        todo: /database\.credentials/,
      },
    ],
    [
      'a table of several shops (C42)',
      {
        change: 'ALTER TABLE %s.customers ADD shop_id INT',
        severity: 'warns',
        what: /several shops/,
        todo: /on their own/,
      },
    ],
    [
      'an empty table',
      { change: 'DELETE FROM %s.customers', severity: 'warns', what: /is empty/, todo: /DATABASE_URL/ },
    ],
  ];

test.each(CASES)('%s is said, with what to do', async (_, { change, mapping, severity, what, todo }) => {
  if (change) await run(change);
  expect(await inspect(mapping)).toEqual([
    { severity, what: expect.stringMatching(what), todo: expect.stringMatching(todo) },
  ]);
});

test('sessions in MEMORY: warned of, or refused where the server would refuse them (C35)', async () => {
  await run('ALTER TABLE %s.sessions ENGINE=MEMORY');
  const { rows } = await sql<{
    Value: string;
  }>`SHOW GLOBAL VARIABLES LIKE 'enforce_gtid_consistency'`.execute(database.db);
  const strict = rows[0]?.Value === 'ON';
  expect(await inspect()).toEqual([
    {
      severity: strict ? 'stops' : 'warns',
      what: expect.stringMatching(/sessions is kept by MEMORY/),
      todo: expect.stringMatching(strict ? /ENGINE=InnoDB/ : /repeated chunk/),
    },
  ]);
});

test('zero dates stop nothing (C30)', async () => {
  await run(
    "INSERT INTO %s.customers (id, created_at, password_set_at) VALUES (2, '0000-00-00', '0000-00-00')",
  );
  expect(await inspect()).toEqual([]);
});

test('a user who lacks a right is told which, before anything starts', async () => {
  const user = `t_${randomBytes(6).toString('hex')}`;
  const { companySchema } = database;
  await run(`CREATE USER '${user}'@'%' IDENTIFIED BY 'Limited-1'`);
  const url = new URL(schema.url);
  url.username = user;
  url.password = 'Limited-1';
  const limited = openDatabase(url.href, { ledgerExists: false, connections: 1 });
  try {
    await run(`GRANT SELECT ON %s.* TO '${user}'@'%'`);
    const findings = await inspect({}, limited);
    const said = findings.map(({ severity, what }) => `${severity} ${what}`);
    expect(said).toEqual([
      expect.stringMatching(
        /^stops The database refuses expiring passwords \(UPDATE .*UPDATE command denied/,
      ),
      expect.stringMatching(/^stops The database refuses deleting from sessions .*DELETE command denied/),
      expect.stringMatching(/^stops The database refuses deleting from api_tokens/),
      expect.stringMatching(/^stops The database refuses deleting from password_resets/),
      expect.stringMatching(
        /^stops The user .* lacks CREATE, SELECT, INSERT, UPDATE, DELETE, ALTER, INDEX on the schema .*_breach_response/,
      ),
      expect.stringMatching(/^warns .* cannot see whether .* triggers/),
    ]);
    await run(`GRANT UPDATE, TRIGGER ON %s.* TO '${user}'@'%'`);
    for (const { table } of databaseSchema.parse({}).credentials) {
      await run(`GRANT DELETE ON %s.${table} TO '${user}'@'%'`);
    }
    await run(`GRANT ALL ON \`${ledgerSchemaOf(companySchema)}\`.* TO '${user}'@'%'`);
    expect(await inspect({}, limited)).toEqual([]);
  } finally {
    await limited.close();
    await run(`DROP USER '${user}'@'%'`);
  }
});

const good = {
  version: '8.4.0',
  log_bin: 'ON',
  binlog_format: 'ROW',
  innodb_flush_log_at_trx_commit: '1',
  read_only: 'OFF',
  max_connections: '151',
};
test.each([
  ['a server that is fit', {}, []],
  ['MariaDB, whose version says so', { version: '10.6.4-MariaDB-log' }, []],
  ['MySQL that is too old', { version: '5.7.44' }, [/^stops The server is 5\.7/]],
  ['MariaDB that is too old', { version: '10.5.9-MariaDB' }, [/^stops The server is 10\.5/]],
  ['a binary log by statement (C34)', { binlog_format: 'STATEMENT' }, [/^stops .*binlog_format = STATEMENT/]],
  ['a binary log by statement that is off', { binlog_format: 'STATEMENT', log_bin: 'OFF' }, []],
  ['commits that are not flushed', { innodb_flush_log_at_trx_commit: '2' }, [/^warns .*last second/]],
  [
    'a replica',
    { read_only: 'ON', super_read_only: 'ON' },
    [/^stops .*read-only \(read_only, super_read_only\)/],
  ],
  ['few connections', { max_connections: '30' }, [/^warns The server takes 30 connections/]],
])('%s is judged by its settings', (_, changes, expected) => {
  const said = judgeSettings({ ...good, ...changes }).map(({ severity, what }) => `${severity} ${what}`);
  expect(said).toEqual(expected.map((one) => expect.stringMatching(one)));
});

test.each([
  ['GRANT ALL PRIVILEGES ON *.* TO `root`@`%` WITH GRANT OPTION', true],
  ['GRANT SELECT, CREATE ON `shop_breach_response`.* TO `u`@`%`', true],
  ['GRANT ALL PRIVILEGES ON `shop\\_breach\\_response`.* TO `u`@`%`', true],
  ['GRANT ALL PRIVILEGES ON `shop%`.* TO `u`@`%`', true],
  ['GRANT CREATE ON `shop_breach-response`.* TO `u`@`%`', false],
  ['GRANT ALL PRIVILEGES ON `shop`.* TO `u`@`%`', false],
  ['GRANT SELECT, CREATE VIEW ON *.* TO `u`@`%`', false],
  ['GRANT CREATE ON `shop_breach_response`.`cohort` TO `u`@`%`', false],
  ['GRANT USAGE ON *.* TO `u`@`%`', false],
  ['GRANT `keepers`@`%` TO `u`@`%`', true],
])('%s: may create in shop_breach_response: %s', (line, may) => {
  expect(mayBy([line], 'shop_breach_response', 'CREATE')).toBe(may);
});
