import type { Client } from '@temporalio/client';
import { type Accepted, type ApproveRequest, approveUpdate } from '../workflows/messages';
import { updateOf } from './update-of';

/** Approves exactly these texts. @throws RefusedError with the reason. */
export function approve(
  client: Client,
  { incidentId, ...request }: ApproveRequest & { incidentId: string },
): Promise<Accepted> {
  return updateOf(client, incidentId, approveUpdate, request);
}
