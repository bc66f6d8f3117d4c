import { mkdirSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { sql } from 'kysely';
import { type Database, openDatabase } from '../../src/books/open-database';
import { type Addresses, environmentOf, relayLogsOf } from '../../src/operator/parts/addresses';
import { temporalOptions } from '../../src/operator/parts/temporal-server';
import { prepareIncident } from '../../src/operator/prepare-incident';
import { type Report, report } from '../../src/operator/report';
import { fillCompany } from '../seed/fill-company';
import { receivedFolder } from '../stack/start-relay';
import { begin, runDry } from './begin-run';
import { demoIncident } from './demo-incident';
import type { DemoOptions } from './demo-options';
import type { Progress } from './demo-progress';
import { followRun } from './follow-run';
import { choosePasswords, operator } from './operator';
import type { OwnParts } from './own-parts';
import { refuseFilledSchema, refuseRealRelay } from './refuse-real-parts';

export interface Demo {
  options: DemoOptions;
  folder: string;
  parts: OwnParts;
  progress: Progress;
  /** Called when the run has begun: from here on it can go on after an interruption. */
  begun(incidentFile: string): void;
}

/** From nothing to the proof, with the address of somebody who was told. Leaves stopping to the caller. */
export async function runDemo(demo: Demo): Promise<{ report: Report; somebody: string }> {
  const { options, folder, parts, progress } = demo;
  const { say } = progress;
  if (process.env.SMTP_URL) refuseRealRelay(process.env.SMTP_URL);
  if (process.env.DATABASE_URL) await refuseFilledSchema(process.env.DATABASE_URL);
  say('Starting a database, Temporal and a mail relay of its own (afresh: earlier embedded data goes) ...');
  const { addresses } = await parts.startStack();
  const client = await connect(addresses);
  const worker = parts.startWorker({ ...process.env, ...environmentOf(addresses) });
  worker.catch(() => undefined); // waited for below; what was seeded meanwhile does no harm
  const path = writeIncident(folder);
  const incidentFile = relative(process.cwd(), path);
  const prepared = await prepareIncident(incidentFile);
  const file = prepared.incident;
  await fillCompany(addresses.databaseUrl, { ...options, cutoff: file.cutoff }, progress);
  await worker;
  say(`\nThe incident: ${incidentFile}`);
  const beginning = { client, addresses, prepared, folder, say };
  await runDry(beginning);
  const run = await begin(beginning);
  demo.begun(incidentFile);
  say('\nNow for real (npm start -- FILE --go).');
  if (run.url !== null) say(`Watch it in the Temporal Web UI, tab User Metadata:\n  ${run.url}\n`);
  const sampleFrom = addresses.relay === null ? null : receivedFolder(folder);
  const last = await followRun({
    client,
    incidentId: file.id,
    progress,
    canaryCustomers: file.canary.customers,
    waits: operator({
      client,
      file,
      say,
      sampleFrom,
      folder,
      choosePasswords: () => choosePasswords(addresses.databaseUrl),
      patient: process.stdout.isTTY === true,
    }),
  });
  if (last.phase === 'cancelled') say('The run was cancelled for good.');
  const database = openDatabase(addresses.databaseUrl, { connections: 2 });
  try {
    const relayLogs = relayLogsOf(addresses, process.env);
    return {
      report: await report(database, { incidentId: file.id, relayLogs }),
      somebody: await somebodyTold(database),
    };
  } finally {
    await database.close();
    await client.connection.close();
  }
}

async function connect({ temporal }: Addresses): Promise<Client> {
  const connection = await Connection.connect(temporalOptions(temporal, process.env));
  return new Client({ connection, namespace: temporal.namespace });
}

/** One of the customers who were told, to try `lookup` with. */
async function somebodyTold({ db }: Database): Promise<string> {
  const { rows } = await sql<{ address: string }>`
    SELECT address FROM notices WHERE state = 'sent' LIMIT 1`.execute(db);
  return rows[0]?.address ?? 'ADDRESS';
}

/** Where it can be read, and where the run goes on from after an interruption. */
function writeIncident(folder: string): string {
  const path = join(folder, 'demo-incident.yaml');
  mkdirSync(folder, { recursive: true });
  writeFileSync(path, demoIncident());
  return path;
}
