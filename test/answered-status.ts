import type { Client } from '@temporalio/client';
import { waitUntil } from '../scripts/stack/wait-until';
import { status } from '../scripts/verbs/status';
import type { RunStatus } from '../src/incident/run-status';

/** Asks again where a worker on a busy machine has missed the patience of one question. */
export async function answeredStatus(client: Client, incidentId: string): Promise<RunStatus> {
  let seen: RunStatus | null = null;
  await waitUntil(async () => {
    seen = (await status(client, { incidentId })).status;
    return seen !== null;
  }, 40);
  if (seen === null) throw new Error('no worker answered');
  return seen;
}
