import { findKeyColumn } from '../../src/company/key-column';
import { createLedger } from '../../src/db/create-ledger';
import { openDatabase } from '../../src/db/open-database';
import type { Incident } from '../../src/incident/incident-schema';

/** Makes our schema, or brings it up to date, for the customers' key that the file names. @throws UnusableKeyError */
export async function ensureLedger(databaseUrl: string, { database }: Incident): Promise<void> {
  const server = openDatabase(databaseUrl, { connections: 1, ledgerExists: false });
  try {
    const keyColumn = await findKeyColumn(server.db, server.companySchema, database);
    await createLedger(databaseUrl, keyColumn);
  } finally {
    await server.close();
  }
}
