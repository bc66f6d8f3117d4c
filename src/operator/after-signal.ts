import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import type { RunStatus } from '../incident/run-status';
import { status } from './status';

export interface Steered {
  /** The run has acted: `status` is what is in effect. False: the signal is kept, and acted on when a worker is there. */
  inEffect: boolean;
  status: RunStatus | null;
}

const LONGEST_MILLISECONDS = 90_000;

/** Waits until the run has acted on what it was sent. */
export async function afterSignal(client: Client, incidentId: string): Promise<Steered> {
  const until = Date.now() + LONGEST_MILLISECONDS;
  for (;;) {
    const seen = await status(client, { incidentId });
    if (seen.workflow !== 'RUNNING') return { inEffect: true, status: seen.status };
    if (seen.status === null) return { inEffect: false, status: null };
    if (seen.status.pending === null) return { inEffect: true, status: seen.status };
    if (Date.now() > until) return { inEffect: false, status: seen.status };
    await sleep(50);
  }
}
