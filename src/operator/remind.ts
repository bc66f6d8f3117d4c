import type { Client } from '@temporalio/client';
import { type Accepted, type RemindRequest, remindUpdate } from '../workflows/messages';
import { updateOf } from './update-of';

/** Sends the reminder, or closes without. @throws RefusedError with the reason, such as the time from which on it may go out. */
export function remind(
  client: Client,
  { incidentId, ...request }: RemindRequest & { incidentId: string },
): Promise<Accepted> {
  return updateOf(client, incidentId, remindUpdate, request);
}
