import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { sql } from 'kysely';
import { type RelayProcess, startRelayProcess } from '../../scripts/relay/relay-process';
import { createReferenceSchema } from '../../scripts/seed/reference-schema';
import { seedCustomers } from '../../scripts/seed/seed-customers';
import type { PartProcess } from '../../scripts/stack/part-process';
import { startWorker } from '../../scripts/stack/start-worker';
import { type Database, ledgerSchemaOf, openDatabase } from '../../src/books/open-database';
import { projectFolder } from '../../src/operator/parts/this-machine';
import { EXAMPLE } from '../incident/example-incident';
import '../long-runs';
import { ownSchema } from '../own-schema';

export const CUTOFF = '2012-01-15T23:00:00Z';
export const SEED = 7;

export interface Typed {
  code: number;
  out: string;
  err: string;
}

/** An operator's desk of its own: a seeded company, a relay, a namespace of Temporal, and the programs as real processes. */
export interface OwnOperator {
  env: NodeJS.ProcessEnv;
  folder: string;
  companySchema: string;
  database: Database;
  relay: RelayProcess;
  client: Client;
  /** `npm run cli -- ...`; more variables replace those of the desk, '' unsets one. */
  cli(args: string[], more?: NodeJS.ProcessEnv): Promise<Typed>;
  /** `npm start -- ...` */
  start(args: string[], more?: NodeJS.ProcessEnv): Promise<Typed>;
  /** Writes the example, changed, under its own id. */
  file(name: string, change?: (text: string) => string): string;
  worker(): Promise<PartProcess>;
  /** How many messages the relay has taken, by its log. */
  acceptances(): number;
  ledgerExists(): Promise<boolean>;
  end(): Promise<void>;
}

export async function ownOperator(name: string, customers: number): Promise<OwnOperator> {
  const schema = await ownSchema(name);
  const folder = mkdtempSync(join(tmpdir(), `operator-${name}-`));
  const seeding = openDatabase(schema.url, { ledgerExists: false, connections: 3 });
  await createReferenceSchema(seeding.db, schema.companySchema);
  await seedCustomers(seeding.db, {
    companySchema: schema.companySchema,
    customers,
    seed: SEED,
    cutoff: CUTOFF,
  });
  await seeding.close();
  const { relay, client, env } = await ownParts(name, folder, schema.url);
  const run =
    (door: string) =>
    (args: string[], more: NodeJS.ProcessEnv = {}) =>
      typed(door, args, { ...env, ...more });
  const workers: PartProcess[] = [];
  const database = openDatabase(schema.url, { connections: 2 });
  return {
    env,
    folder,
    companySchema: schema.companySchema,
    database,
    relay,
    client,
    cli: run('cli'),
    start: run('start'),
    file: (fileName, change = (text) => text) => {
      const path = join(folder, fileName);
      writeFileSync(path, change(EXAMPLE));
      return path;
    },
    worker: () => startWorker(folder, env, (part) => workers.push(part)),
    acceptances: () => readFileSync(relay.log, 'utf8').split('status=sent').length - 1,
    ledgerExists: () => schemaExists(schema.url, ledgerSchemaOf(schema.companySchema)),
    end: async () => {
      for (const worker of workers) await worker.stop();
      await relay.stop();
      await client.connection.close();
      await database.close();
      await schema.drop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A relay and a namespace of Temporal, with the variables by which our programs find them and this database. */
export async function ownParts(name: string, folder: string, databaseUrl: string) {
  const relay = await startRelayProcess(folder);
  const { client, namespace } = await ownNamespace(name);
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    DATABASE_URL: databaseUrl,
    SMTP_URL: `smtp://127.0.0.1:${relay.port}`,
    TEMPORAL_NAMESPACE: namespace,
    BREACH_RESPONSE_LOCAL: folder,
  };
  return { relay, client, env };
}

/** Runs one of our programs to its end, as npm does. */
export function typed(door: string, args: string[], env: NodeJS.ProcessEnv): Promise<Typed> {
  const script = join(projectFolder, 'scripts', 'run.mjs');
  const child = spawn(process.execPath, [script, door, ...args], { env, cwd: projectFolder });
  let [out, err] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (data) => (out += data));
  child.stderr.setEncoding('utf8').on('data', (data) => (err += data));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code: code ?? -1, out, err }));
  });
}

/** The worker serves one task queue: in a namespace of its own it takes nobody else's work. */
export async function ownNamespace(name: string): Promise<{ client: Client; namespace: string }> {
  const address = process.env.TEMPORAL_ADDRESS;
  if (!address) throw new Error('TEMPORAL_ADDRESS is not set: run the tests through npm test, or set it.');
  const namespace = `t-${name}-${randomBytes(4).toString('hex')}`;
  const connection = await Connection.connect({ address });
  await connection.workflowService.registerNamespace({
    namespace,
    workflowExecutionRetentionPeriod: { seconds: 86_400 as never },
  });
  const client = new Client({ connection, namespace });
  return { client, namespace };
}

async function schemaExists(url: string, schema: string): Promise<boolean> {
  const { db, close } = openDatabase(url, { ledgerExists: false, connections: 1 });
  try {
    const { rows } =
      await sql`SELECT 1 FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = ${schema}`.execute(db);
    return rows.length > 0;
  } finally {
    await close();
  }
}
