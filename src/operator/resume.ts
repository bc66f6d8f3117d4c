import type { Client } from '@temporalio/client';
import { resumeSignal } from '../workflows/messages';
import { afterSignal, type Steered } from './after-signal';
import { workflowIdOf } from './workflow-of';

/**
 * Opens the gate and ends a hold.
 * @param fence of the closing that the operator saw (the incident's row has it), so that a later one is not undone. After
 * `pause --direct` it must be given, or the first resume only learns of that pause.
 */
export async function resume(
  client: Client,
  { incidentId, by, fence }: { incidentId: string; by: string; fence?: number },
): Promise<Steered> {
  await client.workflow.getHandle(workflowIdOf(incidentId)).signal(resumeSignal, { by, fence });
  return afterSignal(client, incidentId);
}
