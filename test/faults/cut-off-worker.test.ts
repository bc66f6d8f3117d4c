import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NativeConnection } from '@temporalio/worker';
import { sql } from 'kysely';
import pino from 'pino';
import { type RelayProcess, startRelayProcess } from '../../scripts/relay/relay-process';
import { createActivities } from '../../src/activities/create-activities';
import { listRuns } from '../../src/books/incident-row';
import { approve } from '../../src/operator/approve';
import { leftOut } from '../../src/workers/left-out';
import { runWorker } from '../../src/workers/run-worker';
import { type RealRun, realRun } from '../real-run';
import { until } from '../until';
import { type BreakableWire, breakableWire } from './breakable-wire';
import { relayVerdict } from './relay-verdict';

const log = pino({ level: 'silent' });
const folder = mkdtempSync(join(tmpdir(), 'cut-off-'));
let relay: RelayProcess;
let wire: BreakableWire;
let run: RealRun;
afterAll(async () => {
  wire?.fix();
  await run?.end();
  await wire?.close();
  await relay?.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** A worker beside the run's own, with its own way to Temporal. */
async function anotherWorker(): Promise<{ end(): Promise<void> }> {
  const work = createActivities({
    databaseUrl: run.databaseUrl,
    smtpUrl: `smtp://127.0.0.1:${relay.port}`,
    workerName: 'another',
    log,
  });
  const stop = new AbortController();
  let ready = () => undefined as unknown;
  const atWork = new Promise<unknown>((resolve) => {
    ready = () => resolve(null);
  });
  const connection = await NativeConnection.connect({ address: process.env.TEMPORAL_ADDRESS! });
  const working = runWorker(
    {
      connection,
      namespace: 'default',
      activities: work.activities,
      incidents: () => listRuns(run.database.db),
      leftOut: leftOut(log),
      log,
      ledgerId: run.ledgerId,
      cacheFolder: join(__dirname, '..', '..', '.local', 'cache'),
      ready: () => ready(),
    },
    stop.signal,
  );
  await atWork;
  return {
    end: async () => {
      stop.abort();
      await working;
      await work.close();
      await connection.close();
    },
  };
}

interface LaneAtWork {
  lane: string;
  /** Claims of the worker that is cut off, not yet settled. */
  open: string;
  /** Whose the lane is now. */
  token: string;
}
const lanes = async () =>
  (
    await sql<LaneAtWork>`
      SELECT lanes.lane, lanes.token, SUM(claims.worker = 'test' AND claims.settled = 0) AS open
      FROM claims JOIN lanes ON lanes.incident = claims.incident AND lanes.lane = claims.lane
      GROUP BY lanes.lane, lanes.token`.execute(run.database.db)
  ).rows;
const atWork = async () => (await lanes()).filter(({ open }) => Number(open) > 0);
/** Told when something is waited for in vain. */
const found = async () => [(await run.row()).phase, await lanes()];

test('a worker cut off from Temporal works on beside the retry of its slices: nobody twice, nobody in doubt (I1, I2)', async () => {
  relay = await startRelayProcess(folder);
  wire = await breakableWire(process.env.TEMPORAL_ADDRESS!);
  run = await realRun('cutoff', {
    customers: 800,
    smtpUrl: `smtp://127.0.0.1:${relay.port}`,
    workerAddress: wire.address,
    change: (file) => ({
      ...file,
      pace: { perSecond: 1_000 },
      canary: { mailboxes: [], customers: 0, afterwards: 'continue' as const },
    }),
  });
  await run.until('the approval', (now) => now.waitingFor?.kind === 'approval');
  // A batch takes longer than Temporal waits for a sign of life.
  await relay.control({ add: { at: 'dot', action: 'hold' } });
  await approve(run.client, {
    ...{ incidentId: run.incidentId, by: 'the test', contentHash: (await run.row()).content_hash },
  });
  await until('a claim of the one', async () => (await atWork()).length > 0, found);
  const [cutOff] = await atWork();
  wire.cut();
  const another = await anotherWorker();
  // It has the lane, and waits for the sessions that the one still has (C99).
  await until(
    'the retry, in a lane in which the one is at work',
    async () => (await atWork()).some(({ lane, token }) => lane === cutOff!.lane && token !== cutOff!.token),
    found,
  );
  await relay.control({ clear: true });
  await until('the end', async () => (await run.row()).phase === 'closed', found);

  const notices = await run.notices();
  expect(Object.keys(notices).sort()).toEqual(['sent', 'skipped']);
  expect(await relayVerdict(run.database, run.incidentId, relay.log)).toMatchObject({
    customersAcceptedOnce: notices.sent,
    customersAcceptedTwiceOrMore: 0,
  });
  await another.end();
});
