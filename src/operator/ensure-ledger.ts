import { createLedger } from '../books/create-ledger';
import { openDatabase } from '../books/open-database';
import { findKeyColumn } from '../company/key-column';
import type { Incident } from '../incident/incident-schema';

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
