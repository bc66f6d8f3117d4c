import { sql } from 'kysely';
import { countCustomers } from '../../src/company/count/count-customers';
import { verifyExpiry } from '../../src/company/verify-expiry';
import { CUSTOMERS, countedCompany, revokeCounts, rowsOf, withRevoke } from './counted-company';
import { AFTER, BEFORE, INCIDENT } from './own-company';
import { type MappingInput, referenceMapping } from './reference-mapping';

const LATER = '2012-01-15 23:45:00';

/** A customer of each kind, by the cutoff: expired, chosen since, without a password, made later, left out. */
const PEOPLE = [
  { id: 1, email: 'a@x.test', created_at: BEFORE, password_hash: 'h', password_set_at: BEFORE },
  { id: 2, email: 'b@x.test', created_at: BEFORE, password_hash: 'h', password_set_at: AFTER },
  { id: 3, email: 'c@x.test', created_at: BEFORE, password_hash: null },
  { id: 4, email: 'd@x.test', created_at: AFTER, password_hash: 'h', password_set_at: AFTER },
  { id: 5, email: 'bot@x.test', created_at: BEFORE, password_hash: 'h', password_set_at: BEFORE },
  { id: 6, email: 'a@x.test', created_at: BEFORE, password_hash: 'h', password_set_at: null },
];
const TIMES = [BEFORE, AFTER, LATER, '0000-00-00 00:00:00', '2999-01-01 00:00:00'];
const leaveOut = [{ when: "email LIKE 'bot%'", because: 'a bot' }];

function mappingWith(change: (mapping: ReturnType<typeof referenceMapping>) => void): MappingInput {
  const mapping = referenceMapping();
  mapping.customers.leaveOut = leaveOut;
  change(mapping);
  return mapping;
}

const MAPPINGS: [string, MappingInput][] = [
  ['times of rows and of passwords', mappingWith(() => undefined)],
  [
    'no time of passwords',
    mappingWith((mapping) => {
      delete mapping.retire[0]!.setAt;
    }),
  ],
  [
    'no time of rows',
    mappingWith((mapping) => {
      for (const entry of mapping.revoke) delete entry.createdAt;
    }),
  ],
  [
    'a SELECT as the source, and a condition',
    mappingWith((mapping) => {
      const { table: _, ...customers } = mapping.customers;
      mapping.customers = {
        ...customers,
        select: 'SELECT * FROM {schema}.customers',
      } as typeof mapping.customers;
      mapping.revoke[0]!.where = "token <> 'keep'";
    }),
  ],
];

test.each(MAPPINGS)('what the dry run counts is what dies: %s', async (_, mapping) => {
  const company = await countedCompany({ mapping });
  await company.insert('customers', PEOPLE);
  for (const table of ['sessions', 'api_tokens']) {
    const rows = [1, 2, 3, 4, 5, 6, 77].flatMap((customer_id) =>
      TIMES.map((created_at, i) => ({ customer_id, created_at, token: i === 0 ? 'keep' : 't' })),
    );
    await company.insert(table, rows);
  }
  const emails = [...new Set(PEOPLE.map(({ email }) => email)), 'nobody@x.test'];
  await company.insert(
    'password_resets',
    emails.flatMap((email) => TIMES.map((created_at) => ({ email, created_at, token: 't' }))),
  );
  const isTable = mapping.customers.table !== undefined;
  const counted = await revokeCounts({ isTable, emailIndexed: isTable });
  // By sorting where no index finds the owner: the same.
  expect(await revokeCounts({ isTable, emailIndexed: false })).toEqual(counted);
  expect(await revokeCounts({ isTable: false, emailIndexed: false })).toEqual(counted);
  const before = await Promise.all(counted.map(({ table }) => rowsOf(table)));
  await company.expireAll(2);
  const after = await Promise.all(counted.map(({ table }) => rowsOf(table)));
  expect(counted.map(({ ended }) => ended)).toEqual(before.map((rows, i) => rows - after[i]!));
  for (const { rows, matching, ended, since, outsiders, ownerless, orphans } of counted) {
    expect(ended).toBeGreaterThan(0);
    expect(ended + since + outsiders + ownerless + orphans).toBe(matching);
    expect(matching).toBeLessThanOrEqual(rows);
  }
  const [sessions, , resets] = counted;
  const each = mapping.revoke![0]!.where === undefined ? 5 : 4;
  expect(sessions).toMatchObject({
    rows: 35,
    matching: 7 * each,
    mostOfOne: each,
    outsiders: 2 * each,
    orphans: each,
  });
  expect(resets).toMatchObject({ rows: 30, orphans: 5, outsiders: 10, misspelt: 0 });
});

test('customers who hold the dead value already are counted apart from those whose value changes', async () => {
  const company = await withRevoke(
    [
      { table: 'customers', key: 'id', column: 'remember', dead: null },
      { table: 'customers', key: 'id', column: 'reset_key', dead: '' },
      { table: 'customers', key: 'id', column: 'epoch', dead: { oneMore: true } },
    ],
    [
      "CREATE TABLE %s.customers (id INT PRIMARY KEY, email VARCHAR(99), pw VARCHAR(60), remember VARCHAR(60), reset_key VARCHAR(60) NOT NULL DEFAULT '', epoch INT NOT NULL DEFAULT 0, KEY (email))",
    ],
  );
  await company.insert('customers', [
    { id: 1, pw: 'h', remember: 'r', reset_key: '' },
    { id: 2, pw: 'h', remember: null, reset_key: '' },
    { id: 3, pw: 'h', remember: '', reset_key: '' },
  ]);
  const counted = await revokeCounts();
  expect(await revokeCounts({ isTable: false, emailIndexed: false })).toEqual(counted);
  expect(counted).toMatchObject([
    { ended: 3, dead: 1, customers: 2 },
    { ended: 3, dead: 3, customers: 0 },
    { ended: 3, dead: 0, customers: 3 },
  ]);
});

test('rows are counted by age (C62)', async () => {
  const company = await countedCompany();
  await company.insert('customers', PEOPLE);
  await company.run(sql`ALTER TABLE ${company.table('sessions')} MODIFY created_at DATETIME NULL`);
  await company.insert(
    'sessions',
    [...TIMES, null].map((created_at) => ({ customer_id: 1, created_at, token: 't' })),
  );
  const [sessions] = await revokeCounts();
  expect(sessions!.ages).toEqual({ missing: 1, zero: 1, future: 1, lately: 0 });
});

test('a link over a table between: whose rows they are', async () => {
  const company = await withRevoke(
    [
      {
        table: 'client_sessions',
        key: 'session',
        via: { table: 'user_sessions', key: 'customer', column: 'id' },
        delete: 'rows',
      },
      { table: 'user_sessions', key: 'customer', delete: 'rows' },
    ],
    [
      CUSTOMERS,
      'CREATE TABLE %s.user_sessions (id VARCHAR(36) PRIMARY KEY, customer INT, KEY (customer))',
      'CREATE TABLE %s.client_sessions (session VARCHAR(36), client INT, PRIMARY KEY (session, client))',
    ],
  );
  await company.insert('customers', [
    { id: 1, pw: 'h' },
    { id: 2, pw: 'h' },
  ]);
  await company.insert('user_sessions', [
    { id: 'a', customer: 1 },
    { id: 'b', customer: 1 },
    { id: 'c', customer: 3 },
  ]);
  await company.insert(
    'client_sessions',
    ['a', 'b', 'c', 'd'].flatMap((session) => [1, 2].map((client) => ({ session, client }))),
  );
  const counted = await revokeCounts();
  expect(await revokeCounts({ isIndexed: () => false })).toEqual(counted);
  expect(await revokeCounts({ isIndexed: () => false, isTable: false })).toEqual(counted);
  expect(counted[0]).toMatchObject({ rows: 8, ended: 4, customers: 1, mostOfOne: 4, orphans: 4 });
  expect(counted[1]).toMatchObject({ rows: 3, ended: 2, customers: 1, mostOfOne: 2, orphans: 1 });
  await company.expireAll(9);
  expect([await rowsOf('client_sessions'), await rowsOf('user_sessions')]).toEqual([4, 1]);
});

test('a customer whose password an earlier incident expired, and who has chosen none since, counts as expired (C78)', async () => {
  const company = await countedCompany();
  await company.insert('customers', PEOPLE);
  await company.expireAll(9);
  const { ledgerSchema } = company.database;
  const earlier = { ledgerSchema, incidents: [1] };
  const counts = await countCustomers(company.database.db, company, { now: Date.now(), earlier });
  expect(counts).toMatchObject({ expired: 0, expiredBefore: 3, changedSince: 1, none: 1, outside: 1 });
  expect(
    await countCustomers(company.database.db, company, { now: Date.now(), earlier: null }),
  ).toMatchObject({
    none: 4,
  });
});

test.each([
  ['INT', '0'],
  ['INT ZEROFILL', '0'],
  ['DECIMAL(12,2)', '0'],
  ['VARCHAR(36)', "' 0'"],
  ['VARCHAR(36)', "'00'"],
  ['CHAR(36)', "'00000000-0000-0000-0000-000000000000'"],
  ['BINARY(16)', 'REPEAT(CHAR(0), 16)'],
])('a guest’s link of type %s, %s, names nobody', async (type, nobody) => {
  const company = await countedCompany({
    mapping: {
      customers: { table: 'users', key: 'id', email: 'email' },
      retire: [{ table: 'users', key: 'id', column: 'pw', dead: null }],
      revoke: [{ table: 'logins', key: 'user_id', delete: 'rows' }],
    },
    make: [
      `CREATE TABLE %s.users (id ${type.replace(/^DECIMAL.*/, 'INT')} NOT NULL PRIMARY KEY, email VARCHAR(60), pw VARCHAR(60))`,
      `CREATE TABLE %s.logins (user_id ${type} NULL, KEY (user_id))`,
    ],
  });
  const [users, logins] = [company.table('users'), company.table('logins')];
  await company.run(sql`INSERT INTO ${users} VALUES (12, 'a@x.test', 'h')`);
  await company.run(sql`INSERT INTO ${logins} VALUES (12), (13), (NULL), (${sql.raw(nobody)})`);
  expect(await revokeCounts()).toMatchObject([{ matching: 4, ended: 1, ownerless: 2, orphans: 1 }]);
  const { unprovable } = await verifyExpiry(company.database.db, company, INCIDENT, Date.now());
  expect(unprovable).toContainEqual({
    count: 1,
    what: 'rows of logins belong to none of the customers, and were not touched',
    todo: expect.any(String),
  });
});
