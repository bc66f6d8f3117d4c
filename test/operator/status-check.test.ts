import { NativeConnection, Worker } from '@temporalio/worker';
import { sql } from 'kysely';
import { findIncident } from '../../src/books/incident-row';
import { runLedger } from '../../src/operator/run-ledger';
import { pauseSignal, taskQueueOf, workflowIdOf } from '../../src/workflows/messages';
import { hurryAttempts } from '../faults/hurry-attempts';
import { until } from '../until';
import { type OwnOperator, ownOperator } from './own-operator';

let desk: OwnOperator;
afterAll(() => desk?.end());

const row = async () => (await findIncident(desk.database.db, 'zappos-2012'))!;

/** As a monitor asks, until it hears this. */
async function hears(code: number, line: RegExp): Promise<void> {
  let last = '';
  const heard = async () => {
    const { out, err, code: exit } = await desk.cli(['status', '--check']);
    last = `${exit}: ${out}${err}`;
    expect(out.trim().split('\n')).toHaveLength(1);
    return exit === code && line.test(out);
  };
  await until(`${code}, ${line}`, heard, () => last);
}

async function brokenWorker(): Promise<{ stop(): Promise<void> }> {
  const workflowsPath = require.resolve('./broken-workflow');
  const connection = await NativeConnection.connect({ address: process.env.TEMPORAL_ADDRESS! });
  const { id } = await runLedger(desk.database);
  const worker = await Worker.create({
    ...{ connection, workflowsPath, taskQueue: taskQueueOf(id) },
    namespace: desk.env.TEMPORAL_NAMESPACE!,
  });
  const running = worker.run();
  return {
    stop: async () => {
      worker.shutdown();
      await running;
      await connection.close();
    },
  };
}

// Each state is told in one line, and is over once its cause is.
test('a monitor is told by exit codes: it runs, waits for somebody, has no worker, fails again and again, is over (C106, C111)', async () => {
  desk = await ownOperator('status', 120);
  const file = desk.file('incident.yaml', (text) => text.replace('afterwards: hold', 'afterwards: continue'));
  expect((await desk.start([file, '--go', '--by', 'Ann'])).code).toBe(0);
  await hears(1, /^stuck: NO WORKER of this database ANSWERS: start one with npm run worker/);
  // Nor is the run's page without a word, where nobody can answer it.
  const page = await desk.client.workflow.getHandle(workflowIdOf('zappos-2012')).describe();
  const withoutWorker = expect.stringMatching(/npm run worker.*pause --direct --incident zappos-2012/);
  expect([await page.staticDetails(), page.memo]).toEqual([
    withoutWorker,
    expect.objectContaining({ withoutWorker }),
  ]);
  const worker = await desk.worker();
  await hears(
    3,
    /^waiting-for-you: THE RUN WAITS FOR YOU, .* {3}-> npm run cli -- approve --incident zappos-2012$/m,
  );
  expect((await desk.cli(['status', '--check', '--watch'])).code).toBe(2);

  // Whatever a slice asks of the lanes fails; eight attempts take a minute.
  await sql`RENAME TABLE lanes TO lanes_elsewhere`.execute(desk.database.db);
  const { content_hash: hash } = await row();
  expect((await desk.cli(['approve', '--by', 'Jo', '--content', hash])).code).toBe(0);
  await hears(1, /^stuck: IT FAILS AND IS TRIED AGAIN, attempt \d+: Mailing .*A table is missing/);
  const { out } = await desk.cli(['status', '--json']);
  expect(JSON.parse(out)).toMatchObject({ stand: 'stuck', trouble: { kind: 'attempts' } });
  await hurryAttempts(desk.client, 'zappos-2012');
  await hears(3, /^waiting-for-you: .*A table is missing.* -> npm run cli -- resume/);
  await sql`RENAME TABLE lanes_elsewhere TO lanes`.execute(desk.database.db);

  await worker.stop();
  const broken = await brokenWorker();
  await desk.client.workflow.getHandle(workflowIdOf('zappos-2012')).signal(pauseSignal, {});
  await hears(
    1,
    /^stuck: THE RUN'S OWN CODE FAILS IN ITS WORKER \d+@\S+, again and again, attempt \d+: a version that broke.*a worker of another version/,
  );
  await broken.stop();

  await desk.worker();
  await hears(3, /^waiting-for-you: /);
  // What the relay has said cannot be booked: the slice tries for minutes, and says so at once.
  await desk.relay.control({ add: { at: 'dot', delayMs: 3_000 } });
  expect((await desk.cli(['resume', '--by', 'Jo'])).code).toBe(0);
  const { db } = desk.database;
  await until('a dot', async () => {
    const { rows } = await sql`SELECT state FROM notices WHERE state = 'sending'`.execute(db);
    return rows.length > 0;
  });
  await sql`RENAME TABLE notices TO notices_elsewhere`.execute(db);
  await hears(1, /^stuck: IT FAILS AND IS TRIED AGAIN, for minutes: Mailing notices\..*table is missing/);
  await sql`RENAME TABLE notices_elsewhere TO notices`.execute(db);
  await desk.relay.control({ clear: true });
  await until('the close', async () => (await row()).phase === 'closed', row);
  await hears(4, /^over: The incident is closed\. The proof: npm run cli -- report/);
});
