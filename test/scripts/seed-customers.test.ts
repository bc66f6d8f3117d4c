import { sql } from 'kysely';
import { makeCustomers } from '../../scripts/seed/make-customers';
import { createReferenceSchema } from '../../scripts/seed/reference-schema';
import { seedCustomers } from '../../scripts/seed/seed-customers';
import { openDatabase } from '../../src/books/open-database';
import { ownSchema } from '../own-schema';

const settings = { customers: 5_000, seed: 7, cutoff: '2012-01-15T23:00:00Z' };
const made = (changes = {}) => [...makeCustomers({ ...settings, ...changes }, 1_000)].flat();
const share = (answers: boolean[]) => answers.filter(Boolean).length / answers.length;

test('the same seed makes the same customers, another seed others, whatever the size of the batches', () => {
  const first = made();
  expect(first).toHaveLength(5_000);
  expect([...makeCustomers(settings, 7)].flat()).toEqual(first);
  expect(made({ seed: 8 })).not.toEqual(first);
});

test('ids rise with gaps, one of them huge, and end above what a double can tell apart (C31, C38)', () => {
  const ids = made().map(({ id }) => id);
  const steps = ids.slice(1).map((id, i) => id - ids[i]!);
  expect(steps.every((step) => step > 0n)).toBe(true);
  expect(share(steps.map((step) => step > 1n))).toBeGreaterThan(0.1);
  expect(steps.filter((step) => step > 10_000_000n)).toHaveLength(2);
  expect(ids.at(-1)! - 9_007_199_254_740_992n).toBe(4n);
});

test('customers are as a real table has them', () => {
  const all = made();
  const cutoff = '2012-01-15 23:00:00';
  const changed = share(
    all.map((customer) => customer.createdAt <= cutoff && (customer.passwordSetAt ?? '') > cutoff),
  );
  expect(changed).toBeGreaterThan(0.05);
  expect(changed).toBeLessThan(0.09);
  for (const some of [
    all.filter((customer) => customer.createdAt > cutoff),
    all.filter((customer) => customer.passwordHash === null),
    all.filter((customer) => customer.passwordHash !== null && customer.passwordSetAt === null),
    all.filter((customer) => customer.email === null),
    all.filter((customer) => customer.email === ''),
    all.filter((customer) => customer.firstName?.includes('<b>')),
    all.filter((customer) => customer.language === null),
  ]) {
    expect(some.length).toBeGreaterThan(0);
    expect(some.length).toBeLessThan(500);
  }
  const addresses = all.flatMap(({ email }) => (email ? [email] : []));
  const folded = new Set(addresses.map((address) => address.toLowerCase()));
  expect(new Set(addresses).size).toBeLessThan(addresses.length);
  expect(folded.size).toBeLessThan(new Set(addresses).size);
});

test('every domain is under .test, so that nobody real can be written to', () => {
  const domains = made().flatMap(({ email }) =>
    (email ?? '').split(/[,\s]+/).flatMap((part) => part.split('@').slice(1)),
  );
  expect(domains.filter((domain) => domain !== '' && !domain.endsWith('.test'))).toEqual([]);
});

test('what is made up arrives in the tables as it is', async () => {
  const schema = await ownSchema('seed');
  const { db, companySchema, close } = openDatabase(schema.url, { ledgerExists: false });
  try {
    await createReferenceSchema(db, companySchema);
    const progress: number[] = [];
    await seedCustomers(db, {
      companySchema,
      ...settings,
      progress: (written) => progress.push(written),
    });
    expect(progress.at(-1)).toBe(5_000);
    const all = made();
    const { rows } = await sql<{
      id: string;
      email: string | null;
      first_name: string | null;
      password_set_at: string | null;
    }>`
      SELECT id, email, first_name, password_set_at FROM ${sql.id(companySchema, 'customers')} ORDER BY id`.execute(
      db,
    );
    expect(rows.map((row) => [String(row.id), row.email, row.first_name, row.password_set_at])).toEqual(
      all.map((customer) => [
        String(customer.id),
        customer.email,
        customer.firstName,
        customer.passwordSetAt,
      ]),
    );
    for (const table of ['sessions', 'api_tokens', 'password_resets'] as const) {
      const { rows: counted } = await sql<{
        count: string;
      }>`SELECT COUNT(*) AS count FROM ${sql.id(companySchema, table)}`.execute(db);
      expect(Number(counted[0]!.count)).toBe(all.flatMap((customer) => customer[table]).length);
    }
  } finally {
    await close();
    await schema.drop();
  }
});
