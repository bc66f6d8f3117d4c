import { sql } from 'kysely';
import { countCustomers } from '../../src/company/count/count-customers';
import { findCustomer } from '../../src/company/find-customer';
import { AFTER, BEFORE, type OwnCompany, ownCompany } from './own-company';
import { referenceMapping } from './reference-mapping';

let company: OwnCompany | undefined;
afterEach(async () => {
  await company?.drop();
  company = undefined;
});
const idsOf = async (asked: string) =>
  (await findCustomer(company!.database.db, company!, asked)).map((customer) => customer.id);

test('a customer is found by id or by address; several may share one, in any case', async () => {
  company = await ownCompany('find');
  await company.insert('customers', [
    { id: 9007199254740992n, email: 'Ann@mail.test', created_at: BEFORE },
    { id: 9007199254740993n, email: 'ann@mail.test', created_at: BEFORE },
    { id: 5, email: 'Ann@mail.test', created_at: BEFORE },
    { id: 6, email: '7', created_at: BEFORE },
    { id: 8, email: 'müller@mail.test', created_at: BEFORE },
  ]);
  expect(await idsOf('9007199254740993')).toEqual(['9007199254740993']);
  expect(await idsOf(' ann@MAIL.test ')).toEqual(['5', '9007199254740992', '9007199254740993']);
  expect(await idsOf('7')).toEqual(['6']);
  expect(await idsOf('müller@mail.test')).toEqual(['8']);
  for (const nobody of [
    '',
    '4',
    '-1',
    '99999999999999999999999',
    '1e1',
    "' OR 1=1 -- ",
    'x@mail.test',
    '5 OR 1',
    '\0',
  ]) {
    expect(await idsOf(nobody)).toEqual([]);
  }
});

test('a look-up says of the password whether it is set, expired, alive, in UTC; and never shows a hash', async () => {
  company = await ownCompany('find', { mapping: referenceMapping('-08:00') });
  await company.insert('customers', [
    { id: 1, email: 'a@mail.test', created_at: BEFORE, password_hash: 'hash', password_set_at: BEFORE },
    { id: 2, email: null, created_at: '0000-00-00 00:00:00', password_set_at: '0000-00-00 00:00:00' },
  ]);
  await company.expire();
  const [customer] = await findCustomer(company.database.db, company, '1');
  expect(customer).toEqual({
    id: '1',
    email: 'a@mail.test',
    createdAt: '2011-06-01T18:00:00.000Z',
    hasPassword: false,
    passwordSetAt: '2011-06-01T18:00:00.000Z',
  });
  expect(await findCustomer(company.database.db, company, '2')).toEqual([
    {
      id: '2',
      email: null,
      createdAt: null,
      hasPassword: false,
      passwordSetAt: null,
    },
  ]);
});

test('a binary key is found by its UUID or its hex digits (C32)', async () => {
  company = await ownCompany('find', {
    mapping: {
      customers: { table: 'customers', key: 'id', email: 'email' },
      retire: [{ table: 'customers', key: 'id', column: 'password_hash', dead: null }],
    },
    make: [
      `CREATE TABLE %s.customers (id BINARY(16) PRIMARY KEY, email VARCHAR(99), password_hash VARCHAR(9))`,
    ],
  });
  const id = '5c275c00000000000000000000000000';
  await company.insert('customers', [{ id: Buffer.from(id, 'hex'), email: 'abcdef@mail.test' }]);
  expect(await idsOf(id)).toEqual([id]);
  expect(await idsOf('5C275C00-0000-0000-0000-000000000000')).toEqual([id]);
  expect(await idsOf(`0x${id}`)).toEqual([id]);
  expect(await idsOf('abcdef@mail.test')).toEqual([id]);
  expect(await idsOf('5c27')).toEqual([]);
});

test('a look-up reads only the rows that it asks for, by an index', async () => {
  company = await ownCompany('find');
  await company.insert(
    'customers',
    Array.from({ length: 50 }, (_, id) => ({ id, email: `c${id}@mail.test`, created_at: BEFORE })),
  );
  for (const asked of ['7', 'c7@mail.test']) {
    const read = await company.database.db.connection().execute(async (connection) => {
      await sql`FLUSH STATUS`.execute(connection);
      expect(await findCustomer(connection, company!, asked)).toHaveLength(1);
      const { rows } = await sql<{ Value: string }>`SHOW SESSION STATUS LIKE 'Handler_read%'`.execute(
        connection,
      );
      return rows.reduce((sum, row) => sum + Number(row.Value), 0);
    });
    expect(read).toBeLessThanOrEqual(4);
  }
});

test('the count before a run is what the run then does', async () => {
  company = await ownCompany('find');
  const row = (id: number, more: object) => ({
    id,
    created_at: BEFORE,
    password_hash: 'h',
    password_set_at: BEFORE,
    ...more,
  });
  await company.insert('customers', [
    row(1, {}),
    row(2, { password_set_at: null }),
    row(3, { password_set_at: AFTER }),
    row(4, { password_hash: null }),
    row(5, { created_at: AFTER, password_set_at: AFTER }),
    row(6, { created_at: AFTER }),
    row(7, { created_at: '0000-00-00 00:00:00', password_set_at: '0000-00-00 00:00:00' }),
  ]);
  const { database } = company;
  const counts = await countCustomers(database.db, company, { now: Date.now(), earlier: null });
  expect(counts).toEqual({
    expired: 3,
    changedSince: 1,
    expiredBefore: 0,
    none: 1,
    outside: 2,
    unknownCreation: 1,
    leftOut: [],
  });
  expect(await company.expire()).toMatchObject({ expired: 3, changed_since: 1, none: 1 });
});

test('an empty table counts nothing', async () => {
  company = await ownCompany('find');
  const counts = await countCustomers(company.database.db, company, { now: Date.now(), earlier: null });
  expect(counts).toEqual({
    expired: 0,
    changedSince: 0,
    expiredBefore: 0,
    none: 0,
    outside: 0,
    unknownCreation: 0,
    leftOut: [],
  });
});
