import { readCatalog } from '../company/catalog';
import type { DatabaseMapping } from '../incident/incident-schema';
import { type CompanyFinding, stops } from './company-finding';
import { findKeyColumn, UnusableKeyError } from './find-key-column';
import { inspectColumns } from './inspect-columns';
import { inspectCredentials } from './inspect-credentials';
import { inspectOtherTables } from './inspect-other-tables';
import { inspectPrivileges } from './inspect-privileges';
import { inspectServer } from './inspect-server';
import { inspectTriggers } from './inspect-triggers';
import type { LedgerDatabase } from './open-database';

/**
 * What would stop or harm a run on this database, found without changing or reading a single customer's data. Needs no ledger.
 * @param cutoff of the incident, ISO 8601.
 */
export async function inspectCompany(
  db: LedgerDatabase,
  { companySchema, mapping }: { companySchema: string; mapping: DatabaseMapping },
  cutoff: string,
): Promise<CompanyFinding[]> {
  const catalog = await readCatalog(db, companySchema);
  const server = await inspectServer(db, companySchema);
  const columns = inspectColumns(catalog, mapping);
  // What comes next would only repeat that something is missing.
  if (columns.some((finding) => finding.severity === 'stops')) return [...columns, ...server];
  const key = await keyOrFinding();
  if ('severity' in key) return [key, ...columns, ...server];
  return [
    ...columns,
    ...inspectCredentials(catalog, mapping, key),
    ...(await inspectPrivileges(db, { companySchema, mapping, keyColumn: key }, cutoff)),
    ...inspectTriggers(catalog, mapping),
    ...inspectOtherTables(catalog, mapping),
    ...server,
  ];

  async function keyOrFinding() {
    try {
      return await findKeyColumn(db, companySchema, mapping);
    } catch (error) {
      if (error instanceof UnusableKeyError) return stops(error.what, error.todo);
      throw error;
    }
  }
}
