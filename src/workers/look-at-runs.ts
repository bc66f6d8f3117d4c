import { type Client, isGrpcServiceError, ServiceError, WorkflowNotFoundError } from '@temporalio/client';
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

/** @returns what looks at the runs of a ledger that are going, for this process; null: Temporal or the database did not answer. */
export function lookAtRuns(
  client: Client,
  { ledgerId, identity }: { ledgerId: string; identity: string | undefined },
  incidents: () => Promise<IncidentSeen[]>,
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
  return async () => {
    try {
      return await client.withDeadline(Date.now() + PATIENCE_MILLISECONDS, look);
    } catch (error) {
      return nothingSeen(error);
    }
  };
}

/** @throws what neither Temporal nor the driver says. */
function nothingSeen(error: unknown): null {
  const cause = error instanceof ServiceError ? error.cause : error;
  if (!isGrpcServiceError(cause) && (cause as { code?: string }).code === undefined) throw error;
  return null;
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

/** Of enums.v1.WorkflowTaskFailedCause: what the code of a worker does. The others are the server's word, and the same for every worker. */
const OF_THE_CODE = [14, 24];
const LAST_EVENTS = 20;

async function failedHere(
  client: Client,
  workflowId: string,
  identity: string | undefined,
): Promise<string | null> {
  const { history } = await client.workflowService.getWorkflowExecutionHistoryReverse({
    ...{ namespace: client.options.namespace, execution: { workflowId }, maximumPageSize: LAST_EVENTS },
  });
  for (const { workflowTaskFailedEventAttributes: failed, ...event } of history?.events ?? []) {
    if (event.workflowTaskCompletedEventAttributes) return null;
    if (!failed) continue;
    const isHere = failed.identity === identity && OF_THE_CODE.includes(failed.cause ?? 0);
    return isHere ? (failed.failure?.message ?? 'its workflow task failed here') : null;
  }
  return null;
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
