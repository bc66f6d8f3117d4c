import { sql } from 'kysely';
import { findCandidates } from '../../src/books/candidates';
import { instantOf } from '../../src/company/column-time';
import { alikeCustomers, findByName, findCustomer } from '../../src/company/find-customer';
import { make, own, plain, run } from './small-company';

test("the notice's condition on passwords reads the company's columns, not those of our own tables beside them", async () => {
  await make(
    {
      customers: { table: 'users', key: 'id', email: 'email' },
      retire: [
        {
          table: 'users',
          key: 'id',
          column: 'password',
          dead: null,
          usable: "password <> '' AND incident = 0",
        },
      ],
    },
    [
      'CREATE TABLE %s.users (id INT PRIMARY KEY, email VARCHAR(60), password VARCHAR(60), incident INT NOT NULL)',
    ],
    { users: [1, 2].map((id) => ({ id, password: 'p', incident: 0 })) },
  );
  await own().expire();
  await run((table) => sql`UPDATE ${table('users')} SET password = 'chosen' WHERE id = 2`);
  for (const wave of ['notice', 'reminder'] as const) {
    const books = { ...own().books, wave, remindAfterSeconds: 1 };
    const candidates = await findCandidates(books, { after: null, upTo: '9' }, 10);
    expect(candidates.map(({ disposition }) => disposition)).toEqual(['expired', 'changed_since']);
  }
});

test('a look-up with letters that the column does not have finds nobody', async () => {
  await make(
    { ...plain, customers: { table: 'users', key: 'id', email: 'email' } },
    [
      'CREATE TABLE %s.users (id VARCHAR(20) CHARACTER SET latin1 PRIMARY KEY, email VARCHAR(60) CHARACTER SET latin1, pw VARCHAR(60))',
    ],
    { users: [{ id: 'jörg', email: 'jörg@x.test', pw: 'p' }] },
  );
  const { db } = own().database;
  expect(await findCustomer(db, own(), 'иван@x.test')).toEqual([]);
  expect(await findCustomer(db, own(), 'JÖRG@x.test')).toMatchObject([{ id: 'jörg' }]);
  expect(await findCustomer(db, own(), 'jörg')).toMatchObject([{ id: 'jörg' }]);
});

test('a column that takes ü for u gives nobody for somebody else: others are named by their ids alone (C110)', async () => {
  await make(
    { ...plain, customers: { table: 'users', key: 'id', email: 'email', name: 'name' } },
    [
      'CREATE TABLE %s.users (id VARCHAR(20) PRIMARY KEY, email VARCHAR(60), name VARCHAR(60), pw VARCHAR(60), KEY (email)) DEFAULT CHARSET utf8mb4 COLLATE utf8mb4_unicode_ci',
    ],
    {
      users: [
        { id: 'u1', email: 'muller@x.test', name: 'Anna 50%', pw: 'p' },
        { id: 'u2', email: 'MÜLLER@y.test', name: 'Anne_B', pw: 'p' },
        { id: 'u3', email: 'muller@y.test', name: 'Bert', pw: 'p' },
        { id: 'zoë', email: 'z@x.test', name: null, pw: 'p' },
      ],
    },
  );
  const { db } = own().database;
  const found = async (asked: string) => (await findCustomer(db, own(), asked)).map(({ id }) => id);
  const alike = (asked: string) => alikeCustomers(db, own(), asked);
  expect([await found('müller@x.test'), await alike('müller@x.test')]).toEqual([[], ['u1']]);
  expect([await found('müller@y.test'), await alike('müller@y.test')]).toEqual([['u2'], ['u3']]);
  expect([await found('Muller@y.test'), await alike('Muller@y.test')]).toEqual([['u3'], ['u2']]);
  expect([await found('zoe'), await alike('zoe')]).toEqual([[], ['zoë']]);
  expect([await found('ZOË'), await alike('ZOË')]).toEqual([['zoë'], []]);
  expect([await found('zoe\u0308'), await found(' zoë '), await found('nobody')]).toEqual([
    ['zoë'],
    ['zoë'],
    [],
  ]);
  const named = async (beginning: string) => (await findByName(db, own(), beginning)).map(({ id }) => id);
  expect([
    await named('ann'),
    await named('anna 50%'),
    await named('anne_'),
    await named('ann_'),
    await named('%'),
  ]).toEqual([['u1', 'u2'], ['u1'], ['u2'], [], []]);
});

test('an id that ends in a space is told from the one that does not, where the column does', async () => {
  await make(
    { ...plain, customers: { table: 'users', key: 'id', email: 'email' } },
    [
      'CREATE TABLE %s.users (id VARCHAR(20) PRIMARY KEY, email VARCHAR(60), pw VARCHAR(60)) DEFAULT CHARSET utf8mb4 COLLATE utf8mb4_bin',
    ],
    {
      users: [
        { id: 'a ', email: 'a@x.test', pw: 'p' },
        { id: 'b', email: 'b@x.test', pw: 'p' },
      ],
    },
  );
  const { db } = own().database;
  for (const [asked, id] of [
    ['a ', 'a '],
    ['b', 'b'],
    ['b  ', 'b'],
    [' b', 'b'],
  ] as const)
    expect(await findCustomer(db, own(), asked)).toMatchObject([{ id }]);
});

test('of two ids that differ in the space at their end alone each finds its own', async () => {
  await make(
    { ...plain, customers: { table: 'users', key: 'id', email: 'email' } },
    // A collation that counts the space, by its name on MariaDB and on MySQL.
    [
      'CREATE TABLE %s.users (id VARCHAR(20) PRIMARY KEY, email VARCHAR(60), pw VARCHAR(60)) DEFAULT CHARSET utf8mb4 /*M! COLLATE utf8mb4_nopad_bin */ /*!80017 COLLATE utf8mb4_0900_bin */',
    ],
    { users: ['a', 'a '].map((id) => ({ id, email: 'a@x.test', pw: 'p' })) },
  );
  for (const id of ['a', 'a '])
    expect((await findCustomer(own().database.db, own(), id)).map((found) => found.id)).toEqual([id]);
});

test.each([
  ['0001-01-01 00:00:00', 'UTC'],
  ['0001-01-01 00:00:00', 'Europe/Berlin'],
  ['0000-00-00 00:00:00', 'UTC'],
])('%s is no time to show', (reading, zone) => {
  expect(instantOf({ column: 'c', as: 'datetime', zone }, reading)).toBeNull();
});
