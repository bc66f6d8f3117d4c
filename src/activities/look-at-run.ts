import { Context } from '@temporalio/activity';
import type { Client } from '@temporalio/client';
import { recordOnce } from '../books/incident-decisions';
import { namedWith, UNNAMED } from '../incident/asked-by';
import type { IncidentRef } from './contract';
import type { RunContexts } from './run-context';

/** Of enums.v1.WorkflowTaskFailedCause. */
const RESET_WORKFLOW = 20;

/**
 * Once for each run that this worker works for: whether somebody made it by a reset of another one. A reset takes back what the run knew,
 * and is on record with who asked for it (I6). Never throws: where Temporal does not answer, the next activity looks again.
 */
export function recordResets(client: Client, runs: RunContexts): (input: IncidentRef) => Promise<void> {
  const lookedAt = new Set<string>();
  return async ({ incidentId }) => {
    const { workflowId, runId } = Context.current().info.workflowExecution!;
    if (lookedAt.has(runId)) return;
    lookedAt.add(runId);
    try {
      const { events } = await client.workflow.getHandle(workflowId, runId).fetchHistory();
      const resets = (events ?? []).flatMap(({ workflowTaskFailedEventAttributes: failed }) =>
        failed?.cause === RESET_WORKFLOW && failed.newRunId === runId ? failed : [],
      );
      const reset = resets.at(-1);
      if (reset === undefined) return;
      const { books } = await runs(incidentId);
      const detail = { run: runId, of: reset.baseRunId, reason: reset.failure?.message ?? '' };
      await recordOnce(
        books,
        { who: namedWith(UNNAMED, reset.identity ?? null), action: 'run-reset', detail },
        runId,
      );
    } catch {
      lookedAt.delete(runId);
    }
  };
}
