import type { Client } from '@temporalio/client';

/** Why the workflow task of a run fails again and again. */
export interface TaskFailure {
  why: string;
  /** In which it failed first; null: Temporal itself refuses what the task asks for, of every worker. */
  worker: string | null;
}

/** Of enums.v1.WorkflowTaskFailedCause: an error in the code, a history that it cannot go through. The others are the server's word. */
const OF_THE_CODE = [14, 24];
const LAST_EVENTS = 20;

/** The server notes the first failure of a task in the history; the attempts after it stand nowhere. Null: it is no failure, but nobody answered. */
export async function taskFailure(client: Client, workflowId: string): Promise<TaskFailure | null> {
  for (const event of await lastEvents(client, { workflowId }, LAST_EVENTS)) {
    if (event.workflowTaskCompletedEventAttributes) return null;
    const failed = event.workflowTaskFailedEventAttributes;
    if (!failed) continue;
    const worker = OF_THE_CODE.includes(failed.cause ?? 0) ? (failed.identity ?? '') : null;
    return { why: failed.failure?.message ?? 'no cause was given', worker };
  }
  return null;
}

/** Newest first. */
export async function lastEvents(
  { options: { namespace }, workflowService }: Client,
  execution: { workflowId: string; runId?: string },
  maximumPageSize: number,
) {
  const asked = { namespace, execution, maximumPageSize };
  const { history } = await workflowService.getWorkflowExecutionHistoryReverse(asked);
  return history?.events ?? [];
}
