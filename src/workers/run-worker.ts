import { DefaultLogger, type NativeConnection, Runtime, Worker } from '@temporalio/worker';
import type pino from 'pino';
import type { Activities } from '../activities/create-activities';
import { taskQueueOf } from '../workflows/messages';
import { workflowBundle } from './workflow-bundle';

export interface WorkerSettings {
  connection: NativeConnection;
  namespace: string;
  /** Whose work is asked for: that of the runs of this ledger. */
  ledgerId: string;
  activities: Activities;
  /** Holds the bundled workflow code. */
  cacheFolder: string;
  /** Names the process, as in its claims. */
  identity?: string;
  /** Told once it polls for work. */
  ready?(): void;
}

/** A slice returns what it has when it is told to stop; one that waits for the answer to a dot gets RFC 5321's ten minutes. */
export const MOST_STOP_SECONDS = 660;

/**
 * Works until `stop` is aborted: running slices are then told to stop, return what they have done, and another worker goes on
 * from there. Temporal may come and go meanwhile.
 * @throws Error when a slice did not end in time.
 */
export async function runWorker(settings: WorkerSettings, stop: AbortSignal): Promise<void> {
  const { connection, namespace, ledgerId, activities, identity } = settings;
  const bundle = await workflowBundle(settings.cacheFolder);
  const worker = await Worker.create({
    connection,
    namespace,
    taskQueue: taskQueueOf(ledgerId),
    ...(identity === undefined ? {} : { identity }),
    workflowBundle: { code: bundle.code },
    activities,
    maxConcurrentActivityTaskExecutions: 16,
    maxConcurrentWorkflowTaskExecutions: 4,
    maxHeartbeatThrottleInterval: '1s',
    shutdownGraceTime: 0,
    shutdownForceTime: `${MOST_STOP_SECONDS} seconds`,
    // One incident, perhaps a handful: a thread and a small cache are enough.
    maxCachedWorkflows: 10,
    workflowThreadPoolSize: 1,
  });
  const shutDown = () => {
    if (worker.getState() === 'RUNNING') worker.shutdown();
  };
  stop.addEventListener('abort', shutDown);
  const running = worker.run();
  settings.ready?.();
  if (stop.aborted) shutDown();
  await running;
}

/**
 * Once in a process, before its first worker: Temporal's own words go into our log, of their fields only those that hold no
 * payload; and the program that owns the process decides what its signals mean.
 */
export function installRuntime(log: pino.Logger): void {
  const logger = new DefaultLogger('INFO', ({ level, message, meta }) => {
    const fields = safeFields(meta ?? {});
    if (level === 'ERROR') log.error(fields, message);
    else if (level === 'WARN') log.warn(fields, message);
    else log.debug(fields, message);
  });
  const logging = { filter: { core: 'WARN', other: 'WARN' }, forward: {} } as const;
  Runtime.install({ logger, shutdownSignals: [], telemetryOptions: { logging } });
}

const KEPT = ['activityType', 'attempt', 'workflowId', 'workflowType', 'runId', 'taskQueue', 'state'];

function safeFields(meta: Record<string, unknown>): Record<string, unknown> {
  const fields: Record<string, unknown> = {};
  for (const name of KEPT) if (meta[name] !== undefined) fields[name] = meta[name];
  const { error } = meta;
  if (error instanceof Error) fields.error = `${error.name}: ${error.message}`;
  return fields;
}
