import { sql } from 'kysely';
import { countCustomers } from '../../src/company/count/count-customers';
import { countMostOfOne, countRetire } from '../../src/company/count/count-retire';
import { countRevoke } from '../../src/company/count/count-revoke';
import { verifyExpiry } from '../../src/company/verify-expiry';
import { AFTER, BEFORE, INCIDENT, type OwnCompany, ownCompany } from './own-company';
import { type MappingInput, referenceMapping } from './reference-mapping';

let company: OwnCompany | undefined;
afterEach(async () => {
  await company?.drop();
  company = undefined;
});

const LATER = '2012-01-15 23:45:00';
const view = { now: Date.now(), earlier: null, emailIndexed: true, isTable: true, isIndexed: () => true };

async function revokeCounts(changes: Partial<typeof view> = {}) {
  return countRevoke(company!.database.db, company!, { ...view, ...changes });
}

async function rowsOf(table: string): Promise<number> {
  const [row] = await company!.rows(sql<{ n: string }>`SELECT COUNT(*) AS n FROM ${company!.table(table)}`);
  return Number(row!.n);
}

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
  company = await ownCompany('count', { mapping });
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
  company = await ownCompany('count', {
    mapping: {
      customers: { table: 'customers', key: 'id', email: 'email' },
      retire: [{ table: 'customers', key: 'id', column: 'pw', dead: null }],
      revoke: [
        { table: 'customers', key: 'id', column: 'remember', dead: null },
        { table: 'customers', key: 'id', column: 'reset_key', dead: '' },
        { table: 'customers', key: 'id', column: 'epoch', dead: { oneMore: true } },
      ],
    },
    make: [
      "CREATE TABLE %s.customers (id INT PRIMARY KEY, email VARCHAR(99), pw VARCHAR(60), remember VARCHAR(60), reset_key VARCHAR(60) NOT NULL DEFAULT '', epoch INT NOT NULL DEFAULT 0, KEY (email))",
    ],
  });
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
  company = await ownCompany('count');
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
  company = await ownCompany('count', {
    mapping: {
      customers: { table: 'customers', key: 'id', email: 'email' },
      retire: [{ table: 'customers', key: 'id', column: 'pw', dead: null }],
      revoke: [
        {
          table: 'client_sessions',
          key: 'session',
          via: { table: 'user_sessions', key: 'customer', column: 'id' },
          delete: 'rows',
        },
        { table: 'user_sessions', key: 'customer', delete: 'rows' },
      ],
    },
    make: [
      'CREATE TABLE %s.customers (id INT PRIMARY KEY, email VARCHAR(99), pw VARCHAR(60), KEY (email))',
      'CREATE TABLE %s.user_sessions (id VARCHAR(36) PRIMARY KEY, customer INT, KEY (customer))',
      'CREATE TABLE %s.client_sessions (session VARCHAR(36), client INT, PRIMARY KEY (session, client))',
    ],
  });
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

test('rows that spell the key otherwise than the link compares it are counted (C57)', async () => {
  company = await ownCompany('count', {
    mapping: {
      customers: { table: 'customers', key: 'name', email: 'email' },
      retire: [{ table: 'customers', key: 'name', column: 'pw', dead: null }],
      revoke: [
        { table: 'sessions', key: 'who', delete: 'rows' },
        { table: 'resets', email: 'email', delete: 'rows' },
      ],
    },
    make: [
      'CREATE TABLE %s.customers (name VARCHAR(40) COLLATE utf8mb4_general_ci PRIMARY KEY, email VARCHAR(99) COLLATE utf8mb4_general_ci, pw VARCHAR(60), KEY (email))',
      'CREATE TABLE %s.sessions (who VARCHAR(40) COLLATE utf8mb4_bin, KEY (who))',
      'CREATE TABLE %s.resets (email VARCHAR(99) CHARACTER SET latin1 COLLATE latin1_bin, KEY (email))',
    ],
  });
  await company.insert('customers', [
    { name: 'Ann', email: 'Ann@x.test', pw: 'h' },
    { name: 'bob', email: 'bob@x.test', pw: 'h' },
  ]);
  await company.insert('sessions', [
    { who: 'Ann' },
    { who: 'ann' },
    { who: 'ANN' },
    { who: 'bob' },
    { who: 'zed' },
  ]);
  await company.insert('resets', [{ email: 'ann@x.test' }, { email: 'bob@x.test' }]);
  expect((await revokeCounts()).map(({ misspelt }) => misspelt)).toEqual([2, 1]);
  const unindexed = await revokeCounts({ isTable: false, emailIndexed: false });
  expect(unindexed.map(({ misspelt }) => misspelt)).toEqual([2, 1]);
  await company.expireAll(9);
  expect(await company.rows(sql`SELECT who FROM ${company.table('sessions')} ORDER BY who`)).toEqual([
    { who: 'ANN' },
    { who: 'ann' },
    { who: 'zed' },
  ]);
});

/** Rows that a link over a table between means, in every spelling; `keys` are of customer 1, one for each row of the table between. */
const SPELLINGS: [
  string,
  {
    between: string;
    link: string;
    keys: (string | number)[];
    rows: (string | number)[];
    dies: (string | number)[];
    misspelt: number;
  },
][] = [
  [
    'names that the link tells apart and the table between does not',
    {
      between: 'VARCHAR(50) COLLATE utf8mb4_general_ci NOT NULL UNIQUE',
      link: 'VARCHAR(64) COLLATE utf8mb4_bin',
      keys: ['ann', 'bob'],
      rows: ['ann', 'Ann', 'ANN', 'bob', 'zed'],
      dies: ['ann', 'bob'],
      misspelt: 2,
    },
  ],
  [
    'names that the table between tells apart and the link does not',
    {
      between: 'VARCHAR(50) COLLATE utf8mb4_bin NOT NULL UNIQUE',
      link: 'VARCHAR(64) COLLATE utf8mb4_general_ci',
      keys: ['ann', 'bob'],
      rows: ['ann', 'Ann', 'bob', 'zed'],
      dies: ['Ann', 'ann', 'bob'],
      misspelt: 0,
    },
  ],
  [
    'several spellings in the table between, and each in its own rows',
    {
      between: 'VARCHAR(50) COLLATE utf8mb4_general_ci NOT NULL',
      link: 'VARCHAR(64) COLLATE utf8mb4_bin',
      keys: ['ann', 'Ann'],
      rows: ['ann', 'Ann', 'ANN'],
      dies: ['Ann', 'ann'],
      misspelt: 1,
    },
  ],
  [
    'numbers as text, found by a number',
    {
      between: 'INT NOT NULL UNIQUE',
      link: 'VARCHAR(20) COLLATE utf8mb4_bin',
      keys: [5, 7, 97],
      rows: ['5', '000005', ' 7', '97.0', '97.5', '5 of hearts', '8'],
      dies: ['5'],
      misspelt: 3,
    },
  ],
  [
    'numbers, found by text',
    {
      between: 'VARCHAR(20) COLLATE utf8mb4_bin NOT NULL UNIQUE',
      link: 'INT',
      keys: ['000005', '7.0', '8 of hearts'],
      rows: [5, 7, 8],
      dies: [5],
      misspelt: 1,
    },
  ],
];

test.each(SPELLINGS)('over a table between: %s', async (_, { between, link, keys, rows, dies, misspelt }) => {
  company = await ownCompany('count', {
    mapping: {
      customers: { table: 'customers', key: 'id', email: 'email' },
      retire: [{ table: 'customers', key: 'id', column: 'pw', dead: null }],
      revoke: [
        {
          table: 'logins',
          key: 'who',
          via: { table: 'names', key: 'customer', column: 'name' },
          delete: 'rows',
        },
      ],
    },
    make: [
      'CREATE TABLE %s.customers (id INT PRIMARY KEY, email VARCHAR(99), pw VARCHAR(60), KEY (email))',
      `CREATE TABLE %s.names (name ${between}, customer INT, KEY (customer), KEY (name))`,
      `CREATE TABLE %s.logins (who ${link}, KEY (who))`,
    ],
  });
  await company.insert('customers', [{ id: 1, pw: 'h' }]);
  await company.insert(
    'names',
    keys.map((name) => ({ name, customer: 1 })),
  );
  await company.insert(
    'logins',
    rows.map((who) => ({ who })),
  );
  const counted = await revokeCounts();
  expect(await revokeCounts({ isIndexed: () => false })).toEqual(counted);
  expect(await revokeCounts({ isIndexed: () => false, isTable: false })).toEqual(counted);
  expect(counted[0]).toMatchObject({ rows: rows.length, ended: dies.length, misspelt });
  await company.expireAll(9);
  const left = await company.rows(sql<{ who: unknown }>`SELECT who FROM ${company.table('logins')}`);
  const text = (values: unknown[]) => values.map(String).sort();
  expect(text(left.map(({ who }) => who))).toEqual(text(rows.filter((who) => !dies.includes(who))));
});

test('numbers as text: the run would miss those with zeros, spaces or a fraction of zeros around them', async () => {
  company = await ownCompany('count', {
    mapping: {
      customers: { table: 'customers', key: 'id', email: 'email' },
      retire: [{ table: 'customers', key: 'id', column: 'pw', dead: null }],
      revoke: [{ table: 'sessions', key: 'who', delete: 'rows' }],
    },
    make: [
      'CREATE TABLE %s.customers (id INT PRIMARY KEY, email VARCHAR(99), pw VARCHAR(60), KEY (email))',
      'CREATE TABLE %s.sessions (who VARCHAR(20) COLLATE utf8mb4_bin, KEY (who))',
    ],
  });
  await company.insert('customers', [{ id: 7, pw: 'h' }]);
  const spellings = ['7', '007', ' 7', '7.0', '7.5', '7 of hearts'];
  await company.insert(
    'sessions',
    spellings.map((who) => ({ who })),
  );
  const counted = await revokeCounts();
  expect(await revokeCounts({ isTable: false })).toEqual(counted);
  expect(counted[0]).toMatchObject({ misspelt: 3, orphans: 2 });
});

test('two customers whose addresses differ in case alone: rows of both spellings end', async () => {
  company = await ownCompany('count', {
    mapping: {
      customers: { table: 'customers', key: 'id', email: 'email' },
      retire: [{ table: 'customers', key: 'id', column: 'pw', dead: null }],
      revoke: [{ table: 'resets', email: 'email', delete: 'rows' }],
    },
    make: [
      'CREATE TABLE %s.customers (id INT PRIMARY KEY, email VARCHAR(99) COLLATE utf8mb4_general_ci, pw VARCHAR(60), KEY (email))',
      'CREATE TABLE %s.resets (email VARCHAR(99) COLLATE utf8mb4_bin, KEY (email))',
    ],
  });
  const emails = ['ann@x.test', 'Ann@x.test'];
  await company.insert(
    'customers',
    emails.map((email, i) => ({ id: i + 1, email, pw: 'h' })),
  );
  await company.insert(
    'resets',
    emails.map((email) => ({ email })),
  );
  expect(await revokeCounts()).toMatchObject([{ ended: 2, misspelt: 0 }]);
  await company.expireAll(9);
  expect(await rowsOf('resets')).toBe(0);
});

test('a UUID in capitals, and one in lower case: the run would miss the first', async () => {
  company = await ownCompany('count', {
    mapping: {
      customers: { table: 'customers', key: 'id', email: 'email' },
      retire: [{ table: 'customers', key: 'id', column: 'pw', dead: null }],
      revoke: [{ table: 'sessions', key: 'who', delete: 'rows' }],
    },
    make: [
      'CREATE TABLE %s.customers (id BINARY(16) PRIMARY KEY, email VARCHAR(99), pw VARCHAR(60), KEY (email))',
      'CREATE TABLE %s.sessions (who CHAR(36) CHARACTER SET ascii COLLATE ascii_bin, KEY (who))',
    ],
  });
  const ids = ['0123456789abcdef0123456789abcdef', 'fedcba9876543210fedcba9876543210'];
  await company.insert(
    'customers',
    ids.map((id) => ({ id: Buffer.from(id, 'hex'), pw: 'h' })),
  );
  const dashed = (id: string) => id.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  await company.insert('sessions', [{ who: dashed(ids[0]!).toUpperCase() }, { who: dashed(ids[1]!) }]);
  const [sessions] = await revokeCounts();
  expect(await revokeCounts({ isTable: false })).toEqual([sessions]);
  expect(sessions!.misspelt).toBe(1);
  expect(sessions!.ended).toBe(2);
});

test('passwords: which are usable, stolen, dead, not judged, nobody’s; and the most that one customer has', async () => {
  company = await ownCompany('count', {
    mapping: {
      customers: { table: 'customers', key: 'id', email: 'email' },
      retire: [
        {
          table: 'logins',
          key: 'customer',
          column: 'pw',
          dead: '!',
          usable: "kind = 'password'",
          setAt: { column: 'made', as: 'unixSeconds' },
        },
        { table: 'customers', key: 'id', column: 'old_pw', dead: null },
      ],
    },
    make: [
      'CREATE TABLE %s.customers (id INT PRIMARY KEY, email VARCHAR(99), old_pw VARCHAR(60))',
      'CREATE TABLE %s.logins (customer INT, kind VARCHAR(20), pw VARCHAR(60), made INT, KEY (customer))',
    ],
  });
  const now = Math.floor(Date.now() / 1000);
  await company.insert('customers', [{ id: 1, old_pw: 'md5' }, { id: 2 }]);
  const login = (customer: number, pw: string | null, made: number | null, kind = 'password') => ({
    customer,
    kind,
    pw,
    made,
  });
  await company.insert('logins', [
    login(1, 'h', 1_300_000_000),
    login(1, 'h', now),
    login(1, 'h', 0),
    login(1, 'h', null),
    login(1, 'h', now + 200_000),
    login(2, '!', 5),
    login(2, 'secret', 5, 'otp'),
    login(2, '', 5, 'otp'),
    login(9, 'h', 1_300_000_000),
  ]);
  const counts = await countRetire(company.database.db, company, Date.now());
  expect(counts).toEqual([
    {
      table: 'logins',
      column: 'pw',
      rows: 9,
      usable: 6,
      stolen: 5,
      ages: { missing: 1, zero: 1, future: 1, lately: 1 },
      dead: 1,
      notJudged: 1,
      orphans: 1,
      mostOfOne: 5,
    },
    {
      table: 'customers',
      column: 'old_pw',
      rows: 2,
      usable: 1,
      stolen: 1,
      ages: null,
      dead: 1,
      notJudged: 0,
      orphans: 0,
      mostOfOne: 1,
    },
  ]);
  expect(await countMostOfOne(company.database.db, company, counts)).toBe(6);
  const large = counts.map((count) => ({ ...count, mostOfOne: 20 }));
  expect(await countMostOfOne(company.database.db, company, large)).toBe(6);
});

test('a customer whose password an earlier incident expired, and who has chosen none since, counts as expired (C78)', async () => {
  company = await ownCompany('count');
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
  company = await ownCompany('count', {
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
