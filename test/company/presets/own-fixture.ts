import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Kysely, MysqlDialect } from 'kysely';
import { createPool } from 'mysql2';
import { type Connection, createConnection } from 'mysql2/promise';
import { type CompanyCatalog, readCatalog } from '../../../src/company/catalog';
import { ownSchema } from '../../own-schema';
import type { PresetCase } from './preset-cases';

/** The tables and rows of a known system in a schema of their own, and a connection there whose zone is UTC. */
export interface OwnFixture {
  url: string;
  schema: string;
  connection: Connection;
  catalog: CompanyCatalog;
  drop(): Promise<void>;
}

export async function ownFixture({ id }: PresetCase): Promise<OwnFixture> {
  const { url, companySchema, drop } = await ownSchema(`preset-${id}`);
  const loader = await createConnection({ uri: url, multipleStatements: true });
  await loader.query(readFileSync(join(__dirname, `${id}.sql`), 'utf8'));
  await loader.end();
  const connection = await createConnection({
    uri: url,
    timezone: 'Z',
    dateStrings: true,
    supportBigNumbers: true,
    bigNumberStrings: true,
  });
  await connection.query("SET NAMES utf8mb4, time_zone = '+00:00', sql_mode = 'STRICT_ALL_TABLES'");
  return {
    url,
    schema: companySchema,
    connection,
    catalog: await catalogOf(url, companySchema),
    async drop() {
      await connection.end();
      await drop();
    },
  };
}

async function catalogOf(url: string, schema: string): Promise<CompanyCatalog> {
  const db = new Kysely<unknown>({ dialect: new MysqlDialect({ pool: createPool(url) }) });
  try {
    return await readCatalog(db, schema);
  } finally {
    await db.destroy();
  }
}
