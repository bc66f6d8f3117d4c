import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from '@temporalio/client';
import { type NativeConnection, TransportError, Worker } from '@temporalio/worker';
import type pino from 'pino';
import type { Activities, ActivitySet } from '../activities/create-activities';
import { keyOf, type LeftOut } from './left-out';
import { type IncidentSeen, lookAtRuns, type RunsSeen } from './look-at-runs';
import { judgeShares, type Share } from './shares';
import { workflowBundle } from './workflow-bundle';

export interface WorkerSettings {
  connection: NativeConnection;
  namespace: string;
  /** Whose work is asked for: that of the runs of this ledger. */
  ledgerId: string;
  activities: Activities;
  /** Of those that newer workflow code asks for. */
  unknown?: ActivitySet['unknown'];
  /** Of this ledger, as its database has them now. */
  incidents(): Promise<IncidentSeen[]>;
  leftOut: LeftOut;
  log: pino.Logger;
  /** Holds the bundled workflow code. */
  cacheFolder: string;
  /** Names the process, as in its claims. */
  identity?: string;
  /** Told once it polls for work. */
  ready?(): void;
}

/** A slice returns what it has when it is told to stop; one that waits for the answer to a dot gets RFC 5321's ten minutes. */
export const MOST_STOP_SECONDS = 660;

const LOOK_MILLISECONDS = 1_000;
const PATIENCE_MILLISECONDS = 10_000;

interface Serving {
  stop: AbortController;
  ended: Promise<void>;
}

/**
 * Works until `stop` is aborted, or it is left out for good: running slices are then told to stop, return what they have done, and another
 * worker goes on from there. Temporal may come and go meanwhile.
 * @throws Error when a slice did not end in time.
 */
export async function runWorker(settings: WorkerSettings, stop: AbortSignal): Promise<void> {
  const { connection, namespace, ledgerId, leftOut } = settings;
  const { code } = await workflowBundle(settings.cacheFolder);
  const client = new Client({ connection, namespace });
  const look = lookAtRuns(client, { identity: undefined, ...settings });
  let looking: Promise<RunsSeen | null> | null = null;
  const serving = new Map<string, Serving>();
  const faults: unknown[] = [];
  let wanted: Share[] = judgeShares(ledgerId, [], true);
  const isWanted = (key: string) => wanted.some((share) => keyOf(share) === key && !leftOut.isOut(share));
  const stopUnwanted = () => {
    for (const [key, { stop: own }] of serving)
      if (stop.aborted || leftOut.isOutForGood() || !isWanted(key)) own.abort();
  };
  const begin = async (share: Share) => {
    const key = keyOf(share);
    const own = new AbortController();
    const worker = await Worker.create({ ...optionsOf(settings, share, code), connection, namespace });
    const ended = serve(worker, own.signal)
      .catch((error) => faults.push(error))
      .then(() => void serving.delete(key));
    serving.set(key, { stop: own, ended });
  };
  leftOut.onLeave(stopUnwanted);
  stop.addEventListener('abort', stopUnwanted);
  const stopped = new Promise<null>((resolve) => stop.addEventListener('abort', () => resolve(null)));
  try {
    for (let rounds = 0; !stop.aborted && !leftOut.isOutForGood() && faults.length === 0; rounds++) {
      // A database that hangs must keep nobody from leaving, or from ending.
      looking ??= look()
        .catch((error) => {
          faults.push(error);
          return null;
        })
        .finally(() => {
          looking = null;
        });
      const seen = await Promise.race([looking, stopped, sleep(PATIENCE_MILLISECONDS, null, { ref: false })]);
      if (seen) {
        const judged = judgeShares(ledgerId, seen.runs, seen.alone);
        for (const share of judged) if (share.leftFor !== null) leftOut.leaveShare(share, share.leftFor);
        wanted = judged;
      }
      stopUnwanted();
      for (const share of wanted) {
        if (stop.aborted || serving.has(keyOf(share)) || leftOut.isOut(share)) continue;
        await begin(share).catch((error) => {
          // Temporal was there a moment ago: it is asked again in a second.
          if (rounds === 0 || !(error instanceof TransportError)) throw error;
        });
      }
      if (rounds === 0) settings.ready?.();
      await sleep(LOOK_MILLISECONDS, undefined, { signal: stop }).catch(() => undefined);
    }
  } finally {
    for (const { stop: own } of serving.values()) own.abort();
    await Promise.all([...serving.values()].map(({ ended }) => ended));
  }
  if (faults.length > 0) throw faults[0];
}

async function serve(worker: Worker, stop: AbortSignal): Promise<void> {
  const shutDown = () => {
    if (worker.getState() === 'RUNNING') worker.shutdown();
  };
  stop.addEventListener('abort', shutDown);
  const running = worker.run();
  if (stop.aborted) shutDown();
  await running;
}

function optionsOf(
  { activities, unknown, identity }: WorkerSettings,
  { taskQueue, kind }: Share,
  code: string,
) {
  return {
    taskQueue,
    ...(identity === undefined ? {} : { identity }),
    maxHeartbeatThrottleInterval: '1s',
    shutdownGraceTime: 0,
    shutdownForceTime: `${MOST_STOP_SECONDS} seconds`,
    ...(kind === 'activities'
      ? {
          activities: { ...activities, ...(unknown ? { default: unknown } : {}) },
          maxConcurrentActivityTaskExecutions: 16,
          maxConcurrentActivityTaskPolls: 4,
        }
      : {
          workflowBundle: { code },
          maxConcurrentWorkflowTaskExecutions: 4,
          // One incident, perhaps a handful: a thread and a small cache are enough.
          maxCachedWorkflows: 10,
          workflowThreadPoolSize: 1,
        }),
  } as const;
}
