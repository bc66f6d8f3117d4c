import { sql } from 'kysely';
import { randomFrom } from '../../scripts/seed/random';
import { seedCustomers } from '../../scripts/seed/seed-customers';
import { planRanges } from '../../src/company/next-ranges';
import { verifyExpiry } from '../../src/company/verify-expiry';
import { CUTOFF, INCIDENT, ownCompany } from './own-company';

const seed = Number(process.env.TEST_SEED ?? 20120115);

test('customers who choose passwords while two lanes expire keep them, and everybody is frozen once (I1, I5)', async () => {
  const company = await ownCompany('race');
  try {
    const { db } = company.database;
    const { companySchema, keyColumn } = company;
    await seedCustomers(db, { companySchema, customers: 3_000, seed, cutoff: CUTOFF });
    const table = company.table('customers');
    const all = (await company.rows(sql<{ id: string }>`SELECT id FROM ${table} ORDER BY id`)).map((row) =>
      String(row.id),
    );
    const ranges = await planRanges(db, { source: company, keyColumn, after: null, size: 200, count: 100 });
    const random = randomFrom(seed);
    let expiring = true;
    const choose = async () => {
      while (expiring) {
        const id = all[Math.floor(random() * all.length)]!;
        await sql`UPDATE ${table} SET password_hash = 'chosen', password_set_at = UTC_TIMESTAMP() WHERE id = ${BigInt(id)}`.execute(
          db,
        );
        await sql`INSERT INTO ${company.table('sessions')} (customer_id, token, created_at)
          VALUES (${BigInt(id)}, 'chosen', UTC_TIMESTAMP() + INTERVAL 1 HOUR)`.execute(db);
      }
    };
    const lane = async (name: string) => {
      for (let range = ranges.shift(); range; range = ranges.shift()) {
        await company.expire(range, name);
        await company.expire(range, name); // a retry whose result was lost
      }
    };
    const choosing = [choose(), choose()];
    await Promise.all([lane('expire-1'), lane('expire-2')]).finally(() => {
      expiring = false;
    });
    await Promise.all(choosing);
    const [counted] = await company.rows(sql<Record<string, string>>`
      SELECT COUNT(*) AS customers, SUM(c.password_hash = 'chosen') AS chosen,
        SUM(k.password = 'changed_since' AND c.password_hash IS NULL) AS wrongly_kept,
        SUM((c.created_at <= '2012-01-15 23:00:00') <> (k.customer_id IS NOT NULL)) AS astray
      FROM ${table} c LEFT JOIN cohort k ON k.incident = ${INCIDENT} AND k.customer_id = c.id`);
    const wrong = {
      seed,
      ...counted,
      customers: Number(counted!.customers),
      chosen: Number(counted!.chosen) > 0,
    };
    expect(wrong).toEqual({
      seed,
      customers: 3_000,
      chosen: true,
      wrongly_kept: '0',
      astray: '0',
    });
    expect(await verifyExpiry(db, company, INCIDENT, Date.now())).toEqual({
      clean: true,
      findings: [],
      unprovable: [],
    });
  } finally {
    await company.drop();
  }
});
