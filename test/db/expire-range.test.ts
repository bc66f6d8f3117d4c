import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { expireRange, LaneLostError, PasswordStaysError } from '../../src/db/expire-range';
import { takeLane } from '../../src/db/lane';
import { AFTER, BEFORE, CUTOFF, INCIDENT, type OwnCompany, ownCompany } from './own-company';

let company: OwnCompany | undefined;
afterEach(async () => {
  await company?.drop();
  company = undefined;
});

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
  company!.rows(sql<{
    id: string;
    password_hash: string | null;
    retired_password_hash: string | null;
    credential_epoch: number;
    password_expired_at: string | null;
  }>`SELECT id, password_hash, retired_password_hash, credential_epoch, password_expired_at
     FROM ${company!.table('customers')} ORDER BY id`);
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
  expect(counts).toEqual({ expired: 4, changed_since: 1, none: 2, credentialsDeleted: 0 });
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
  expect(alive.map((row) => [row.id, row.password_hash, row.credential_epoch])).toEqual(
    [2, 6, 7].map((id) => [expect.anything(), `hash-${id}`, 0]),
  );
});

test.each([
  ['a range that nobody of is in the cohort yet', false],
  ['a range of which somebody is in the cohort already', true],
])(
  'the retired hash is the old hash, whatever plan the server makes of the statement: %s',
  async (_, partly) => {
    company = await ownCompany('expire');
    const ids = Array.from({ length: 300 }, (_, i) => i + 1);
    await company.insert(
      'customers',
      ids.map((id) => customer(id, { credential_epoch: 7 })),
    );
    if (partly) await company.expire({ after: null, upTo: '100' });
    await company.expire();
    for (const row of await customers()) {
      expect(row).toMatchObject({
        password_hash: null,
        retired_password_hash: `hash-${row.id}`,
        credential_epoch: 8,
        password_expired_at: expect.stringMatching(/^20\d\d-/),
      });
    }
  },
);

test('repeating a range changes nothing, also for a password chosen by a clock that is slow (I5)', async () => {
  company = await ownCompany('expire');
  await company.insert('customers', [customer(1), customer(2), customer(3, { password_set_at: AFTER })]);
  await company.insert('sessions', [{ customer_id: 1, token: 'old', created_at: BEFORE }]);
  await company.expire();
  await company.run(
    sql`UPDATE ${company.table('customers')} SET password_hash = 'chosen', password_set_at = ${BEFORE} WHERE id = 1`,
  );
  await company.insert('sessions', [{ customer_id: 1, token: 'new', created_at: '2100-01-01 00:00:00' }]);
  const before = [await customers(), await cohort()];
  const again = await company.expire();
  expect(again).toEqual({ expired: 0, changed_since: 0, none: 0, credentialsDeleted: 0 });
  expect([await customers(), await cohort()]).toEqual(before);
  expect(await left('sessions')).toEqual(['new']);
});

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
    { customer_id: 1, token: 'expired, by a clock ahead', created_at: '2100-01-01 00:00:00' },
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
  const { credentialsDeleted } = await company.expire();
  expect(
    [...(await left('sessions')), ...(await left('password_resets'))].filter(
      (token) => !token.startsWith('KEPT'),
    ),
  ).toEqual([]);
  expect(credentialsDeleted).toBe(7);
  expect((await left('sessions')).length + (await left('password_resets')).length).toBe(7);
});

test('a table that does not say when its rows were made is emptied once, and not by a repeat', async () => {
  const credentials = [
    { table: 'sessions', customerId: 'customer_id' },
    { table: 'password_resets', email: 'email' },
  ];
  company = await ownCompany('expire', { mapping: { credentials } });
  await company.insert('customers', [customer(1), customer(2, { password_set_at: AFTER })]);
  const fill = async () => {
    await company!.insert(
      'sessions',
      [1, 2, 3].map((id) => ({ customer_id: id, token: `s${id}`, created_at: BEFORE })),
    );
    await company!.insert('password_resets', [{ email: 'c1@mail.test', token: 'r1', created_at: BEFORE }]);
  };
  await fill();
  expect((await company.expire()).credentialsDeleted).toBe(3);
  expect(await left('sessions')).toEqual(['s3']);
  await fill();
  expect((await company.expire()).credentialsDeleted).toBe(0);
});

test('an attempt whose lane was taken over expires nothing', async () => {
  company = await ownCompany('expire');
  await company.insert('customers', [customer(1)]);
  const zombie = randomUUID();
  const { db } = company.database;
  await takeLane(db, INCIDENT, 'expire-1', zombie);
  await takeLane(db, INCIDENT, 'expire-1', randomUUID());
  const range = { after: null, upTo: '1' };
  const expiry = { incident: INCIDENT, lane: 'expire-1', laneToken: zombie, cutoff: CUTOFF, range };
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

test('a company without the optional columns, with a hash that is NOT NULL and whole seconds', async () => {
  company = await ownCompany('expire', {
    mapping: {
      customers: {
        table: 'user',
        id: 'user.id',
        name: 'e-mail',
        email: 'e-mail',
        language: null,
        passwordHash: 'pw',
        unusableHash: '*',
        retiredPasswordHash: null,
        credentialEpoch: null,
      },
      credentials: [],
    },
    make: [
      `CREATE TABLE %s.user (\`user.id\` INT PRIMARY KEY, \`e-mail\` VARCHAR(99), created_at DATETIME, pw VARCHAR(60) NOT NULL,
        password_set_at DATETIME, password_expired_at DATETIME)`,
    ],
  });
  const row = (id: number, pw: string) => ({
    'user.id': id,
    pw,
    created_at: BEFORE,
    password_set_at: BEFORE,
  });
  await company.insert('user', [row(1, 'secret'), row(2, '*'), row(3, '')]);
  expect(await company.expire()).toMatchObject({ expired: 1, changed_since: 0, none: 2 });
  expect(await left('user', 'pw')).toEqual(['', '*', '*']);
  expect(await company.expire()).toMatchObject({ expired: 0, changed_since: 0, none: 0 });
});

test("the cutoff is taken in the zone of the company's columns", async () => {
  company = await ownCompany('expire', { mapping: { timeZone: '-08:00' } });
  await company.insert('customers', [
    customer(1, { password_set_at: '2012-01-15 15:00:00' }),
    customer(2, { password_set_at: '2012-01-15 15:00:01' }),
    customer(3, { created_at: '2012-01-15 15:00:01', password_set_at: '2012-01-15 15:00:01' }),
  ]);
  expect(await company.expire()).toMatchObject({ expired: 1, changed_since: 1, none: 0 });
  const [{ minutes }] = (await company.rows(sql<{ minutes: string }>`
    SELECT TIMESTAMPDIFF(MINUTE, c.password_expired_at, k.expired_at) AS minutes FROM cohort k
    JOIN ${company.table('customers')} c ON c.id = k.customer_id WHERE k.password = 'expired'`)) as [
    { minutes: string },
  ];
  expect(Number(minutes)).toBe(8 * 60);
  await company.insert('sessions', [{ customer_id: 1, token: 'old', created_at: '2012-01-16 00:00:00' }]);
  expect((await company.expire()).credentialsDeleted).toBe(1);
});

test('a lock that another holds is waited for, and a deadlock repeats the range', async () => {
  company = await ownCompany('expire');
  await company.insert('customers', [customer(1), customer(2)]);
  await company.insert('sessions', [{ customer_id: 1, token: 'old', created_at: BEFORE }]);
  const { db } = company.database;
  const sessions = company.table('sessions');
  const table = company.table('customers');
  let expiring: Promise<unknown> | undefined;
  // Another transaction, made heavier than ours so that ours is the one to be given up: sessions first, then the customer.
  await db.connection().execute(async (other) => {
    await sql`BEGIN`.execute(other);
    await sql`DELETE FROM ${sessions} WHERE customer_id = 1`.execute(other);
    await sql`INSERT INTO audit SELECT 9, seq.n, NOW(), '', '', '', '', '' FROM (${sql.raw(
      Array.from({ length: 500 }, (_, i) => `SELECT ${i} AS n`).join(' UNION ALL '),
    )}) seq`.execute(other);
    expiring = company!.expire();
    for (;;) {
      const { rows } = await sql`SELECT 1 FROM information_schema.PROCESSLIST
        WHERE INFO LIKE CONCAT('%DELETE FROM ', ${`\`${company!.companySchema}\``}, '%') AND ID <> CONNECTION_ID()`.execute(
        other,
      );
      if (rows.length > 0) break;
    }
    await sql`UPDATE ${table} SET password_hash = 'chosen', password_set_at = ${AFTER} WHERE id = 1`.execute(
      other,
    );
    await sql`COMMIT`.execute(other);
  });
  expect(await expiring).toEqual({ expired: 1, changed_since: 1, none: 0, credentialsDeleted: 0 });
  expect((await customers()).map((row) => row.password_hash)).toEqual(['chosen', null]);
});
