import { sql } from 'kysely';
import { type Company, readCompany } from '../company/company';
import type { Incident } from '../incident/incident-schema';
import type { Database } from './open-database';

/** The company's tables as an incident's file maps them, with this ledger's own key. @throws UnusableKeyError */
export async function companyOf({ db, companySchema }: Database, file: Incident): Promise<Company> {
  const { rows } = await sql<{ fingerprint_key: Buffer }>`SELECT fingerprint_key FROM ledger`.execute(db);
  return readCompany(db, companySchema, file, rows[0]!.fingerprint_key);
}
