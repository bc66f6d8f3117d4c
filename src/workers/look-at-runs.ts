import { type Client, isGrpcServiceError, ServiceError, WorkflowNotFoundError } from '@temporalio/client';
import { NamespaceNotFoundError } from '@temporalio/common';
import type pino from 'pino';
import { taskFailure } from '../activities/task-failure';
import { cutText } from '../incident/cut-text';
import { codeInMemo, olderThan } from '../workflows/code-version';
import { taskQueueOf, workflowIdOf } from '../workflows/messages';
import type { RunSeen } from './shares';

/** Of the ledger's incidents. */
export interface IncidentSeen {
  incidentId: string;
  closed: boolean;
}

export interface RunsSeen {
  runs: RunSeen[];
  /** No other process has asked for the ledger's workflow tasks lately, or none of those takes the tasks of a run that this one can do. */
  alone: boolean;
}

const PATIENCE_MILLISECONDS = 5_000;
/** A run whose workflow task nobody takes for so long starves: the others that ask can do it no more than those that leave it. */
const STARVED_MILLISECONDS = 10_000;
/** Then this process is for so long as if it were alone. */
const ALONE_MILLISECONDS = 120_000;
/** A worker asks anew each minute at least. One that was killed is listed for five. */
const LATELY_MILLISECONDS = 75_000;

export interface Looking {
  ledgerId: string;
  identity: string | undefined;
  incidents(): Promise<IncidentSeen[]>;
  log: pino.Logger;
}

/** @returns what looks at the runs of a ledger that are going, for this process; null: Temporal or the database did not answer. */
export function lookAtRuns(
  client: Client,
  { ledgerId, identity, incidents, log }: Looking,
): () => Promise<RunsSeen | null> {
  const over = new Set<string>();
  let aloneUntil = 0;
  let unasked: string | null = null;
  /** A server that refuses this question refuses no work: then nothing is left to others of whom nobody knows. */
  const aloneAnyhow = (error: unknown) => {
    const why = whyNothingSeen(error);
    if (why !== unasked) log.warn({ why }, 'nobody knows which other workers ask for this work');
    unasked = why;
    return true;
  };
  const look = async (): Promise<RunsSeen> => {
    const runs: RunSeen[] = [];
    for (const { incidentId, closed } of await incidents()) {
      if (over.has(incidentId)) continue;
      const run = await lookAt(client, ledgerId, incidentId, identity);
      if (run !== null) runs.push(run);
      // The row is closed before the run is over, and no run of it begins after that.
      else if (closed) over.add(incidentId);
    }
    if (runs.some((run) => run.starves && olderThan(run.code) === null && run.failedHere === null))
      aloneUntil = performance.now() + ALONE_MILLISECONDS;
    const alone =
      performance.now() < aloneUntil || (await isAlone(client, ledgerId, identity).catch(aloneAnyhow));
    return { runs, alone };
  };
  let silence: string | null = null;
  return async () => {
    try {
      const seen = await client.withDeadline(Date.now() + PATIENCE_MILLISECONDS, look);
      if (silence !== null) log.info('Temporal and the database answer again');
      silence = null;
      return seen;
    } catch (error) {
      const why = whyNothingSeen(error);
      if (why !== silence)
        log.warn({ why }, 'the runs cannot be looked at; they are looked at again each second');
      silence = why;
      return null;
    }
  };
}

/** In words that hold nothing of a customer's. Whatever it is ends no worker: it may be over in a moment. */
function whyNothingSeen(error: unknown): string {
  const cause = error instanceof ServiceError ? error.cause : error;
  if (isGrpcServiceError(cause)) return `Temporal: ${cutText(cause.details || cause.message, 300)}`;
  if (error instanceof NamespaceNotFoundError)
    return `Temporal: it has no namespace ${error.namespace} any more`;
  // The native connection's own errors have no cause.
  if (error instanceof ServiceError) return `Temporal: ${cutText(error.message, 300)}`;
  const { code, name } = (cause ?? {}) as { code?: string; name?: string };
  return code === undefined ? `its look failed (${name ?? 'unknown'})` : `the database: ${code}`;
}

/** Null: there is none of this ledger that is going. */
async function lookAt(
  client: Client,
  ledgerId: string,
  incidentId: string,
  identity: string | undefined,
): Promise<RunSeen | null> {
  const workflowId = workflowIdOf(incidentId);
  const described = await client.workflow
    .getHandle(workflowId)
    .describe()
    .catch((error) => {
      if (error instanceof WorkflowNotFoundError) return null;
      throw error;
    });
  if (described?.status.name !== 'RUNNING' || described.taskQueue !== taskQueueOf(ledgerId)) return null;
  const task = described.raw.pendingWorkflowTask;
  const failing = (task?.attempt ?? 0) > 1;
  const scheduledAt = task?.state === SCHEDULED ? Number(task.scheduledTime?.seconds ?? 0) * 1000 : Infinity;
  return {
    incidentId,
    starves: Date.now() - scheduledAt > STARVED_MILLISECONDS,
    code: codeInMemo(described.memo),
    failedHere: failing ? await failedHere(client, workflowId, identity) : null,
  };
}

async function failedHere(client: Client, workflowId: string, identity?: string): Promise<string | null> {
  const failed = await taskFailure(client, workflowId);
  return failed !== null && failed.worker === identity ? failed.why : null;
}

/** PendingWorkflowTaskState of temporal.api.enums.v1: nobody has it yet. */
const SCHEDULED = 1;
/** TaskQueueType, likewise. */
const WORKFLOW_QUEUE = 1;

async function isAlone(client: Client, ledgerId: string, identity: string | undefined): Promise<boolean> {
  const { pollers } = await client.workflowService.describeTaskQueue({
    ...{ namespace: client.options.namespace, taskQueueType: WORKFLOW_QUEUE },
    taskQueue: { name: taskQueueOf(ledgerId) },
  });
  const others = (pollers ?? []).filter(
    ({ identity: other, lastAccessTime }) =>
      other !== identity && Date.now() - Number(lastAccessTime?.seconds ?? 0) * 1000 < LATELY_MILLISECONDS,
  );
  return others.length === 0;
}
