import { createHash, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { NativeConnection } from '@temporalio/worker';
import pino from 'pino';
import { createReferenceSchema } from '../scripts/seed/reference-schema';
import { seedCustomers } from '../scripts/seed/seed-customers';
import { createActivities } from '../src/activities/create-activities';
import { type Survey, surveyNotices } from '../src/books/balance';
import { findIncident, type IncidentRow, insertIncident, listRuns } from '../src/books/incident-row';
import { createLedger } from '../src/books/migrate';
import { type Database, openDatabase } from '../src/books/open-database';
import { findKeyColumn } from '../src/company/key-column';
import { canonicalIncident } from '../src/incident/file-hash';
import type { Incident } from '../src/incident/incident-schema';
import { parseIncident } from '../src/incident/parse-incident';
import type { RunStatus } from '../src/incident/run-status';
import { compileNotices } from '../src/notice/compile-notice';
import { runLedger } from '../src/operator/run-ledger';
import { startRun } from '../src/operator/start-run';
import { leftOut } from '../src/workers/left-out';
import { runWorker } from '../src/workers/run-worker';
import { installRuntime } from '../src/workers/temporal-log';
import { answeredStatus } from './answered-status';
import './long-runs';
import { ownSchema } from './own-schema';
import { until } from './until';

/** A run of the example incident: real database, real Temporal, a worker in this process. */
export interface RealRun {
  client: Client;
  database: Database;
  databaseUrl: string;
  incidentId: string;
  ledgerId: string;
  file: Incident;
  /** Its page in the Web UI; null when the Web UI's address is not known. */
  url: string | null;
  status(): Promise<RunStatus>;
  /** Its row in the books. */
  row(): Promise<IncidentRow>;
  /** Its notices by their state. */
  notices(): Promise<Survey['notices']>;
  /** Waits until the run's status is as described. */
  until(awaited: string, holds: (status: RunStatus) => boolean): Promise<RunStatus>;
  end(): Promise<void>;
}

const log = pino({ level: process.env.LOG_LEVEL ?? 'silent' });
const cacheFolder = join(__dirname, '..', '.local', 'cache');
const EXAMPLE = join(__dirname, '..', 'examples', 'zappos-2012', 'incident.yaml');

/**
 * @param name of the test file, short.
 * @param change of the example's file.
 */
export async function realRun(
  name: string,
  {
    customers,
    smtpUrl = 'smtp://127.0.0.1:9',
    uiUrl = null,
    workerAddress,
    continueAsNewAfterEvents,
    change = (file) => file,
  }: {
    customers: number;
    smtpUrl?: string;
    uiUrl?: string | null;
    /** Where its worker looks for Temporal; left out: at TEMPORAL_ADDRESS. */
    workerAddress?: string;
    continueAsNewAfterEvents?: number;
    change?: (file: Incident) => Incident;
  },
): Promise<RealRun> {
  installRuntime(log);
  const address = process.env.TEMPORAL_ADDRESS;
  if (!address) throw new Error('TEMPORAL_ADDRESS is not set: run the tests through npm test, or set it.');
  const schema = await ownSchema(name);
  const file = change({ ...exampleIncident(), id: `test-${randomBytes(6).toString('hex')}` });
  await makeCompany(schema.url, file, customers);
  const database = openDatabase(schema.url, { connections: 2 });
  await beginBooks(database, file);
  const stop = new AbortController();
  const work = createActivities({ databaseUrl: schema.url, smtpUrl, workerName: 'test', log });
  const ledger = await runLedger(database);
  const connectionOfWorker = await NativeConnection.connect({ address: workerAddress ?? address });
  const working = runWorker(
    {
      connection: connectionOfWorker,
      namespace: 'default',
      ledgerId: ledger.id,
      activities: work.activities,
      incidents: () => listRuns(database.db),
      leftOut: leftOut(log),
      log,
      cacheFolder,
    },
    stop.signal,
  );
  working.catch(() => undefined); // told by end()
  const connection = await Connection.connect({ address });
  const client = new Client({ connection });
  const { url, workflowId } = await startRun(client, {
    incidentId: file.id,
    title: file.title,
    ledger,
    uiUrl,
    ...(continueAsNewAfterEvents === undefined ? {} : { continueAsNewAfterEvents }),
  });
  const run: RealRun = {
    client,
    database,
    databaseUrl: schema.url,
    incidentId: file.id,
    ledgerId: ledger.id,
    file,
    url,
    status: () => answeredStatus(client, file.id),
    row: async () => (await findIncident(database.db, file.id))!,
    notices: async () => {
      const { incident } = await run.row();
      return (await surveyNotices({ db: database.db, incident }, 'notice')).notices;
    },
    until: async (awaited, holds) => {
      let seen: RunStatus | undefined;
      await until(
        awaited,
        async () => {
          seen = await run.status();
          return holds(seen);
        },
        () => seen,
      );
      return seen!;
    },
    end: async () => {
      await client.workflow
        .getHandle(workflowId)
        .terminate('the test is over')
        .catch(() => undefined);
      stop.abort();
      await working;
      await connectionOfWorker.close();
      await work.close();
      await connection.close();
      await database.close();
      await schema.drop();
    },
  };
  return run;
}

/** Without its reminder, for which a run would wait. */
export function exampleIncident(): Incident {
  const parsed = parseIncident(readFileSync(EXAMPLE), { now: new Date() });
  if ('problems' in parsed) throw new Error(JSON.stringify(parsed.problems));
  return { ...parsed.incident, reminder: null };
}

export async function makeCompany(url: string, file: Incident, customers: number): Promise<void> {
  const company = openDatabase(url, { ledgerExists: false });
  const { companySchema, db } = company;
  await createReferenceSchema(db, companySchema);
  await seedCustomers(db, { companySchema, customers, seed: 7, cutoff: file.cutoff });
  const keyColumn = await findKeyColumn(db, companySchema, file.database);
  await company.close();
  await createLedger(url, keyColumn);
}

export async function beginBooks({ db }: Database, file: Incident): Promise<void> {
  await insertIncident(db, {
    incident: file,
    fileHash: createHash('sha256').update(canonicalIncident(file)).digest('hex'),
    contentHash: (await compileNotices(file)).contentHash,
    messageKey: randomBytes(32),
    by: 'the test',
  });
}
