import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { choosePort } from '../../scripts/stack/choose-port';
import { findDatabase } from '../../scripts/stack/find-database';
import { findTemporal } from '../../scripts/stack/find-temporal';
import type { PartProcess } from '../../scripts/stack/part-process';
import { startDatabase } from '../../scripts/stack/start-database';
import { startRelay } from '../../scripts/stack/start-relay';
import { startTemporal } from '../../scripts/stack/start-temporal';
import { startWorker } from '../../scripts/stack/start-worker';
import { surveyNotices } from '../../src/books/balance';
import { findIncident } from '../../src/books/incident-row';
import { openDatabase } from '../../src/books/open-database';
import { approve } from '../../src/operator/approve';
import { runLedger } from '../../src/operator/run-ledger';
import { setRate } from '../../src/operator/set-rate';
import { startRun } from '../../src/operator/start-run';
import { beginBooks, exampleIncident, makeCompany } from '../real-run';
import { until } from '../until';
import { relayVerdict } from './relay-verdict';

const folder = mkdtempSync(join(tmpdir(), 'restarts-'));
const parts = new Map<string, PartProcess>();
const silent = () => undefined;
afterAll(async () => {
  for (const name of ['worker', 'relay', 'temporal', 'database']) await parts.get(name)?.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** kill -9, and only then the next life. */
async function kill9(name: string): Promise<void> {
  const part = parts.get(name)!;
  process.kill(part.identity.pid, 'SIGKILL');
  await part.ended;
}

// settleSurely in send-claim.ts carries the outcomes over the restart of the database (its own tests: C37 in notify-slice.test.ts).
test('a run goes on by itself through restarts of the database, Temporal, the relay and the worker (I1, I2)', async () => {
  const [database, grpc, ui, mail] = await Promise.all(
    [0, 1, 2, 3].map(() => choosePort('a part', 0, silent)),
  );
  const server = await findDatabase(process.env, silent);
  const temporal = await findTemporal({ ...process.env, TEMPORAL_ADDRESS: undefined }, silent);
  const start = {
    database: () => startDatabase(server, folder, database!, (part) => parts.set('database', part)),
    temporal: () =>
      startTemporal(temporal!, folder, { grpc: grpc!, ui: ui! }, (part) => parts.set('temporal', part)),
    relay: () => startRelay(folder, mail!, (part) => parts.set('relay', part)),
  };
  const [url, { address }, relay] = await Promise.all([start.database(), start.temporal(), start.relay()]);
  const env = { ...process.env, DATABASE_URL: url, TEMPORAL_ADDRESS: address, SMTP_URL: relay.url };
  const work = () => startWorker(folder, env, (part) => parts.set('worker', part));
  await work();

  const file = {
    ...exampleIncident(),
    pace: { perSecond: 250 },
    canary: { mailboxes: [], customers: 10, afterwards: 'continue' as const },
  };
  await makeCompany(url, file, 4_000);
  const books = openDatabase(url, { connections: 2 });
  await beginBooks(books, file);
  const connection = await Connection.connect({ address });
  const client = new Client({ connection });
  const ledger = await runLedger(books);
  await startRun(client, { incidentId: file.id, title: file.title, ledger, uiUrl: null });
  const { incident, content_hash } = (await findIncident(books.db, file.id))!;
  await approve(client, { incidentId: file.id, by: 'the test', contentHash: content_hash });
  const told = async () => (await surveyNotices({ db: books.db, incident }, 'notice')).notices;
  const goesOn = async () => {
    const before = (await told()).sent ?? 0;
    await until('more to be told', async () => ((await told()).sent ?? 0) > before + 100);
  };

  await goesOn();
  await kill9('database');
  await start.database();
  await goesOn();
  await kill9('temporal');
  await start.temporal();
  await goesOn();
  await parts.get('relay')!.stop();
  await start.relay();
  await goesOn();
  await parts.get('worker')!.stop();
  await work();
  await setRate(client, { incidentId: file.id, by: 'the test', perSecond: 100_000 });
  const over = async () => {
    const { phase, hold_reason } = (await findIncident(books.db, file.id))!;
    return phase === 'closed' || hold_reason !== null;
  };
  await until('the end', over, told);

  const { sent = 0, skipped = 0, in_doubt = 0, ...other } = await told();
  expect(other).toEqual({});
  // Only the dots that the stopped relay had not answered: one a session at most.
  expect(in_doubt).toBeLessThanOrEqual(file.relay.sessions);
  const { missing, cohort } = await surveyNotices({ db: books.db, incident }, 'notice');
  expect([missing, sent + skipped + in_doubt]).toEqual([0, cohort]);
  const verdict = await relayVerdict(books, file.id, relay.log);
  expect(verdict).toMatchObject({ customersAcceptedTwiceOrMore: 0, strangers: 0 });
  expect(verdict.customersAcceptedOnce).toBeGreaterThanOrEqual(sent);
  await connection.close();
  await books.close();
});
