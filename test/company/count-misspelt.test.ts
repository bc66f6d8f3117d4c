import { sql } from 'kysely';
import { CUSTOMERS, countedCompany, revokeCounts, rowsOf, withRevoke } from './counted-company';

test('rows that spell the key otherwise than the link compares it are counted (C57)', async () => {
  const company = await countedCompany({
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
  const company = await withRevoke(
    [
      {
        table: 'logins',
        key: 'who',
        via: { table: 'names', key: 'customer', column: 'name' },
        delete: 'rows',
      },
    ],
    [
      CUSTOMERS,
      `CREATE TABLE %s.names (name ${between}, customer INT, KEY (customer), KEY (name))`,
      `CREATE TABLE %s.logins (who ${link}, KEY (who))`,
    ],
  );
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
  const company = await withRevoke(
    [{ table: 'sessions', key: 'who', delete: 'rows' }],
    [CUSTOMERS, 'CREATE TABLE %s.sessions (who VARCHAR(20) COLLATE utf8mb4_bin, KEY (who))'],
  );
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
  const company = await withRevoke(
    [{ table: 'resets', email: 'email', delete: 'rows' }],
    [
      'CREATE TABLE %s.customers (id INT PRIMARY KEY, email VARCHAR(99) COLLATE utf8mb4_general_ci, pw VARCHAR(60), KEY (email))',
      'CREATE TABLE %s.resets (email VARCHAR(99) COLLATE utf8mb4_bin, KEY (email))',
    ],
  );
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
  const company = await withRevoke(
    [{ table: 'sessions', key: 'who', delete: 'rows' }],
    [
      'CREATE TABLE %s.customers (id BINARY(16) PRIMARY KEY, email VARCHAR(99), pw VARCHAR(60), KEY (email))',
      'CREATE TABLE %s.sessions (who CHAR(36) CHARACTER SET ascii COLLATE ascii_bin, KEY (who))',
    ],
  );
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
