import { setTimeout as sleep } from 'node:timers/promises';
import {
  type Client,
  isGrpcServiceError,
  ServiceError,
  WorkflowNotFoundError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
} from '@temporalio/client';
import { findIncident, type IncidentRow } from '../books/incident-row';
import { type Chosen, type IncidentOptions, onIncident } from './incident-command';
import { operatorName } from './operator-name';
import { withClient } from './parts';
import { NO_RUN, notAccepted } from './steer-words';
import { ToldError } from './told-error';
import { RefusedError } from './update-of';

export interface Steering extends Chosen {
  client: Client;
  by: string;
}

/** Runs a verb that the running workflow obeys. @throws ToldError where there is no run that could, or it refuses. */
export function onRun(options: IncidentOptions, work: (steering: Steering) => Promise<void>): Promise<void> {
  return onIncident(['database', 'temporal'], options, async (chosen) => {
    const { row } = chosen;
    if (row.closed_at !== null)
      throw new ToldError(
        `The incident ${row.incident_id} is ${row.phase} for good: nothing can be changed any more.`,
      );
    const by = options.by ?? operatorName();
    await withClient(chosen.addresses, (client) => work({ ...chosen, client, by })).catch((error) => {
      throw error instanceof WorkflowNotFoundError ? new ToldError(NO_RUN) : error;
    });
  });
}

const POLL_MILLISECONDS = 50;

/**
 * Waits until the incident's row shows what was asked for, or the run has answered (`sent`), whichever comes first.
 * @returns the row as it is then, and whether it shows it.
 */
export async function untilRow(
  { database, row }: Chosen,
  sent: Promise<unknown>,
  shows: (row: IncidentRow) => boolean,
): Promise<{ shown: boolean; row: IncidentRow }> {
  let over = false;
  let failure: unknown;
  sent.then(
    () => {
      over = true;
    },
    (error) => {
      over = true;
      failure = error;
    },
  );
  for (;;) {
    const last = over;
    const now = (await findIncident(database.db, row.incident_id))!;
    if (shows(now)) return { shown: true, row: now };
    if (failure !== undefined) throw failure;
    if (last) return { shown: false, row: now };
    await sleep(POLL_MILLISECONDS);
  }
}

/** Sends an update; what was accepted is in the row a moment later. @throws ToldError with the run's own reason. */
export async function accepted<T>(verb: string, update: Promise<T>): Promise<T> {
  try {
    return await update;
  } catch (error) {
    if (error instanceof RefusedError) throw new ToldError(`REFUSED: ${error.message}`);
    if (error instanceof WorkflowNotFoundError) throw error;
    const cause = error instanceof ServiceError ? error.cause : error;
    if (error instanceof WorkflowUpdateRPCTimeoutOrCancelledError || isGrpcServiceError(cause))
      throw new ToldError(notAccepted(verb));
    throw error;
  }
}

/** How long the run may take to write down what it has accepted. */
export const WRITTEN_WITHIN_MILLISECONDS = 10_000;
