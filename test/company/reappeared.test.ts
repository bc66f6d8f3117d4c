import { sql } from 'kysely';
import { markReappeared } from '../../src/company/reappeared';
import { verifyExpiry } from '../../src/company/verify-expiry';
import { AFTER, BEFORE, INCIDENT, type OwnCompany, ownCompany } from './own-company';

let company: OwnCompany;
beforeEach(async () => {
  company = await ownCompany('reappeared');
  const row = (id: number, set: string | null) => ({
    id,
    created_at: BEFORE,
    password_hash: `h${id}`,
    password_set_at: set,
  });
  await company.insert('customers', [
    row(1, BEFORE),
    row(2, BEFORE),
    row(3, BEFORE),
    row(4, AFTER),
    row(5, BEFORE),
  ]);
  await company.expire();
});
afterEach(() => company.drop());

const write = (id: number, hash: string, setAt: string | null) =>
  company.run(
    sql`UPDATE ${company.table('customers')} SET password_hash = ${hash}, password_set_at = ${setAt} WHERE id = ${id}`,
  );
const look = (after: string | null = null, upTo = '9') =>
  markReappeared(company.database.db, company, {
    incident: INCIDENT,
    range: { after, upTo },
    now: Date.now(),
  });
const marked = async () =>
  (
    await company.rows(
      sql<{
        customer_id: string;
      }>`SELECT customer_id FROM cohort WHERE reappeared_at IS NOT NULL ORDER BY customer_id`,
    )
  ).map((row) => Number(row.customer_id));

test('a value that appears within seconds of the expiry is counted and named, not believed and not touched (I3, I5)', async () => {
  await write(1, 'rehashed, undated', null);
  await write(2, 'chosen by its own time', AFTER);
  await write(5, 'h5', null);
  expect(await look()).toBe(1);
  expect(await marked()).toEqual([1]);
  expect(await look()).toBe(0);
  const { unprovable } = await verifyExpiry(company.database.db, company, INCIDENT, Date.now());
  expect(unprovable).toEqual([
    {
      count: 1,
      what: expect.stringMatching(/^passwords appeared within seconds/),
      todo: expect.stringContaining('reset'),
    },
  ]);
  await company.expire();
  const [{ password_hash: hash }] = (await company.rows(
    sql<{ password_hash: string }>`SELECT password_hash FROM ${company.table('customers')} WHERE id = 1`,
  )) as [{ password_hash: string }];
  expect(hash).toBe('rehashed, undated');
});

test('the look reads only its range', async () => {
  await write(1, 'rehashed', null);
  await write(3, 'rehashed', null);
  expect(await look('1', '2')).toBe(0);
  expect(await look('2', '3')).toBe(1);
  expect(await marked()).toEqual([3]);
});
