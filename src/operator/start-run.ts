import { type Client, WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import { TypedSearchAttributes } from '@temporalio/common';
import { type AuditHead, changedWords } from '../incident/audit-head';
import { withCommands } from '../incident/markdown';
import { SEARCH_KEYS } from '../incident/run-status';
import type { breachResponse } from '../workflows/breach-response';
import { taskQueueOf, workflowIdOf } from '../workflows/messages';
import { findOtherRun, memoOf, type OtherRun, type RunLedger } from './run-ledger';
import { refusedForSearchAttributes, registerSearchAttributes } from './search-attributes';

export interface StartRequest {
  incidentId: string;
  title: string;
  /** In whose books the incident's row is. */
  ledger: RunLedger;
  /** Of the Web UI, such as http://127.0.0.1:8233; null: not known. */
  uiUrl: string | null;
  /** Which a run before this one knew, and the ledger does not hold any more. */
  lostHead?: AuditHead | null;
  /** Tests only. */
  continueAsNewAfterEvents?: number;
}

export interface StartedRun {
  /** The run was going already: nothing was started. */
  alreadyRunning: boolean;
  workflowId: string;
  runId: string;
  /** The run's page in the Web UI, at the tab that shows its status. */
  url: string | null;
  /** Such as: search attributes could not be registered. */
  warnings: string[];
}

/** A run with the same incident id was started before, from another ledger. */
export class OtherRunError extends Error {
  constructor(readonly run: OtherRun) {
    super(`The run ${run.workflowId} in Temporal belongs to another ledger`);
  }
}

/**
 * Starts the run of an incident whose row is there, or says that it is going. It adopts what the row says.
 * @throws OtherRunError
 */
export async function startRun(client: Client, request: StartRequest): Promise<StartedRun> {
  const { incidentId, title, ledger, lostHead, continueAsNewAfterEvents } = request;
  const namespace = client.options.namespace;
  const workflowId = workflowIdOf(incidentId);
  const answer = (alreadyRunning: boolean, runId: string, refused: string | null): StartedRun => ({
    alreadyRunning,
    workflowId,
    runId,
    url: pageOf(request.uiUrl, namespace, workflowId, runId),
    warnings: [
      ...(refused === null ? [] : [`Temporal lists the run without search attributes: ${refused}`]),
      ...(lostHead ? [`${changedWords(lostHead)} Nobody is told before that is decided.`] : []),
    ],
  });
  const start = (searchAttributes: boolean) =>
    client.workflow.start<typeof breachResponse>('breachResponse', {
      workflowId,
      taskQueue: taskQueueOf(ledger.id),
      args: [
        {
          incidentId,
          ledgerId: ledger.id,
          ownQueue: true,
          ...(lostHead ? { lostHead } : {}),
          ...(searchAttributes ? {} : { searchAttributes }),
          ...(continueAsNewAfterEvents === undefined ? {} : { continueAsNewAfterEvents }),
        },
      ],
      memo: {
        ...{ incident: incidentId, title, withoutWorker: withoutWorker(incidentId) },
        ...memoOf(ledger),
        ...(lostHead ? { audit: lostHead } : {}),
      },
      staticSummary: title,
      staticDetails: withoutWorker(incidentId),
      ...(searchAttributes ? { typedSearchAttributes: attributesOf(incidentId) } : {}),
    });
  const refused = await registerSearchAttributes(client.connection as never, namespace);
  try {
    try {
      const { firstExecutionRunId } = await start(refused === null);
      return answer(false, firstExecutionRunId, refused);
    } catch (error) {
      const why = refused === null ? refusedForSearchAttributes(error) : null;
      if (why === null) throw error;
      const { firstExecutionRunId } = await start(false);
      return answer(false, firstExecutionRunId, why);
    }
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    const other = await findOtherRun(client, incidentId, ledger);
    if (other !== null) throw new OtherRunError(other);
    const { runId } = await client.workflow.getHandle(workflowId).describe();
    return answer(true, runId, refused);
  }
}

/** For whoever opens the run's page while nobody can answer it. The memo outlives continue-as-new, the details stand in the tab itself (C106). */
function withoutWorker(incidentId: string): string {
  return withCommands(
    `Does this page show an error, or nothing newer than the memo? Then no worker answers: start one with npm run worker. The memo says what the run waited for last. npm run cli -- status --incident ${incidentId} tells more. To stop all mail without a worker: npm run cli -- pause --direct --incident ${incidentId}`,
  );
}

function attributesOf(incidentId: string): TypedSearchAttributes {
  return new TypedSearchAttributes([
    { key: SEARCH_KEYS.incident, value: incidentId },
    { key: SEARCH_KEYS.phase, value: 'expire' },
    { key: SEARCH_KEYS.percent, value: 0 },
  ]);
}

function pageOf(uiUrl: string | null, namespace: string, workflowId: string, runId: string): string | null {
  if (uiUrl === null) return null;
  return `${uiUrl.replace(/\/$/, '')}/namespaces/${encodeURIComponent(namespace)}/workflows/${encodeURIComponent(workflowId)}/${runId}/user-metadata`;
}

/** TaskQueueType of temporal.api.enums.v1: workflow tasks and activities. One who is left out of these still asks for those. */
const QUEUE_TYPES = [1, 2];

export async function countWorkers(client: Client, ledgerId: string): Promise<number> {
  return (await listWorkers(client, ledgerId)).length;
}

/** Workers that asked lately for this ledger's work, by their names; one that was killed is still listed for some minutes. */
export async function listWorkers(client: Client, ledgerId: string): Promise<string[]> {
  const asked = QUEUE_TYPES.map((taskQueueType) =>
    client.workflowService.describeTaskQueue({
      namespace: client.options.namespace,
      taskQueue: { name: taskQueueOf(ledgerId) },
      taskQueueType,
    }),
  );
  const pollers = (await Promise.all(asked)).flatMap(({ pollers: some }) => some ?? []);
  return [...new Set(pollers.map(({ identity }) => identity ?? ''))];
}
