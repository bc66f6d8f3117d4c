import { sql } from 'kysely';
import { verifyExpiry } from '../../src/company/verify-expiry';
import { AFTER, BEFORE, CUTOFF, INCIDENT, type OwnCompany, ownCompany } from './own-company';
import { referenceMapping } from './reference-mapping';

let company: OwnCompany;
afterEach(() => company.drop());

const NOW = Date.now();
const found = async () =>
  (await verifyExpiry(company.database.db, company, INCIDENT, NOW)).findings.map(
    ({ what, count }) => `${count} ${what}`,
  );

describe('where hashes are NOT NULL, and dead ones are a text', () => {
  const setAt = { column: 'set_at', as: 'datetime' as const, zone: 'UTC' };
  beforeEach(async () => {
    company = await ownCompany('forms', {
      mapping: {
        customers: { table: 'logins', key: 'id', email: 'email' },
        retire: [
          { table: 'logins', key: 'id', column: 'fixed', dead: '*expired*', setAt },
          { table: 'logins', key: 'id', column: 'random', dead: { random: 40, after: '*' }, setAt },
        ],
      },
      make: [
        `CREATE TABLE %s.logins (id INT PRIMARY KEY, email VARCHAR(60), set_at DATETIME NOT NULL,
          fixed VARCHAR(60) NOT NULL, random VARCHAR(60) NOT NULL)`,
      ],
    });
    await company.insert('logins', [
      { id: 1, set_at: BEFORE, fixed: 'f1', random: 'r1' },
      { id: 2, set_at: BEFORE, fixed: '', random: '' },
      { id: 3, set_at: AFTER, fixed: 'f3', random: 'r3' },
    ]);
    expect(await company.expire()).toMatchObject({ expired: 1, changed_since: 1, none: 1 });
  });

  test('a dead text is not a live password, nor is an empty one (I3)', async () => {
    expect(await found()).toEqual([]);
  });

  test.each(['fixed', 'random'])(
    'a retired one that is back, and a rewritten one, are found: %s (I3)',
    async (column) => {
      const write = (hash: string, time: string) =>
        company.run(
          sql`UPDATE ${company.table('logins')} SET ${sql.id(column)} = ${hash}, set_at = ${time} WHERE id = 1`,
        );
      await write(`${column[0]}1`, AFTER);
      expect(await found()).toEqual([`1 retired passwords in logins.${column} let somebody in again`]);
      await write('rewritten', BEFORE);
      expect(await found()).toEqual([
        `1 passwords in logins.${column} that were set by the cutoff still let somebody in`,
      ]);
    },
  );
});

// Zones without summer time: how far they are from UTC is the same today as at the cutoff.
describe.each([
  ['America/Phoenix', -7],
  ['Asia/Tokyo', 9],
])('where times are those of %s', (zone, hours) => {
  const cutoff = Date.parse(CUTOFF);
  const [second, minute] = [1_000, 60_000];
  const wall = (instant: number) =>
    new Date(instant + hours * 3_600_000).toISOString().slice(0, 19).replace('T', ' ');
  const customer = (id: number, created: number, set: number) => ({
    id,
    email: `c${id}@mail.test`,
    created_at: wall(created),
    password_hash: `hash-${id}`,
    password_set_at: wall(set),
  });
  let expiredAt: number;
  beforeEach(async () => {
    company = await ownCompany('forms', { mapping: referenceMapping(zone) });
    await company.insert('customers', [
      customer(1, cutoff, cutoff),
      customer(2, cutoff, cutoff + second),
      customer(3, cutoff, cutoff),
    ]);
    expect(await company.expire()).toMatchObject({ expired: 2, changed_since: 1 });
    await company.run(
      sql`UPDATE ${company.table('customers')} SET password_hash = 'chosen', password_set_at = ${wall(NOW)} WHERE id = 3`,
    );
    const [row] = await company.rows(
      sql<{ at: string }>`SELECT expired_at AS at FROM cohort WHERE customer_id = 1`,
    );
    expiredAt = Date.parse(`${row!.at.replace(' ', 'T')}Z`);
    expect(await found()).toEqual([]);
  });

  test('an old password is one that was set up to the cutoff (I3)', async () => {
    const rewrite = (set: number) =>
      company.run(
        sql`UPDATE ${company.table('customers')} SET password_hash = 'rewritten', password_set_at = ${wall(set)} WHERE id = 1`,
      );
    await rewrite(cutoff);
    expect(await found()).toEqual([
      expect.stringMatching(/^1 passwords in customers.password_hash that were set by/),
    ]);
    await rewrite(cutoff + second);
    expect(await found()).toEqual([]);
  });

  test('a customer who came back is one who was there at the cutoff (I3)', async () => {
    await company.insert('customers', [customer(8, cutoff + second, cutoff)]);
    expect(await found()).toEqual([]);
    await company.insert('customers', [customer(9, cutoff, cutoff + second)]);
    expect(await found()).toEqual([expect.stringMatching(/^1 customers from before the cutoff/)]);
  });

  test.each<[string, number, () => number, boolean]>([
    ['of an expired password, older than its expiry', 1, () => expiredAt - 2 * second, true],
    ['of a login that was under way then', 1, () => expiredAt + 3 * second, true],
    ['made after it by another way in', 1, () => expiredAt + 10 * second, false],
    ['dated by a clock that is ahead', 1, () => NOW + 24 * 60 * minute - minute, false],
    ['dated as no clock can be', 1, () => NOW + 24 * 60 * minute + minute, true],
    [
      'of an expired password, though its customer has chosen another since',
      3,
      () => expiredAt - 2 * second,
      true,
    ],
    ['of the password chosen since', 3, () => expiredAt + 3 * second, false],
    ['of the password before the chosen one', 2, () => cutoff, true],
    ['of the chosen password', 2, () => cutoff + second, false],
  ])('a session is old or not: %s (I3)', async (_, customer_id, made, isOld) => {
    await company.insert('sessions', [{ customer_id, token: 't', created_at: wall(made()) }]);
    expect(await found()).toEqual(isOld ? [expect.stringMatching(/^1 rows of sessions/)] : []);
  });
});
