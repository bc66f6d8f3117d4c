import { setTimeout as sleep } from 'node:timers/promises';
import { type Client, WorkflowUpdateFailedError } from '@temporalio/client';
import type { UpdateDefinition } from '@temporalio/common';
import { NOT_YET } from '../incident/steering-rules';
import type { Accepted } from '../workflows/messages';
import { workflowIdOf } from './workflow-of';

/** The run refuses what was asked; its message says why and what to write instead. */
export class RefusedError extends Error {}

const PATIENCE_MILLISECONDS = 15_000;

/** Sends an update, and waits for what was accepted; sends it again where a run has only just begun. */
export async function updateOf<Request>(
  client: Client,
  incidentId: string,
  update: UpdateDefinition<Accepted, [Request]>,
  request: Request,
): Promise<Accepted> {
  const deadline = Date.now() + PATIENCE_MILLISECONDS;
  const handle = client.workflow.getHandle(workflowIdOf(incidentId));
  for (;;) {
    try {
      return await client.withDeadline(deadline, () => handle.executeUpdate(update, { args: [request] }));
    } catch (error) {
      if (!(error instanceof WorkflowUpdateFailedError)) throw error;
      const reason = error.cause?.message ?? error.message;
      if (reason !== NOT_YET || Date.now() > deadline) throw new RefusedError(reason);
      await sleep(100);
    }
  }
}
