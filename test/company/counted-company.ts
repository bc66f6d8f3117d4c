import { sql } from 'kysely';
import { countRevoke } from '../../src/company/count/count-revoke';
import { type OwnCompany, ownCompany } from './own-company';
import type { MappingInput } from './reference-mapping';

/** The one company of a test whose rows are counted, dropped after it. */
let company: OwnCompany | undefined;
afterEach(async () => {
  await company?.drop();
  company = undefined;
});

export async function countedCompany(arranged: Parameters<typeof ownCompany>[1] = {}): Promise<OwnCompany> {
  company = await ownCompany('count', arranged);
  return company;
}

/** Customers with a password in `pw`, and what is to be revoked with it. */
export function withRevoke(revoke: MappingInput['revoke'], make: string[]): Promise<OwnCompany> {
  const mapping: MappingInput = {
    customers: { table: 'customers', key: 'id', email: 'email' },
    retire: [{ table: 'customers', key: 'id', column: 'pw', dead: null }],
    revoke,
  };
  return countedCompany({ mapping, make });
}

/** Their table, where nothing about it matters. */
export const CUSTOMERS =
  'CREATE TABLE %s.customers (id INT PRIMARY KEY, email VARCHAR(99), pw VARCHAR(60), KEY (email))';

const view = { now: Date.now(), earlier: null, emailIndexed: true, isTable: true, isIndexed: () => true };

export async function revokeCounts(changes: Partial<typeof view> = {}) {
  return countRevoke(company!.database.db, company!, { ...view, ...changes });
}

export async function rowsOf(table: string): Promise<number> {
  const [row] = await company!.rows(
    sql<{ count: string }>`SELECT COUNT(*) AS count FROM ${company!.table(table)}`,
  );
  return Number(row!.count);
}
