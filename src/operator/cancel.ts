import type { Client } from '@temporalio/client';
import { cancelSignal } from '../workflows/messages';
import { afterSignal, type Steered } from './after-signal';
import { workflowIdOf } from './workflow-of';

/** Closes the gate and asks; with `confirm` it ends the run for good, and the incident never starts again. */
export async function cancel(
  client: Client,
  { incidentId, by, reason, confirm }: { incidentId: string; by: string; reason?: string; confirm: boolean },
): Promise<Steered> {
  const handle = client.workflow.getHandle(workflowIdOf(incidentId));
  await handle.signal(cancelSignal, { by, reason, confirm });
  if (!confirm) return afterSignal(client, incidentId);
  const steered = await afterSignal(client, incidentId);
  if (steered.inEffect) await handle.result();
  return steered;
}
