import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import type { temporal } from '@temporalio/proto';
import { NativeConnection } from '@temporalio/worker';
import pino from 'pino';
import type { RunStatus } from '../../src/incident/run-status';
import { approve } from '../../src/operator/approve';
import { type StartedRun, startRun } from '../../src/operator/start-run';
import { leftOut } from '../../src/workers/left-out';
import { runWorker } from '../../src/workers/run-worker';
import { installRuntime } from '../../src/workers/temporal-log';
import type { RunResult } from '../../src/workflows/breach-response';
import { workflowIdOf } from '../../src/workflows/messages';
import { answeredStatus } from '../answered-status';
import '../long-runs';
import { until } from '../until';
import { CONTENT_HASH, type ModelIncident } from './model-incident';

export interface OwnRun {
  client: Client;
  incidentId: string;
  handle: ReturnType<Client['workflow']['getHandle']>;
  status(): Promise<RunStatus>;
  /** Waits until the run's status is as described. */
  until(awaited: string, holds: (status: RunStatus) => boolean): Promise<RunStatus>;
  /** Waits until the server has nothing for a worker to do: no activity, no workflow task. @param orElse ends the waiting, too. */
  untilIdle(orElse?: () => boolean): Promise<void>;
  approve(): Promise<unknown>;
  /** Waits for its end. */
  result(): Promise<RunResult>;
  /** Starts the workflow again, after a terminate. */
  startAgain(more?: { uiUrl?: string }): Promise<StartedRun>;
  /** Every run of this workflow, oldest first. */
  histories(): Promise<temporal.api.history.v1.IHistory[]>;
  /** Ends the worker. @throws when any workflow task had failed: each test's last word. */
  end(): Promise<void>;
}

const log = pino({ level: process.env.LOG_LEVEL ?? 'silent' });
installRuntime(log);

const cacheFolder = join(__dirname, '..', '..', '.local', 'cache');

// UNHANDLED_COMMAND: a signal came with continue-as-new, which is tried again. FORCE_CLOSE_COMMAND: terminated amid a task.
// RESET_WORKFLOW: written by a reset.
const HARMLESS_CAUSES = [1, 17, 20];

/** A run of this model on the real server at TEMPORAL_ADDRESS, with a worker of its own. */
export async function ownRun(
  model: ModelIncident,
  {
    signalsFirst = [],
    ...options
  }: {
    continueAsNewAfterEvents?: number;
    /** Sent before a worker is there: the run's first task holds them all. */
    signalsFirst?: [name: string, payload: unknown][];
  } = {},
): Promise<OwnRun> {
  const address = process.env.TEMPORAL_ADDRESS;
  if (!address) throw new Error('TEMPORAL_ADDRESS is not set: run the tests through npm test, or set it.');
  const incidentId = `test-${randomBytes(6).toString('hex')}`;
  const ledger = { id: incidentId, database: 'a model of one' };
  const connection = await Connection.connect({ address });
  const client = new Client({ connection });
  const stop = new AbortController();
  const { activities } = model;
  const startAgain: OwnRun['startAgain'] = ({ uiUrl = null } = {}) =>
    startRun(client, { incidentId, title: 'Test', ledger, uiUrl, ...options });
  await startAgain();
  const handle = client.workflow.getHandle(workflowIdOf(incidentId));
  for (const [name, payload] of signalsFirst) await handle.signal(name, payload);
  const connectionOfWorker = await NativeConnection.connect({ address });
  let working!: Promise<void>;
  // The first worker bundles the workflow code, which may take longer than an update waits for its answer.
  await new Promise<void>((ready, failed) => {
    working = runWorker(
      {
        connection: connectionOfWorker,
        namespace: 'default',
        ledgerId: ledger.id,
        activities,
        incidents: async () => [{ incidentId, closed: false }],
        leftOut: leftOut(log),
        log,
        cacheFolder,
        ready,
      },
      stop.signal,
    );
    working.catch(failed);
  });
  const run: OwnRun = {
    client,
    incidentId,
    handle,
    startAgain,
    status: () => answeredStatus(client, incidentId),
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
    untilIdle: (orElse = () => false) =>
      until('a run that has nothing to do', async () => {
        if (orElse()) return true;
        const { raw } = await handle.describe();
        return (raw.pendingActivities ?? []).length === 0 && !raw.pendingWorkflowTask;
      }),
    approve: () => approve(client, { incidentId, by: 'Jane Doe, counsel', contentHash: CONTENT_HASH }),
    result: async () => {
      const isOver = async () => (await handle.describe()).status.name !== 'RUNNING';
      await until('the end of the run', isOver, run.status);
      return (await handle.result()) as RunResult;
    },
    histories: () => historiesOf(client, workflowIdOf(incidentId)),
    end: async () => {
      try {
        const histories = await run.histories();
        const failed = histories
          .flatMap(({ events }) => events ?? [])
          .flatMap(({ workflowTaskFailedEventAttributes: failure }) => failure ?? [])
          .filter(({ cause }) => !HARMLESS_CAUSES.includes(cause ?? 0));
        const told = failed.map(({ cause, failure }) => `cause ${cause}: ${failure?.message}`);
        if (told.length > 0) throw new Error(`Workflow tasks failed: ${told.join(' | ')}`);
      } finally {
        await handle.terminate('the test is over').catch(() => undefined);
        stop.abort();
        await working;
        await connectionOfWorker.close();
        await connection.close();
      }
    },
  };
  return run;
}

async function historiesOf(client: Client, workflowId: string): Promise<temporal.api.history.v1.IHistory[]> {
  const histories: temporal.api.history.v1.IHistory[] = [];
  let runId: string | null | undefined = (await client.workflow.getHandle(workflowId).describe()).runId;
  while (runId) {
    const history = await client.workflow.getHandle(workflowId, runId).fetchHistory();
    histories.unshift(history);
    runId = history.events?.[0]?.workflowExecutionStartedEventAttributes?.continuedExecutionRunId;
  }
  return histories;
}
