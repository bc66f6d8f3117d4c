import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Client } from '@temporalio/client';
import type { RelayProcess } from '../../scripts/relay/relay-process';
import type { PartProcess } from '../../scripts/stack/part-process';
import { startWorker } from '../../scripts/stack/start-worker';
import { type Survey, surveyNotices } from '../../src/books/balance';
import { companyOf, findIncident, type IncidentRow } from '../../src/books/incident-row';
import { type Database, openDatabase } from '../../src/books/open-database';
import { listAddresses } from '../../src/company/scan-customers';
import type { Incident } from '../../src/incident/incident-schema';
import { approve } from '../../src/operator/approve';
import { runLedger } from '../../src/operator/run-ledger';
import { startRun } from '../../src/operator/start-run';
import { judgeRelayLog, type RelayVerdict } from '../judge-relay-log';
import { ownParts } from '../operator/own-operator';
import { type OwnSchema, ownSchema } from '../own-schema';
import { beginBooks, exampleIncident, makeCompany } from '../real-run';
import { timesFired } from '../times-fired';
import { until } from '../until';

/** A whole response for one test to break: a company, a relay, a namespace of Temporal, and workers that are real processes. */
export interface OwnResponse {
  file: Incident;
  database: Database;
  client: Client;
  relay: RelayProcess;
  folder: string;
  env: NodeJS.ProcessEnv;
  /** Another worker process, in a folder of its own for its log. */
  worker(more?: NodeJS.ProcessEnv): Promise<PartProcess>;
  /** Starts the run and approves it. */
  begin(): Promise<void>;
  row(): Promise<IncidentRow>;
  books(): Promise<Survey>;
  /** By the relay's own log and the company's table alone. */
  verdict(): Promise<RelayVerdict>;
  /** How often the relay's newest rule has struck. */
  fired(): Promise<number>;
  /** Waits, and tells where the run stands when it never holds. */
  until(awaited: string, holds: () => Promise<boolean>): Promise<void>;
  /** Closed, or held for somebody to decide. */
  untilOver(): Promise<void>;
  end(): Promise<void>;
}

export async function ownResponse(
  name: string,
  {
    customers,
    change = (file) => file,
    schema: given,
  }: {
    customers: number;
    change?: (file: Incident) => Incident;
    /** The company's empty schema; left out: one on the server of all tests. */
    schema?: Pick<OwnSchema, 'url' | 'drop'>;
  },
): Promise<OwnResponse> {
  const schema = given ?? (await ownSchema(name));
  const folder = mkdtempSync(join(tmpdir(), `${name}-`));
  const file = change({
    ...exampleIncident(),
    id: `${name}-${randomBytes(4).toString('hex')}`,
    pace: { perSecond: 2_000 },
    canary: { mailboxes: [], customers: 0, afterwards: 'continue' },
  });
  await makeCompany(schema.url, file, customers);
  const database = openDatabase(schema.url, { connections: 3 });
  const { db } = database;
  await beginBooks(database, file);
  const { relay, client, env } = await ownParts(name, folder, schema.url);
  const workers: PartProcess[] = [];
  const row = async () => (await findIncident(db, file.id))!;
  const books = async () => surveyNotices({ db, incident: (await row()).incident }, 'notice');
  const found = async () => {
    const { phase, gate, gate_reason, hold_reason } = await row();
    return { phase, gate, gate_reason, hold_reason, ...(await books()) };
  };
  return {
    file,
    database,
    client,
    relay,
    folder,
    env,
    worker: (more = {}) => {
      const own = join(folder, `worker-${workers.length + 1}`);
      mkdirSync(own, { recursive: true });
      return startWorker(own, { ...env, ...more }, (part) => workers.push(part));
    },
    begin: async () => {
      const ledger = await runLedger(database);
      await startRun(client, { incidentId: file.id, title: file.title, ledger, uiUrl: null });
      const { content_hash: contentHash } = await row();
      await approve(client, { incidentId: file.id, by: 'the test', contentHash });
    },
    row,
    books,
    verdict: async () =>
      judgeRelayLog(relay.log, listAddresses(db, await companyOf(database, file), Date.now())),
    fired: () => timesFired(relay),
    until: (awaited, holds) => until(awaited, holds, found),
    untilOver: () =>
      until(
        'the end',
        async () => {
          const { phase, hold_reason } = await row();
          return phase === 'closed' || hold_reason !== null;
        },
        found,
      ),
    end: async () => {
      for (const worker of workers) {
        if (worker.running()) process.kill(worker.identity.pid, 'SIGKILL');
        await worker.ended;
      }
      await relay.stop();
      await client.connection.close();
      await database.close();
      await schema.drop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
