import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { takeLane } from '../../src/books/claim';
import {
  type ExpiryCounts,
  expireRange,
  LaneLostError,
  PasswordStaysError,
} from '../../src/company/expire-range';
import { hasChosen, isBack } from '../../src/company/passwords';
import { statementsIn } from '../faults/statements-in';
import { until } from '../until';
import { AFTER, BEFORE, INCIDENT, type OwnCompany, ownCompany } from './own-company';
import { referenceMapping } from './reference-mapping';

let company: OwnCompany | undefined;
afterEach(async () => {
  await company?.drop();
  company = undefined;
});

/** By an application server whose clock is ahead: not so far that it is no time at all. */
const FAR_AHEAD = new Date(Date.now() + 3_600_000).toISOString().slice(0, 19).replace('T', ' ');

const customer = (id: number, more: Record<string, unknown> = {}) => ({
  id,
  email: `c${id}@mail.test`,
  created_at: '2010-01-01 00:00:00',
  password_hash: `hash-${id}`,
  password_set_at: BEFORE,
  ...more,
});
const cohort = () =>
  company!.rows(
    sql<{
      customer_id: string;
      password: string;
    }>`SELECT customer_id, password FROM cohort ORDER BY customer_id`,
  );
const customers = () =>
  company!.rows(
    sql<{
      id: string;
      password_hash: string | null;
    }>`SELECT id, password_hash FROM ${company!.table('customers')} ORDER BY id`,
  );
const left = async (table: string, column = 'token') =>
  (
    await company!.rows(
      sql<{
        kept: string;
      }>`SELECT ${sql.id(column)} AS kept FROM ${company!.table(table)} ORDER BY ${sql.id(column)}`,
    )
  ).map((row) => row.kept);

test('each customer is frozen by what became of the password, and only stolen passwords die (I3, I5)', async () => {
  company = await ownCompany('expire');
  await company.insert('customers', [
    customer(1),
    customer(2, { password_set_at: AFTER }),
    customer(3, { password_hash: null, password_set_at: null }),
    customer(4, { password_hash: '' }),
    customer(5, { password_set_at: null }),
    customer(6, { created_at: AFTER, password_set_at: AFTER }),
    customer(7, { created_at: AFTER, password_set_at: null }),
    customer(8, { password_set_at: '2012-01-15 23:00:00', created_at: '2012-01-15 23:00:00' }),
    customer(9, { password_set_at: '0000-00-00 00:00:00' }),
  ]);
  const counts = await company.expire();
  expect(counts).toEqual({ expired: 4, changed_since: 1, none: 2, revoked: 0 });
  expect((await cohort()).map((row) => `${row.customer_id} ${row.password}`)).toEqual([
    '1 expired',
    '2 changed_since',
    '3 none',
    '4 none',
    '5 expired',
    '8 expired',
    '9 expired',
  ]);
  const alive = (await customers()).filter((row) => row.password_hash !== null && row.password_hash !== '');
  expect(alive.map((row) => row.password_hash)).toEqual([2, 6, 7].map((id) => `hash-${id}`));
});

test.each([
  ['a range that nobody of is in the cohort yet', false],
  ['a range of which somebody is in the cohort already', true],
])(
  'the fingerprint is of the old hash, whatever plan the server makes of the statements: %s',
  async (_, partly) => {
    company = await ownCompany('expire');
    const ids = Array.from({ length: 300 }, (_, i) => i + 1);
    await company.insert(
      'customers',
      ids.map((id) => customer(id)),
    );
    if (partly) await company.expire({ after: null, upTo: '100' });
    await company.expire();
    expect((await customers()).filter((row) => row.password_hash !== null)).toEqual([]);
    const back = (id: number) =>
      sql`UPDATE ${company!.table('customers')} SET password_hash = ${`hash-${id}`} WHERE id = ${id}`;
    for (const id of [1, 150, 300]) await company.run(back(id));
    await company.run(
      sql`UPDATE ${company.table('customers')} SET password_hash = 'hash-7', password_set_at = NULL WHERE id = 8`,
    );
    const old = await company.rows(sql<{ customer_id: string }>`
    SELECT k.customer_id FROM cohort k WHERE ${isBack(company)} ORDER BY k.customer_id`);
    expect(old.map((row) => Number(row.customer_id))).toEqual([1, 150, 300]);
  },
);

test.each([
  ['said to be new by its own time', AFTER],
  ['of unknown age', null],
])(
  'repeating a range changes nothing, also for a password that was chosen since, %s (I5)',
  async (_, setAt) => {
    company = await ownCompany('expire');
    await company.insert('customers', [customer(1), customer(2), customer(3, { password_set_at: AFTER })]);
    await company.insert('sessions', [{ customer_id: 1, token: 'old', created_at: BEFORE }]);
    await company.expire();
    await company.run(
      sql`UPDATE ${company.table('customers')} SET password_hash = 'chosen', password_set_at = ${setAt} WHERE id = 1`,
    );
    await company.insert('sessions', [{ customer_id: 1, token: 'new', created_at: FAR_AHEAD }]);
    const before = [await customers(), await cohort()];
    const again = await company.expire();
    expect(again).toEqual({ expired: 0, changed_since: 0, none: 0, revoked: 0 });
    expect([await customers(), await cohort()]).toEqual(before);
    expect(await left('sessions')).toEqual(['new']);
  },
);

test.each([
  ['the very hash that died, whatever its time says', `hash-1`, AFTER],
  ['a hash written anew by a login in flight, its time left as it was', 'rehashed', BEFORE],
])(
  'an old password that is back dies again with all that it has opened since: %s (I3)',
  async (_, hash, setAt) => {
    company = await ownCompany('expire');
    await company.insert('customers', [customer(1), customer(2)]);
    await company.expire();
    await company.run(
      sql`UPDATE ${company.table('customers')} SET password_hash = ${hash}, password_set_at = ${setAt} WHERE id = 1`,
    );
    await company.insert(
      'sessions',
      [1, 2].map((id) => ({ customer_id: id, token: `s${id}`, created_at: FAR_AHEAD })),
    );
    expect(await company.expire()).toEqual({ expired: 0, changed_since: 0, none: 0, revoked: 1 });
    expect((await customers()).map((row) => row.password_hash)).toEqual([null, null]);
    expect(await left('sessions')).toEqual(['s2']);
    expect(await company.expire()).toMatchObject({ revoked: 0 });
  },
);

test('what a password had opened dies with it, and nothing else (I3)', async () => {
  company = await ownCompany('expire');
  await company.insert('customers', [
    customer(1),
    customer(2, { password_set_at: AFTER }),
    customer(3, { password_hash: null }),
    customer(4, { created_at: AFTER, password_set_at: AFTER }),
    customer(5, { email: 'Shared@mail.test' }),
    customer(6, { email: 'shared@mail.test', created_at: AFTER, password_set_at: AFTER }),
    customer(7, { email: '' }),
  ]);
  const later = '2012-01-15 23:59:00';
  await company.insert('sessions', [
    { customer_id: 1, token: 'expired, old', created_at: BEFORE },
    { customer_id: 1, token: 'expired, by a clock ahead', created_at: FAR_AHEAD },
    { customer_id: 2, token: 'changed, old', created_at: BEFORE },
    { customer_id: 2, token: 'changed, between cutoff and change', created_at: '2012-01-15 23:10:00' },
    { customer_id: 2, token: 'KEPT changed, by the new password', created_at: later },
    { customer_id: 3, token: 'no password, old', created_at: BEFORE },
    { customer_id: 3, token: 'KEPT no password, new', created_at: later },
    { customer_id: 4, token: 'KEPT made after the cutoff', created_at: BEFORE },
    { customer_id: 99, token: 'KEPT of nobody', created_at: BEFORE },
  ]);
  await company.insert('password_resets', [
    { email: 'c1@mail.test', token: 'link, old', created_at: BEFORE },
    { email: 'c2@mail.test', token: 'KEPT link, new', created_at: later },
    { email: 'c4@mail.test', token: 'KEPT link, made after', created_at: BEFORE },
    { email: 'SHARED@mail.test', token: 'link, shared', created_at: BEFORE },
    { email: '', token: 'KEPT link, no address', created_at: BEFORE },
  ]);
  const { revoked } = await company.expire();
  expect(
    [...(await left('sessions')), ...(await left('password_resets'))].filter(
      (token) => !token.startsWith('KEPT'),
    ),
  ).toEqual([]);
  expect(revoked).toBe(7);
  expect((await left('sessions')).length + (await left('password_resets')).length).toBe(7);
});

test('a table that does not say when its rows were made is emptied once, and not by a repeat', async () => {
  const revoke = [
    { table: 'sessions', key: 'customer_id', delete: 'rows' as const },
    { table: 'password_resets', email: 'email', delete: 'rows' as const },
  ];
  company = await ownCompany('expire', { mapping: { ...referenceMapping(), revoke } });
  await company.insert('customers', [customer(1), customer(2, { password_set_at: AFTER })]);
  const fill = async () => {
    await company!.insert(
      'sessions',
      [1, 2, 3].map((id) => ({ customer_id: id, token: `s${id}`, created_at: BEFORE })),
    );
    await company!.insert('password_resets', [{ email: 'c1@mail.test', token: 'r1', created_at: BEFORE }]);
  };
  await fill();
  expect((await company.expire()).revoked).toBe(3);
  expect(await left('sessions')).toEqual(['s3']);
  await fill();
  expect((await company.expire()).revoked).toBe(0);
});

test('an attempt whose lane was taken over expires nothing', async () => {
  company = await ownCompany('expire');
  await company.insert('customers', [customer(1)]);
  const zombie = randomUUID();
  const { db } = company.database;
  await takeLane({ db, incident: INCIDENT }, 'expire-1', zombie);
  await takeLane({ db, incident: INCIDENT }, 'expire-1', randomUUID());
  const range = { after: null, upTo: '1' };
  const expiry = { incident: INCIDENT, lane: 'expire-1', laneToken: zombie, range };
  await expect(expireRange(db, company, expiry)).rejects.toThrow(LaneLostError);
  expect((await customers())[0]!.password_hash).toBe('hash-1');
  expect(await cohort()).toEqual([]);
});

test('a password that a trigger puts back is never recorded as changed since: the range fails whole (C36)', async () => {
  company = await ownCompany('expire');
  await company.insert('customers', [customer(1), customer(2)]);
  await company.run(sql`CREATE TRIGGER ${company.table('put_back')} BEFORE UPDATE ON ${company.table('customers')}
    FOR EACH ROW SET NEW.password_hash = IF(OLD.id = 2, OLD.password_hash, NEW.password_hash)`);
  await expect(company.expire()).rejects.toThrow(PasswordStaysError);
  expect(await cohort()).toEqual([]);
  expect((await customers()).map((row) => row.password_hash)).toEqual(['hash-1', 'hash-2']);
});

test('a company whose tables hold no times, and whose hash is NOT NULL', async () => {
  company = await ownCompany('expire', {
    mapping: {
      customers: { table: 'user', key: 'user.id', email: 'e-mail' },
      retire: [{ table: 'user', key: 'user.id', column: 'pw', dead: '*' }],
    },
    make: ['CREATE TABLE %s.user (`user.id` INT PRIMARY KEY, `e-mail` VARCHAR(99), pw VARCHAR(60) NOT NULL)'],
  });
  const row = (id: number, pw: string) => ({ 'user.id': id, pw });
  await company.insert('user', [row(1, 'secret'), row(2, '*'), row(3, '')]);
  expect(await company.expire()).toMatchObject({ expired: 1, changed_since: 0, none: 2 });
  expect(await left('user', 'pw')).toEqual(['', '*', '*']);
  expect(await company.expire()).toMatchObject({ expired: 0, changed_since: 0, none: 0 });
});

test("each time is read in its column's own form and zone (C60, C61)", async () => {
  const wall = (id: number, created: string, set: number, made: string) => ({ id, created, set, made });
  company = await ownCompany('expire', {
    mapping: {
      customers: {
        table: 'c',
        key: 'id',
        email: 'email',
        createdAt: { column: 'created', as: 'datetime', zone: 'America/Los_Angeles' },
      },
      retire: [
        { table: 'c', key: 'id', column: 'hash', dead: null, setAt: { column: 'set_at', as: 'unixSeconds' } },
      ],
      revoke: [{ table: 's', key: 'c', createdAt: { column: 'made', as: 'timestamp' }, delete: 'rows' }],
    },
    make: [
      'CREATE TABLE %s.c (id INT PRIMARY KEY, email VARCHAR(9), hash VARCHAR(9), created DATETIME(3), set_at INT UNSIGNED NOT NULL)',
      'CREATE TABLE %s.s (c INT, made TIMESTAMP NULL, KEY (c))',
    ],
  });
  // 01:15 the second time that night: the clocks were set back at 02:00 -07:00.
  const cutoff = '2011-11-06T01:15:00-08:00';
  const seconds = Date.parse(cutoff) / 1000;
  const rows = [
    wall(1, '2011-11-06 01:10:00', seconds, '2011-11-06 09:15:00'),
    wall(2, '2011-11-06 01:30:00', seconds + 1, '2011-11-06 09:15:01'),
    wall(3, '2011-11-06 01:59:59.999', 0, '2011-11-06 09:15:00'),
    wall(4, '2011-11-06 02:00:00', seconds, '2011-11-06 09:15:00'),
  ];
  for (const { id, created, set, made } of rows) {
    await company.insert('c', [{ id, hash: `h${id}`, created, set_at: set }]);
    await company.insert('s', [{ c: id, made }]);
  }
  expect(await company.expire(undefined, undefined, cutoff)).toEqual({
    expired: 2,
    changed_since: 1,
    none: 0,
    revoked: 3,
  });
  expect((await cohort()).map((row) => `${row.customer_id} ${row.password}`)).toEqual([
    '1 expired',
    '2 changed_since',
    '3 expired',
  ]);
  expect(await left('s', 'c')).toEqual([4]);
  const ago = new Date(Date.now() - 3_600_000).toISOString().slice(0, 19).replace('T', ' ');
  const soon = new Date(Date.now() + 3_600_000).toISOString().slice(0, 19).replace('T', ' ');
  await company.insert('s', [
    { c: 1, made: ago },
    { c: 1, made: soon },
  ]);
  expect((await company.expire(undefined, undefined, cutoff)).revoked).toBe(1);
});

test('a time that lies in the future is no time: the worst case (C62)', async () => {
  company = await ownCompany('expire');
  await company.insert('customers', [
    customer(1, { password_set_at: '2999-01-01 00:00:00' }),
    customer(2, { created_at: '2030-06-01 00:00:00' }),
  ]);
  expect(await company.expire()).toMatchObject({ expired: 2, changed_since: 0 });
});

test('a lock that another holds is waited for, and a deadlock repeats the range', async () => {
  company = await ownCompany('expire');
  await company.insert('customers', [customer(1), customer(2)]);
  await company.insert('sessions', [{ customer_id: 1, token: 'old', created_at: BEFORE }]);
  const { db } = company.database;
  const sessions = company.table('sessions');
  const table = company.table('customers');
  let expiring: Promise<ExpiryCounts> | undefined;
  // Another transaction, made heavier than ours so that ours is the one to be given up: sessions first, then the customer.
  await db.connection().execute(async (other) => {
    await sql`BEGIN`.execute(other);
    await sql`DELETE FROM ${sessions} WHERE customer_id = 1`.execute(other);
    await sql`INSERT INTO audit SELECT 9, seq.n, NOW(), '', '', '', '', '' FROM (${sql.raw(
      Array.from({ length: 500 }, (_, i) => `SELECT ${i} AS n`).join(' UNION ALL '),
    )}) seq`.execute(other);
    expiring = company!.expire();
    const deletes = `DELETE FROM \`${company!.companySchema}\``;
    const running = () => statementsIn(company!.database);
    await until(
      'our deletion',
      async () => (await running()).some((text) => text.includes(deletes)),
      running,
    );
    await sql`UPDATE ${table} SET password_hash = 'chosen', password_set_at = ${AFTER} WHERE id = 1`.execute(
      other,
    );
    await sql`COMMIT`.execute(other);
  });
  // Frozen before or after the other's COMMIT, as the lock's turn comes: the chosen password stays, and is known for one.
  const { expired, changed_since: changed, ...rest } = (await expiring)!;
  expect([expired + changed, rest]).toEqual([2, { none: 0, revoked: 0 }]);
  const chosen = await company.rows(sql<{ customer_id: string }>`
    SELECT customer_id FROM cohort k WHERE password = 'changed_since' OR ${hasChosen(company)}`);
  expect(chosen.map((row) => Number(row.customer_id))).toEqual([1]);
  expect((await customers()).map((row) => row.password_hash)).toEqual(['chosen', null]);
});

test('without a time of creation, an account that appears after the expiry is a new customer’s, except one whose key changed (I5, C78)', async () => {
  company = await ownCompany('expire', {
    mapping: {
      customers: { table: 'u', key: 'id', email: 'email' },
      retire: [{ table: 'u', key: 'id', column: 'pw', dead: '*expired' }],
    },
    make: ['CREATE TABLE %s.u (id INT PRIMARY KEY, email VARCHAR(60), pw VARCHAR(60))'],
  });
  await company.insert('u', [
    { id: 1, pw: 'a' },
    { id: 2, pw: 'b' },
  ]);
  await company.expire();
  await company.run(
    sql`INSERT INTO audit SELECT ${INCIDENT}, 1, NOW(), 'x', 'phase', ${JSON.stringify({ phase: 'verify' })}, '', ''`,
  );
  await company.run(sql`UPDATE ${company.table('u')} SET id = 8 WHERE id = 2`);
  await company.insert('u', [
    { id: 9, pw: 'new' },
    { id: 10, pw: null },
  ]);
  expect(await company.expire()).toMatchObject({ expired: 1, changed_since: 0, none: 0 });
  expect((await cohort()).map((row) => `${row.customer_id} ${row.password}`)).toEqual([
    '1 expired',
    '2 expired',
    '8 expired',
  ]);
  expect(await left('u', 'pw')).toEqual([null, '*expired', '*expired', 'new']);
});
