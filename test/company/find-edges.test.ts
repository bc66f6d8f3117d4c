import { sql } from 'kysely';
import { findCandidates } from '../../src/books/candidates';
import { instantOf } from '../../src/company/column-time';
import { findCustomer } from '../../src/company/find-customer';
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

test.each([
  ['0001-01-01 00:00:00', 'UTC'],
  ['0001-01-01 00:00:00', 'Europe/Berlin'],
  ['0000-00-00 00:00:00', 'UTC'],
])('%s is no time to show', (reading, zone) => {
  expect(instantOf({ column: 'c', as: 'datetime', zone }, reading)).toBeNull();
});
