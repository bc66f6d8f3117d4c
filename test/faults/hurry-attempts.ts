import type { Client } from '@temporalio/client';
import { workflowIdOf } from '../../src/workflows/messages';
import { until } from '../until';

/** Without the minute of pauses between them the attempts that an activity has left follow each other at once: as many as the run has asked for. */
export async function hurryAttempts(client: Client, incidentId: string): Promise<void> {
  const workflowId = workflowIdOf(incidentId);
  const { namespace } = client.options;
  const failing = async () => {
    const { raw } = await client.workflow.getHandle(workflowId).describe();
    return (raw.pendingActivities ?? []).filter(({ lastFailure }) => lastFailure);
  };
  await until('a failed attempt', async () => (await failing()).length > 0);
  const soon = { nanos: 100_000_000 };
  for (const { activityId } of await failing()) {
    await client.workflowService.updateActivityOptions({
      namespace,
      execution: { workflowId },
      id: activityId!,
      activityOptions: {
        retryPolicy: { initialInterval: soon, backoffCoefficient: 1, maximumInterval: soon },
      },
      updateMask: {
        paths: [
          'retry_policy.initial_interval',
          'retry_policy.backoff_coefficient',
          'retry_policy.maximum_interval',
        ],
      },
    });
  }
}
