import type { Client } from '@temporalio/client';
import { TASK_QUEUE } from '../../src/workflows/messages';

/** TaskQueueType of temporal.api.enums.v1. */
const WORKFLOW_QUEUE = 1;

/** Workers that asked Temporal for work lately; one that was killed is still counted for some minutes. */
export async function countWorkers(client: Client): Promise<number> {
  const { pollers } = await client.workflowService.describeTaskQueue({
    namespace: client.options.namespace,
    taskQueue: { name: TASK_QUEUE },
    taskQueueType: WORKFLOW_QUEUE,
  });
  return new Set((pollers ?? []).map(({ identity }) => identity)).size;
}
