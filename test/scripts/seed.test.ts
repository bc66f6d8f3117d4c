import { sql } from 'kysely';
import { openDatabase } from '../../src/books/open-database';
import { typed } from '../operator/own-operator';
import { ownSchema } from '../own-schema';

test('npm run seed fills an empty schema with as many made-up customers as are asked for, and no schema in use', async () => {
  const schema = await ownSchema('seedscript');
  const env = { ...process.env, DATABASE_URL: schema.url };
  const seed = (...args: string[]) => typed('seed', args, env);
  try {
    const wrong = await seed('--customers', 'many');
    expect([wrong.code, wrong.err]).toEqual([2, expect.stringContaining('Write a whole number from 10 to')]);
    const made = await seed('--customers', '250');
    expect([made.code, made.err]).toEqual([0, '']);
    expect(made.out).toContain('npm start -- examples/zappos-2012/incident.yaml');
    const database = openDatabase(schema.url, { ledgerExists: false, connections: 1 });
    const { rows } = await sql<{
      customers: string;
    }>`SELECT COUNT(*) AS customers FROM ${sql.id(schema.companySchema, 'customers')}`.execute(database.db);
    await database.close();
    expect(Number(rows[0]!.customers)).toBe(250);
    const again = await seed('--customers', '250');
    expect([again.code, again.err]).toEqual([2, expect.stringContaining('is a schema in use: it holds')]);
  } finally {
    await schema.drop();
  }
});
