import { sql } from 'kysely';
import { findLeftovers, verifyExpiry } from '../../src/company/verify-expiry';
import { AFTER, BEFORE, INCIDENT, type OwnCompany, ownCompany } from './own-company';

let company: OwnCompany;
beforeEach(async () => {
  company = await ownCompany('verify');
  const row = (id: number, more: object = {}) => ({
    id,
    email: `c${id}@mail.test`,
    created_at: '2010-01-01 00:00:00',
    password_hash: `hash-${id}`,
    password_set_at: BEFORE,
    ...more,
  });
  await company.insert('customers', [
    row(1),
    row(2),
    row(3, { password_set_at: AFTER }),
    row(4, { created_at: AFTER }),
  ]);
  await company.expire();
});
afterEach(() => company.drop());

const verify = () => verifyExpiry(company.database.db, company, INCIDENT, Date.now());
const leftovers = () => findLeftovers(company.database.db, company, INCIDENT, Date.now());

test('after an expiry nothing is left', async () => {
  expect(await verify()).toEqual({ clean: true, findings: [], unprovable: [] });
  expect(await leftovers()).toEqual([]);
});

test.each([
  [
    'an old password written anew by a login in flight',
    (own: OwnCompany) => sql`UPDATE ${own.table('customers')} SET password_hash = 'rehashed' WHERE id = 2`,
    /^passwords in customers/,
    /^resume repeats the expiry/,
    '2',
  ],
  [
    'a session older than the expiry',
    (own: OwnCompany) =>
      sql`INSERT INTO ${own.table('sessions')} (customer_id, token, created_at) VALUES (1, 't', ${AFTER})`,
    /^rows of sessions/,
    /^resume repeats the expiry/,
    '1',
  ],
  [
    'a token from before the cutoff of somebody who had changed the password',
    (own: OwnCompany) =>
      sql`INSERT INTO ${own.table('api_tokens')} (customer_id, token, created_at) VALUES (3, 't', ${BEFORE})`,
    /^rows of api_tokens/,
    /resume/,
    '3',
  ],
  [
    'an outstanding reset link',
    (own: OwnCompany) =>
      sql`INSERT INTO ${own.table('password_resets')} (email, token, created_at) VALUES ('C2@mail.test', 't', ${BEFORE})`,
    /^rows of password_resets/,
    /resume/,
    '2',
  ],
  [
    'a customer from before the cutoff who came back',
    (own: OwnCompany) =>
      sql`INSERT INTO ${own.table('customers')} (id, created_at, password_set_at) VALUES (9, ${BEFORE}, ${AFTER})`,
    /^customers from before the cutoff/,
    /resume/,
    '9',
  ],
])('%s is found, with what to do (I3)', async (_, damage, what, todo, id) => {
  await company.run(damage(company));
  const { clean, findings } = await verify();
  expect(clean).toBe(false);
  expect(findings).toEqual([
    { what: expect.stringMatching(what), count: 1, todo: expect.stringMatching(todo) },
  ]);
  expect(await leftovers()).toEqual([{ what: findings[0]!.what, customers: [id] }]);
  expect(JSON.stringify(findings)).not.toMatch(/mail\.test|hash-|rehashed/);
});

test('what verify finds ends as it says: by repeating the expiry', async () => {
  await company.run(sql`UPDATE ${company.table('customers')} SET password_hash = 'back' WHERE id = 1`);
  await company.run(
    sql`UPDATE ${company.table('customers')} SET password_hash = 'hash-2', password_set_at = NULL WHERE id = 2`,
  );
  await company.insert('sessions', [{ customer_id: 2, token: 't', created_at: BEFORE }]);
  expect((await verify()).findings.map(({ what }) => what.replace(/ .*/, ''))).toEqual([
    'retired',
    'passwords',
    'rows',
  ]);
  await company.expire();
  expect((await verify()).clean).toBe(true);
});

test('a new password, and what it opened, is left in peace', async () => {
  await company.run(
    sql`UPDATE ${company.table('customers')} SET password_hash = 'new', password_set_at = UTC_TIMESTAMP() WHERE id = 1`,
  );
  await company.insert('sessions', [
    {
      customer_id: 1,
      token: 't',
      created_at: new Date(Date.now() + 3_600_000).toISOString().slice(0, 19).replace('T', ' '),
    },
    { customer_id: 4, token: 't', created_at: BEFORE },
  ]);
  expect((await verify()).clean).toBe(true);
});
