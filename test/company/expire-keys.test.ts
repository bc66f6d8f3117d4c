import { sql } from 'kysely';
import { nextBoundary, planRanges } from '../../src/company/next-ranges';
import { verifyExpiry } from '../../src/company/verify-expiry';
import { BEFORE, INCIDENT, type OwnCompany, ownCompany } from './own-company';
import { referenceMapping } from './reference-mapping';

const columns = `email VARCHAR(99), first_name VARCHAR(9), language VARCHAR(9), created_at DATETIME, password_hash VARCHAR(60),
  password_set_at DATETIME`;
const mapping = { ...referenceMapping(), revoke: referenceMapping().revoke.slice(0, 1) };
const hex = (digits: string) => Buffer.from(digits.padEnd(32, '0'), 'hex');

const KEYS: [string, string, unknown[]][] = [
  [
    'integers beyond what a double can tell apart (C31)',
    'BIGINT UNSIGNED',
    [
      0n,
      1n,
      9007199254740992n,
      9007199254740993n,
      9007199254740994n,
      18446744073709551614n,
      18446744073709551615n,
    ],
  ],
  [
    'bytes with a quote, a backslash and zeros at the end (C32)',
    'BINARY(16)',
    [hex('5C275C00'), hex('00'), hex('27'), hex('5C'), hex('FF'.repeat(16)), hex('5C275C00FF'), hex('25')],
  ],
  [
    'text in the order of the column, not of JavaScript (C33)',
    'VARCHAR(20)',
    ['10', '010', '1e1', 'Ab', 'aC', 'Zz', '_x', 'ä', 'Öl', 'z', "o'k", 'back\\slash', 'x%', 'ß'],
  ],
  [
    'text in a character set of its own',
    'VARCHAR(20) CHARACTER SET latin1 COLLATE latin1_german2_ci',
    ['ä', 'b', 'Öl', 'z'],
  ],
];

let company: OwnCompany | undefined;
afterEach(async () => {
  await company?.drop();
  company = undefined;
});

test.each(KEYS)('%s: none lost, none twice, at every size of range', async (_, type, keys) => {
  for (const size of [1, 2, 3, 100]) {
    company = await ownCompany('keys', {
      mapping,
      make: [
        `CREATE TABLE %s.customers (id ${type} NOT NULL PRIMARY KEY, ${columns})`,
        `CREATE TABLE %s.sessions (customer_id ${type} NOT NULL, created_at DATETIME, KEY (customer_id))`,
      ],
    });
    await company.insert(
      'customers',
      keys.map((id) => ({ id, created_at: BEFORE, password_hash: 'hash' })),
    );
    await company.insert(
      'sessions',
      keys.map((id) => ({ customer_id: id, created_at: BEFORE })),
    );
    expect(await company.expireAll(size)).toEqual({
      expired: keys.length,
      changed_since: 0,
      none: 0,
      revoked: keys.length,
    });
    const [{ same }] = (await company.rows(sql<{ same: string }>`
      SELECT COUNT(*) AS same FROM cohort k JOIN ${company.table('customers')} c ON c.id = k.customer_id
      WHERE c.password_hash IS NULL`)) as [{ same: string }];
    expect(Number(same)).toBe(keys.length);
    expect(await verifyExpiry(company.database.db, company, INCIDENT, Date.now())).toEqual({
      clean: true,
      findings: [],
      unprovable: [],
    });
    await company.drop();
    company = undefined;
  }
});

test('a number that is shown with zeros before it is the same customer in another table, where the password is', async () => {
  const key = 'INT(8) UNSIGNED ZEROFILL PRIMARY KEY';
  company = await ownCompany('keys', {
    mapping: {
      customers: { table: 'customers', key: 'id', email: 'email' },
      retire: [{ table: 'logins', key: 'customer', column: 'pw', dead: null }],
    },
    make: [
      `CREATE TABLE %s.customers (id ${key}, email VARCHAR(99))`,
      'CREATE TABLE %s.logins (customer BIGINT PRIMARY KEY, pw VARCHAR(60))',
    ],
  });
  await company.insert('customers', [{ id: 5 }, { id: 99 }]);
  await company.insert('logins', [
    { customer: 5, pw: 'a' },
    { customer: 99, pw: 'b' },
  ]);
  expect(await company.expireAll(1)).toMatchObject({ expired: 2 });
  expect(await company.rows(sql`SELECT pw FROM ${company.table('logins')}`)).toEqual([
    { pw: null },
    { pw: null },
  ]);
});

test('gaps cost nothing, the last range ends at the last key, and planning goes on where it stopped (C38)', async () => {
  company = await ownCompany('keys');
  const ids = [3, 4, 5, 1_000_000, 1_000_001, 9_000_000_000, 9_000_000_001];
  await company.insert(
    'customers',
    ids.map((id) => ({ id, created_at: BEFORE })),
  );
  const { db } = company.database;
  const plan = (after: string | null, size: number, count: number) =>
    planRanges(db, { source: company!, keyColumn: company!.keyColumn, after, size, count });
  expect(await plan(null, 3, 2)).toEqual([
    { after: null, upTo: '5' },
    { after: '5', upTo: '9000000000' },
  ]);
  expect(await plan('9000000000', 3, 2)).toEqual([{ after: '9000000000', upTo: '9000000001' }]);
  expect(await plan('9000000001', 3, 2)).toEqual([]);
  expect(await plan('5', 4, 9)).toEqual([{ after: '5', upTo: '9000000001' }]);
  const boundary = (after: string | null, size: number) =>
    nextBoundary(db, company!, { after, upTo: '1000001', size });
  expect([
    await boundary(null, 2),
    await boundary('4', 2),
    await boundary('4', 4),
    await boundary('4', 3),
  ]).toEqual(['4', '1000000', '1000001', '1000001']);
});

test('the cohort is walked by its own keys, and only that of the incident', async () => {
  company = await ownCompany('keys');
  const { db } = company.database;
  for (const [incident, id] of [
    [1, 10],
    [1, 30],
    [2, 20],
    [1, 50],
  ]) {
    await company.run(
      sql`INSERT INTO cohort (incident, customer_id, password, expired_at) VALUES (${incident}, ${id}, 'none', NOW())`,
    );
  }
  const walk = { source: { cohortOf: 1 }, keyColumn: company.keyColumn, after: null, size: 2, count: 9 };
  expect(await planRanges(db, walk)).toEqual([
    { after: null, upTo: '30' },
    { after: '30', upTo: '50' },
  ]);
});

test('a step of the walk reads only its own keys', async () => {
  company = await ownCompany('keys');
  await company.insert(
    'customers',
    Array.from({ length: 50 }, (_, id) => ({ id, email: `c${id}@example.test`, created_at: BEFORE })),
  );
  // Statistics of a fresh table come some time later, and plans go by them.
  await company.run(sql`ANALYZE TABLE ${company.table('customers')}`);
  const read = await company.database.db.connection().execute(async (connection) => {
    await sql`FLUSH STATUS`.execute(connection);
    expect(await nextBoundary(connection, company!, { after: '5', upTo: '40', size: 10 })).toBe('15');
    const { rows } = await sql<{ Variable_name: string; Value: string }>`
      SHOW SESSION STATUS LIKE 'Handler_read%'`.execute(connection);
    return rows.reduce((sum, row) => sum + Number(row.Value), 0);
  });
  expect(read).toBeGreaterThan(0);
  expect(read).toBeLessThanOrEqual(11);
});
