import type { Client } from '@temporalio/client';
import { taskQueueOf } from '../workflows/messages';

/** TaskQueueType of temporal.api.enums.v1. */
const WORKFLOW_QUEUE = 1;

export async function countWorkers(client: Client, ledgerId: string): Promise<number> {
  return (await listWorkers(client, ledgerId)).length;
}

/** Workers that asked lately for this ledger's work, by their names; one that was killed is still listed for some minutes. */
export async function listWorkers(client: Client, ledgerId: string): Promise<string[]> {
  const { pollers } = await client.workflowService.describeTaskQueue({
    namespace: client.options.namespace,
    taskQueue: { name: taskQueueOf(ledgerId) },
    taskQueueType: WORKFLOW_QUEUE,
  });
  return [...new Set((pollers ?? []).map(({ identity }) => identity ?? ''))];
}
