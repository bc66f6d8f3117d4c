import type { Client } from '@temporalio/client';
import { TASK_QUEUE } from '../../src/workflows/messages';

/** TaskQueueType of temporal.api.enums.v1. */
const WORKFLOW_QUEUE = 1;

export async function countWorkers(client: Client): Promise<number> {
  return (await listWorkers(client)).length;
}

/** Workers that asked Temporal for work lately, by their names; one that was killed is still listed for some minutes. */
export async function listWorkers(client: Client): Promise<string[]> {
  const { pollers } = await client.workflowService.describeTaskQueue({
    namespace: client.options.namespace,
    taskQueue: { name: TASK_QUEUE },
    taskQueueType: WORKFLOW_QUEUE,
  });
  return [...new Set((pollers ?? []).map(({ identity }) => identity ?? ''))];
}
