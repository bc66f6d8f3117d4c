import { setTimeout as sleep } from 'node:timers/promises';
import {
  type Client,
  isGrpcServiceError,
  ServiceError,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
} from '@temporalio/client';
import type { UpdateDefinition } from '@temporalio/common';
import { findIncident, type IncidentRow } from '../books/incident-row';
import type { RunStatus } from '../incident/run-status';
import { NOT_YET } from '../incident/steering-rules';
import type { Accepted } from '../workflows/messages';
import { workflowIdOf } from '../workflows/messages';
import { type Chosen, type IncidentOptions, onIncident } from './incident-command';
import { withClient } from './parts';
import { status } from './status';
import { ToldError } from './told-error';
import { operatorName } from './who-types';

export interface Steering extends Chosen {
  client: Client;
  by: string;
}

/** Runs a verb that the running workflow obeys. @throws ToldError where no run could obey, or the run refuses. */
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

/** Temporal knows of no run that could act. */
export const NO_RUN =
  'No run of this incident is going in Temporal: never started, terminated or lost. npm start -- FILE --go goes on from the books.';

/** Temporal has the signal, and nobody acts on it. */
export function noWorker(verb: string): string {
  return `The signal ${verb} is recorded, but no worker of this database answers: start one with npm run worker.`;
}

/** An update without a worker: Temporal may forget it, or hand it to a worker that comes soon. */
export function notAccepted(verb: string): string {
  return `${verb} is not in effect: no worker of this database answers. A worker that starts soon may still carry it out. Start one with npm run worker, and look at npm run cli -- status before you say ${verb} again.`;
}

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
