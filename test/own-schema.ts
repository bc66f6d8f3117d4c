import { randomBytes } from 'node:crypto';
import { createConnection } from 'mysql2/promise';
import { ledgerSchemaOf } from '../src/books/open-database';

export interface OwnSchema {
  /** Like DATABASE_URL, with this schema as the company's. */
  url: string;
  companySchema: string;
  /** Drops it and the ledger's schema beside it. */
  drop(): Promise<void>;
}

/**
 * An empty company schema that no other test uses, on the server of DATABASE_URL.
 * @param name of the test file, short: it shows in the schema's name.
 */
export async function ownSchema(name: string): Promise<OwnSchema> {
  const server = process.env.DATABASE_URL;
  if (!server) throw new Error('DATABASE_URL is not set: run the tests through npm test, or set it.');
  // 64 characters are a schema's limit, and the ledger's name is longer by 16.
  const companySchema = `t_${name.replaceAll(/[^a-z0-9]+/gi, '_').slice(0, 30)}_${randomBytes(5).toString('hex')}`;
  await onServer(server, [`CREATE DATABASE \`${companySchema}\` CHARACTER SET utf8mb4`]);
  const url = new URL(server);
  url.pathname = `/${companySchema}`;
  return {
    url: url.href,
    companySchema,
    drop: () =>
      onServer(server, [
        `DROP DATABASE IF EXISTS \`${ledgerSchemaOf(companySchema)}\``,
        `DROP DATABASE IF EXISTS \`${companySchema}\``,
      ]),
  };
}

async function onServer(url: string, statements: string[]): Promise<void> {
  const withoutSchema = new URL(url);
  withoutSchema.pathname = '/';
  const connection = await createConnection(withoutSchema.href);
  try {
    for (const statement of statements) await connection.query(statement);
  } finally {
    await connection.end();
  }
}
