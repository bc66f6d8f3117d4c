import { createConnection } from 'mysql2/promise';
import { openDatabase } from '../../src/books/open-database';
import { type CompanyCatalog, readCatalog } from '../../src/company/catalog';
import { type Facts, sampleFacts } from '../../src/company/sample-facts';
import { ownSchema } from '../own-schema';

/** A company's schema as some shop has it, for one test. */
export interface OwnShop {
  url: string;
  companySchema: string;
  /** Several statements in one text. */
  run(statements: string): Promise<void>;
  /** What the server says of it to the user of `url`, or of another address. */
  read(url?: string): Promise<{ catalog: CompanyCatalog; facts: Facts }>;
  drop(): Promise<void>;
}

export async function ownShop(name: string, statements = ''): Promise<OwnShop> {
  const { url, companySchema, drop } = await ownSchema(name);
  const run = async (text: string) => {
    const connection = await createConnection({ uri: url, multipleStatements: true });
    try {
      await connection.query(text);
    } finally {
      await connection.end();
    }
  };
  if (statements !== '') await run(statements);
  return {
    url,
    companySchema,
    run,
    read: async (as = url) => {
      const database = openDatabase(as, { ledgerExists: false, connections: 1 });
      try {
        const catalog = await readCatalog(database.db, companySchema);
        return { catalog, facts: await sampleFacts(database.db, catalog) };
      } finally {
        await database.close();
      }
    },
    drop,
  };
}

/** Users that a test makes, and their address; each is dropped with the test. */
export function addressAs(url: string, user: string, password: string): string {
  const address = new URL(url);
  address.username = user;
  address.password = password;
  return address.href;
}
