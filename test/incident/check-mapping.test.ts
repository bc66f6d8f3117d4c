import { checkMapping } from '../../src/incident/check-mapping';
import type { DatabaseMapping } from '../../src/incident/database-schema';
import { wholeIncident } from './example-incident';

const { database } = wholeIncident();
const [password] = database.retire;
const [sessions] = database.revoke;

/** The example's mapping with other entries; each problem as `path: found`. */
function saidOf(change: {
  customers?: Partial<DatabaseMapping['customers']>;
  retire?: Partial<DatabaseMapping['retire'][number]>[];
  revoke?: Partial<DatabaseMapping['revoke'][number]>[];
}): string[] {
  const mapping = {
    ...database,
    customers: { ...database.customers, ...change.customers },
    retire: (change.retire ?? [{}]).map((entry) => ({ ...password!, ...entry })),
    revoke: (change.revoke ?? []).map((entry) => ({ ...sessions!, ...entry })),
  } as DatabaseMapping;
  return checkMapping(mapping).map(({ path, found }) => `${path.join('.')}: ${found}`);
}
/** An entry of `revoke` that writes. */
const writing = (table: string, column: string, where?: string) => ({
  ...{ table, column, dead: null, delete: undefined, createdAt: undefined },
  ...(where === undefined ? {} : { where }),
});

test('a value that the expiry writes is none that is read, whatever its case', () => {
  const writes = (column: string) => saidOf({ retire: [{ table: 'Customers', column }] });
  for (const [column, use] of [
    ['ID', 'the link of an entry'],
    ['Email', 'customers.email'],
    ['first_name', 'customers.name'],
    ['language', 'customers.language'],
    ['country', 'customers.country'],
    ['region', 'customers.region'],
    ['created_at', 'customers.createdAt'],
  ])
    expect(writes(column!)).toEqual([`database.retire.0.column: "${column}", which is ${use} as well`]);
  expect(writes('password_hash')).toEqual([]);
  // Of another table it is another column.
  expect(saidOf({ retire: [{ table: 'logins', column: 'email', key: 'customer_id' }] })).toEqual([]);
  expect(saidOf({ retire: [{ table: 'logins', column: 'customer_id', key: 'customer_id' }] })).toHaveLength(
    1,
  );
});

test('neither is it a time or a link of another entry', () => {
  const setAt = { column: 'password_set_at', as: 'datetime', zone: 'UTC' } as const;
  expect(saidOf({ retire: [{ setAt }, { column: 'password_set_at' }] })).toEqual([
    'database.retire.1.column: "password_set_at", which is setAt of an entry as well',
  ]);
  const token = { column: 'created_at', as: 'datetime', zone: 'UTC' } as const;
  expect(
    saidOf({ revoke: [{ table: 'tokens', createdAt: token }, writing('tokens', 'created_at')] }),
  ).toEqual(['database.revoke.1.column: "created_at", which is createdAt of an entry as well']);
  expect(
    saidOf({ revoke: [{ table: 'tokens', key: undefined, email: 'mail' }, writing('tokens', 'mail')] }),
  ).toEqual(['database.revoke.1.column: "mail", which is the link of an entry as well']);
  const via = { table: 'accounts', key: 'id', column: 'customer_id' };
  for (const column of ['id', 'customer_id'])
    expect(saidOf({ revoke: [{ table: 'tokens', via }, writing('accounts', column)] })).toEqual([
      `database.revoke.1.column: "${column}", which is the link of an entry as well`,
    ]);
});

test('no two entries write one value in the same rows', () => {
  const twice = 'which is written by another entry as well';
  const two = (first?: string, second?: string) =>
    saidOf({ revoke: [writing('meta', 'value', first), writing('META', 'Value', second)] });
  expect(two()).toEqual([`database.revoke.1.column: "Value", ${twice}`]);
  expect(two('kind = 1')).toHaveLength(1);
  expect(two(undefined, 'kind = 2')).toHaveLength(1);
  expect(two('kind = 1', 'kind = 1')).toHaveLength(1);
  expect(two('kind = 1', 'kind = 2')).toEqual([]);
  expect(saidOf({ revoke: [writing('customers', 'password_hash')] })).toEqual([
    'database.revoke.0.column: "password_hash", which is a password under retire as well',
  ]);
});

test('no rows of customers or of passwords are deleted, but for some of passwords that a condition names', () => {
  const kept = (table: string) =>
    `database.revoke.0.table: "${table}", whose rows are customers or passwords`;
  const deleting = (table: string, where?: string) =>
    saidOf({
      retire: [{ table: 'logins', key: 'customer_id' }],
      revoke: [{ table, ...(where === undefined ? {} : { where }) }],
    });
  expect(deleting('Customers')).toEqual([kept('Customers')]);
  expect(deleting('CUSTOMERS', 'guest = 1')).toEqual([kept('CUSTOMERS')]);
  expect(deleting('Logins')).toEqual([kept('Logins')]);
  expect(deleting('logins', 'kind = 2')).toEqual([]);
  expect(deleting('sessions')).toEqual([]);
  const select = { table: undefined, select: 'SELECT id FROM {schema}.users' };
  expect(saidOf({ customers: select as never, revoke: [{ table: 'sessions' }] })).toEqual([]);
  expect(saidOf({ retire: [{ table: 'logins' }], revoke: [writing('logins', 'token', 'kind = 2')] })).toEqual(
    [],
  );
});

test('a table twice is for other rows, or by another column', () => {
  const again = 'database.revoke.1.table: "SESSIONS" a second time';
  expect(saidOf({ revoke: [{}, { table: 'SESSIONS', key: 'Customer_ID' }] })).toEqual([again]);
  expect(saidOf({ revoke: [{}, { key: 'other_id' }] })).toEqual([]);
  expect(saidOf({ revoke: [{ where: 'a = 1' }, { where: 'a = 2' }] })).toEqual([]);
});

test('what stands between a table and the customers is another table', () => {
  const via = (table: string) => ({ table, key: 'id', column: 'customer_id' });
  expect(saidOf({ revoke: [{ table: 'Tokens', via: via('tokens') }] })).toEqual([
    'database.revoke.0.via.table: "tokens", the table itself',
  ]);
  expect(saidOf({ revoke: [{ table: 'tokens', via: via('accounts') }] })).toEqual([]);
  expect(saidOf({ revoke: [{ table: 'tokens' }] })).toEqual([]);
});

test('a mapping may lack what it need not have: a table of customers, when they came, when a password was set', () => {
  const customers = { table: undefined, createdAt: undefined };
  const deleting = { table: 'orders', where: 'open' };
  expect(saidOf({ customers, retire: [{ setAt: undefined }], revoke: [deleting] })).toEqual([]);
  expect(
    saidOf({ customers, retire: [{ table: 'logins' }], revoke: [{ ...deleting, table: 'logins' }] }),
  ).toEqual([]);
});
