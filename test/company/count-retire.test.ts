import { countMostOfOne, countRetire } from '../../src/company/count/count-retire';
import { countedCompany } from './counted-company';

test('passwords: which are usable, stolen, dead, not judged, nobody’s; and the most that one customer has', async () => {
  const company = await countedCompany({
    mapping: {
      customers: { table: 'customers', key: 'id', email: 'email' },
      retire: [
        {
          table: 'logins',
          key: 'customer',
          column: 'pw',
          dead: '!',
          usable: "kind = 'password'",
          setAt: { column: 'made', as: 'unixSeconds' },
        },
        { table: 'customers', key: 'id', column: 'old_pw', dead: null },
      ],
    },
    make: [
      'CREATE TABLE %s.customers (id INT PRIMARY KEY, email VARCHAR(99), old_pw VARCHAR(60))',
      'CREATE TABLE %s.logins (customer INT, kind VARCHAR(20), pw VARCHAR(60), made INT, KEY (customer))',
    ],
  });
  const now = Math.floor(Date.now() / 1000);
  await company.insert('customers', [{ id: 1, old_pw: 'md5' }, { id: 2 }]);
  const login = (customer: number, pw: string | null, made: number | null, kind = 'password') => ({
    customer,
    kind,
    pw,
    made,
  });
  await company.insert('logins', [
    login(1, 'h', 1_300_000_000),
    login(1, 'h', now),
    login(1, 'h', 0),
    login(1, 'h', null),
    login(1, 'h', now + 200_000),
    login(2, '!', 5),
    login(2, 'secret', 5, 'otp'),
    login(2, '', 5, 'otp'),
    login(9, 'h', 1_300_000_000),
  ]);
  const counts = await countRetire(company.database.db, company, Date.now());
  expect(counts).toEqual([
    {
      table: 'logins',
      column: 'pw',
      rows: 9,
      usable: 6,
      stolen: 5,
      ages: { missing: 1, zero: 1, future: 1, lately: 1 },
      dead: 1,
      notJudged: 1,
      orphans: 1,
      mostOfOne: 5,
    },
    {
      table: 'customers',
      column: 'old_pw',
      rows: 2,
      usable: 1,
      stolen: 1,
      ages: null,
      dead: 1,
      notJudged: 0,
      orphans: 0,
      mostOfOne: 1,
    },
  ]);
  expect(await countMostOfOne(company.database.db, company, counts)).toBe(6);
  const large = counts.map((count) => ({ ...count, mostOfOne: 20 }));
  expect(await countMostOfOne(company.database.db, company, large)).toBe(6);
});
