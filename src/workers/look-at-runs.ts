import { type Client, isGrpcServiceError, ServiceError, WorkflowNotFoundError } from '@temporalio/client';
import { NamespaceNotFoundError } from '@temporalio/common';
import type pino from 'pino';
import { taskFailure } from '../activities/task-failure';
import { cutText } from '../incident/cut-text';
import { codeInMemo } from '../workflows/code-version';
import { taskQueueOf, workflowIdOf } from '../workflows/messages';
import type { RunSeen } from './shares';

/** Of the ledger's incidents. */
export interface IncidentSeen {
  incidentId: string;
  closed: boolean;
}

export interface RunsSeen {
  runs: RunSeen[];
  /** No other process has asked for the ledger's workflow tasks lately. */
  alone: boolean;
}

const PATIENCE_MILLISECONDS = 5_000;
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
  const look = async (): Promise<RunsSeen> => {
    const runs: RunSeen[] = [];
    for (const { incidentId, closed } of await incidents()) {
      if (over.has(incidentId)) continue;
      const run = await lookAt(client, ledgerId, incidentId, identity);
      if (run !== null) runs.push(run);
      // The row is closed before the run is over, and no run of it begins after that.
      else if (closed) over.add(incidentId);
    }
    return { runs, alone: await isAlone(client, ledgerId, identity) };
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

/** In words that hold nothing of a customer's. @throws what neither Temporal nor the driver says. */
function whyNothingSeen(error: unknown): string {
  const cause = error instanceof ServiceError ? error.cause : error;
  if (isGrpcServiceError(cause)) return `Temporal: ${cutText(cause.details || cause.message, 300)}`;
  if (error instanceof NamespaceNotFoundError)
    return `Temporal: it has no namespace ${error.namespace} any more`;
  const { code } = cause as { code?: string };
  if (code === undefined) throw error;
  return `the database: ${code}`;
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
  const failing = (described.raw.pendingWorkflowTask?.attempt ?? 0) > 1;
  return {
    incidentId,
    code: codeInMemo(described.memo),
    failedHere: failing ? await failedHere(client, workflowId, identity) : null,
  };
}

async function failedHere(client: Client, workflowId: string, identity?: string): Promise<string | null> {
  const failed = await taskFailure(client, workflowId);
  return failed !== null && failed.worker === identity ? failed.why : null;
}

/** TaskQueueType of temporal.api.enums.v1. */
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
