import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'kysely';
import { findIncident, insertIncident } from '../../src/books/incident-row';
import { createLedger } from '../../src/books/migrate';
import { type Database, ledgerSchemaOf, openDatabase } from '../../src/books/open-database';
import { findKeyColumn } from '../../src/company/key-column';
import type { Incident } from '../../src/incident/incident-schema';
import { parseIncident } from '../../src/incident/parse-incident';
import { compileNotices } from '../../src/notice/compile-notice';
import { projectFolder } from '../../src/operator/parts/this-machine';
import { createReferenceSchema } from '../seed/reference-schema';
import { seedCustomers } from '../seed/seed-customers';

/** A made-up company with its ledger, in schemas of its own. */
export interface BenchCompany {
  url: string;
  database: Database;
  drop(): Promise<void>;
}

const TABLES = ['customers', 'sessions', 'api_tokens', 'password_resets'];

/** @param from its customers are copied, which is faster than making them up again; null: the tables are made and left empty. */
export async function newCompany(
  serverUrl: string,
  file: Incident,
  from: BenchCompany | null = null,
): Promise<BenchCompany> {
  const url = new URL(serverUrl);
  url.pathname = `/bench_${randomBytes(5).toString('hex')}`;
  const companySchema = url.pathname.slice(1);
  const server = openDatabase(url.href, { ledgerExists: false, connections: 2 });
  await sql`CREATE DATABASE ${sql.id(companySchema)} CHARACTER SET utf8mb4`.execute(server.db);
  if (from === null) await createReferenceSchema(server.db, companySchema);
  else {
    for (const table of TABLES) {
      const [to, source] = [sql.id(companySchema, table), sql.id(from.database.companySchema, table)];
      await sql`CREATE TABLE ${to} LIKE ${source}`.execute(server.db);
      await sql`INSERT INTO ${to} SELECT * FROM ${source}`.execute(server.db);
    }
  }
  const keyColumn = await findKeyColumn(server.db, companySchema, file.database);
  await server.close();
  await createLedger(url.href, keyColumn);
  const database = openDatabase(url.href, { connections: 8 });
  return {
    url: url.href,
    database,
    drop: async () => {
      await sql`DROP DATABASE ${sql.id(ledgerSchemaOf(companySchema))}`.execute(database.db);
      await sql`DROP DATABASE ${sql.id(companySchema)}`.execute(database.db);
      await database.close();
    },
  };
}

export function fill(company: BenchCompany, file: Incident, customers: number): Promise<void> {
  const { db, companySchema } = company.database;
  return seedCustomers(db, { companySchema, customers, seed: 1, cutoff: file.cutoff });
}

/** The example's texts and tables, without its canary and without a limit of pace. */
export function benchIncident(id: string): Incident {
  const example = readFileSync(join(projectFolder, 'examples', 'zappos-2012', 'incident.yaml'));
  const parsed = parseIncident(example, { now: new Date() });
  if (!('incident' in parsed)) throw new Error('examples/zappos-2012/incident.yaml does not parse');
  return { ...parsed.incident, id, pace: { perSecond: 1_000_000 } };
}

/** Begins the books of this incident. @returns our number of it. */
export async function beginIncident({ db }: Database, file: Incident): Promise<number> {
  const { contentHash } = await compileNotices(file);
  await insertIncident(db, {
    incident: file,
    fileHash: 'b'.repeat(64),
    contentHash,
    messageKey: randomBytes(32),
    by: 'the benchmark',
  });
  return (await findIncident(db, file.id))!.incident;
}
