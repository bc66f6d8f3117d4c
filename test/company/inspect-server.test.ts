import { sql } from 'kysely';
import { claimStatements } from '../../src/books/candidates';
import { inspectCompany } from '../../src/company/inspect/inspect-company';
import { inspectSettings } from '../../src/company/inspect/inspect-server';
import { mayBy, mayOnTable } from '../../src/company/seen-grants';
import { verifyExpiry } from '../../src/company/verify-expiry';
import { BEFORE, CUTOFF, INCIDENT, type OwnCompany, ownCompany } from './own-company';

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
  ['few connections', { max_connections: '30' }, [/^warns The server accepts 30 connections/]],
])('%s shows in its settings', (_, changes, expected) => {
  const findings = inspectSettings({ ...good, ...changes }).map(
    ({ severity, what }) => `${severity} ${what}`,
  );
  expect(findings).toEqual(expected.map((pattern) => expect.stringMatching(pattern)));
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

test.each([
  ['GRANT SELECT (`id`, `pw`), UPDATE (`pw`), TRIGGER ON `shop`.`users` TO `u`@`%`', true],
  ['GRANT ALL PRIVILEGES ON `shop`.`users` TO `u`@`%`', true],
  ['GRANT TRIGGER ON `shop`.`user` TO `u`@`%`', false],
  ['GRANT SELECT (`TRIGGER`) ON `shop`.`users` TO `u`@`%`', false],
])('%s: may see the triggers of shop.users: %s', (line, may) => {
  expect(mayOnTable([line], 'shop', 'users', 'TRIGGER')).toBe(may);
});

let company: OwnCompany | undefined;
afterEach(async () => {
  await company?.drop();
  company = undefined;
});

async function inspect() {
  const { database, mapping, companySchema } = company!;
  const { ledgerSchema } = database;
  const inspected = { companySchema, ledgerSchema, mapping, claims: claimStatements };
  return (await inspectCompany(database.db, inspected, CUTOFF, Date.now())).findings;
}

async function expires(): Promise<void> {
  await company!.insert('customers', [
    { id: 1, created_at: BEFORE, password_hash: 'h', password_set_at: BEFORE },
  ]);
  await company!.insert('sessions', [{ customer_id: 1, created_at: BEFORE, token: 't' }]);
  expect(await company!.expireAll(9)).toMatchObject({ expired: 1, revoked: 1 });
  const { database } = company!;
  expect(await verifyExpiry(database.db, company!, INCIDENT, Date.now())).toMatchObject({ clean: true });
}

test('sessions in MEMORY: warned of, or refused where the server would refuse them (C35)', async () => {
  company = await ownCompany('server');
  await company.insert('customers', [{ id: 2, created_at: BEFORE }]);
  await company.run(sql`ALTER TABLE ${company.table('sessions')} ENGINE=MEMORY`);
  const { rows } = await sql<{ Value: string }>`
    SHOW GLOBAL VARIABLES LIKE 'enforce_gtid_consistency'`.execute(company.database.db);
  const strict = rows[0]?.Value === 'ON';
  expect(await inspect()).toEqual([
    {
      severity: strict ? 'stops' : 'warns',
      what: expect.stringMatching(/sessions uses MEMORY/),
      todo: expect.stringMatching(strict ? /database\.stated/ : /repeated chunk/),
    },
  ]);
  if (!strict) await expires();
});

test('a view over MyISAM as the source works: it is only read (C76)', async () => {
  company = await ownCompany('server', {
    mapping: {
      customers: { table: 'people', key: 'id', email: 'address' },
      retire: [{ table: 'customers', key: 'id', column: 'password_hash', dead: null }],
      revoke: [{ table: 'sessions', key: 'customer_id', delete: 'rows' }],
    },
    make: [
      'CREATE TABLE %s.customers (id INT PRIMARY KEY, created_at DATETIME, password_hash VARCHAR(60), password_set_at DATETIME)',
      'CREATE TABLE %s.addresses (customer INT PRIMARY KEY, address VARCHAR(99)) ENGINE=MyISAM',
      'CREATE TABLE %s.sessions (customer_id INT, created_at DATETIME, token VARCHAR(9), KEY (customer_id))',
      'CREATE VIEW %s.people AS SELECT c.id, a.address FROM %s.customers c JOIN %s.addresses a ON a.customer = c.id',
    ],
  });
  await company.insert('addresses', [{ customer: 1, address: 'a@x.test' }]);
  await expires();
  expect(await inspect()).toEqual([]);
});

test('a partitioned table works', async () => {
  company = await ownCompany('server');
  await company.run(sql`ALTER TABLE ${company.table('sessions')} DROP PRIMARY KEY, ADD PRIMARY KEY (id, customer_id)
    PARTITION BY HASH (customer_id) PARTITIONS 4`);
  await expires();
  expect(await inspect()).toEqual([]);
});

test('tables that keep their history work, and what the finding says about the history is true', async () => {
  company = await ownCompany('server');
  const { rows } = await sql<{ version: string }>`SELECT VERSION() AS version`.execute(company.database.db);
  if (!/mariadb/i.test(rows[0]!.version)) return;
  for (const table of ['customers', 'sessions'])
    await company.run(sql`ALTER TABLE ${company.table(table)} ADD SYSTEM VERSIONING`);
  await expires();
  const findings = await inspect();
  expect(findings.map(({ severity, what }) => `${severity} ${what}`)).toEqual([
    expect.stringMatching(/^warns customers is system-versioned/),
    expect.stringMatching(/^warns sessions is system-versioned/),
  ]);
  const old = () =>
    company!.rows(
      sql`SELECT password_hash FROM ${company!.table('customers')} FOR SYSTEM_TIME ALL WHERE password_hash IS NOT NULL`,
    );
  expect(await old()).toHaveLength(1);
  const statement = /DELETE HISTORY.*$/.exec(findings[0]!.todo)![0];
  await company.run(sql.raw(statement));
  expect(await old()).toEqual([]);
});
