import type { Client } from '@temporalio/client';
import { pauseSignal } from '../workflows/messages';
import { afterSignal, type Steered } from './after-signal';
import { workflowIdOf } from './workflow-of';

/** Closes the gate: once this returns in effect, no claim can commit. Without a worker use `pause --direct`. */
export async function pause(
  client: Client,
  { incidentId, by, reason }: { incidentId: string; by: string; reason?: string },
): Promise<Steered> {
  await client.workflow.getHandle(workflowIdOf(incidentId)).signal(pauseSignal, { by, reason });
  return afterSignal(client, incidentId);
}
