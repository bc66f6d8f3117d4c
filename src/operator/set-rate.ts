import type { Client } from '@temporalio/client';
import { type Accepted, type SetRateRequest, setRateUpdate } from '../workflows/messages';
import { updateOf } from './update-of';

/** Messages a second at most. @throws RefusedError with the reason; then the old rate stays. */
export function setRate(
  client: Client,
  { incidentId, ...request }: SetRateRequest & { incidentId: string },
): Promise<Accepted> {
  return updateOf(client, incidentId, setRateUpdate, request);
}
