import { openDatabase } from '../../src/books/open-database';
import { openConnection } from '../../src/company/connect';
import { createReferenceSchema } from '../seed/reference-schema';
import { seedCustomers } from '../seed/seed-customers';

/** The schema of a copy of how it was, where the product does not look. */
export function beforeSchemaOf(companySchema: string): string {
  return `${companySchema}_before`;
}

/**
 * Made-up customers, each with an address of its own that can be mailed, but for every 97th, who has none; and a copy of them as
 * they were, for the judge.
 * @returns their ids.
 */
export async function makeTortureCompany(
  url: string,
  {
    customers,
    seed,
    cutoff,
    domain = "'torture.test'",
  }: {
    customers: number;
    seed: number;
    cutoff: string;
    /** Of the addresses: an SQL expression over the customer's row, `c`. */
    domain?: string;
  },
): Promise<string[]> {
  const seeding = openDatabase(url, { ledgerExists: false, connections: 4 });
  const { db, companySchema } = seeding;
  await createReferenceSchema(db, companySchema);
  await seedCustomers(db, { companySchema, customers, seed, cutoff });
  await seeding.close();
  const connection = await openConnection(url);
  const address = `IF(c.id % 97 = 0, NULL, CONCAT('c', c.id, '@', ${domain}))`;
  // Their reset links go along; where there is no address any more, the link keeps the old one.
  await connection.query(
    `UPDATE password_resets r JOIN customers c ON c.email = r.email SET r.email = COALESCE(${address}, r.email)`,
  );
  await connection.query(`UPDATE customers c SET c.email = ${address}`);
  const before = beforeSchemaOf(companySchema);
  await connection.query(`CREATE DATABASE \`${before}\``);
  await connection.query(
    `CREATE TABLE \`${before}\`.customers (PRIMARY KEY (id)) AS
     SELECT id, email, created_at, password_hash, password_set_at FROM customers`,
  );
  const [rows] = await connection.query('SELECT id FROM customers');
  await connection.end();
  return (rows as { id: string }[]).map(({ id }) => String(id));
}
