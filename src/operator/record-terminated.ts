import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import type { BareBooks } from '../books/books';
import { recordOnce } from '../books/incident-decisions';
import { namedWith, UNNAMED } from '../incident/asked-by';
import { workflowIdOf } from '../workflows/messages';

/** Before another run of the incident starts: that somebody terminated the last one, who, and with which words, goes on record (I6). */
export async function recordTerminated(client: Client, books: BareBooks, incidentId: string): Promise<void> {
  const workflowId = workflowIdOf(incidentId);
  try {
    const { status, runId } = await client.workflow.getHandle(workflowId).describe();
    if (status.name !== 'TERMINATED') return;
    const { events } = await client.workflow.getHandle(workflowId, runId).fetchHistory();
    const { identity, reason } = events?.at(-1)?.workflowExecutionTerminatedEventAttributes ?? {};
    await recordOnce(
      books,
      {
        who: namedWith(UNNAMED, identity ?? null),
        action: 'run-terminated',
        detail: { run: runId, reason: reason ?? '' },
      },
      runId,
    );
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) throw error;
  }
}
