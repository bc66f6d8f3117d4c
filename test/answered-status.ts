import type { Client } from '@temporalio/client';
import type { RunStatus } from '../src/incident/run-status';
import { status } from '../src/operator/status';

const QUESTIONS = 5;

/** Asks again where a worker on a busy machine has missed the patience of one question. */
export async function answeredStatus(client: Client, incidentId: string): Promise<RunStatus> {
  for (let asked = 1; asked <= QUESTIONS; asked++) {
    const { status: seen } = await status(client, { incidentId });
    if (seen !== null) return seen;
  }
  throw new Error('no worker answered');
}
