import { type Client, isGrpcServiceError, ServiceError, WorkflowNotFoundError } from '@temporalio/client';
import type { RunStatus } from '../incident/run-status';
import { statusQuery } from '../workflows/messages';
import { ledgerInMemo, type RunLedger } from './run-ledger';
import { workflowIdOf } from './workflow-of';

export interface IncidentRef {
  incidentId: string;
}

export interface StatusResult {
  /** As Temporal sees the workflow: RUNNING, COMPLETED, TERMINATED ...; null: it does not know it. */
  workflow: string | null;
  runId: string | null;
  /** From the run itself; null when no worker answers: then `lastShown` is what it showed last. */
  status: RunStatus | null;
  lastShown: Record<string, unknown> | null;
  /** That the run belongs to; null: it does not say, or there is no run. */
  ledger: RunLedger | null;
}

const PATIENCE_MILLISECONDS = 8_000;

/** Where the run is. Never waits longer than about ten seconds for a worker that is not there. */
export async function status(client: Client, { incidentId }: IncidentRef): Promise<StatusResult> {
  const handle = client.workflow.getHandle(workflowIdOf(incidentId));
  try {
    const described = await handle.describe();
    const answer = await answerOf(client, handle);
    return {
      workflow: described.status.name,
      runId: described.runId,
      status: answer,
      lastShown: answer === null ? (described.memo ?? null) : null,
      ledger: ledgerInMemo(described.memo),
    };
  } catch (error) {
    if (error instanceof WorkflowNotFoundError)
      return { workflow: null, runId: null, status: null, lastShown: null, ledger: null };
    throw error;
  }
}

async function answerOf(
  client: Client,
  handle: ReturnType<Client['workflow']['getHandle']>,
): Promise<RunStatus | null> {
  try {
    return await client.withDeadline(Date.now() + PATIENCE_MILLISECONDS, () => handle.query(statusQuery));
  } catch (error) {
    // The client wraps the deadline that passed while nobody answered.
    const cause = error instanceof ServiceError ? error.cause : error;
    if (error instanceof WorkflowNotFoundError || !isGrpcServiceError(cause)) throw error;
    return null;
  }
}
