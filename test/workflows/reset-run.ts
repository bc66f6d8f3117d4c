import { workflowIdOf } from '../../src/workflows/messages';
import type { OwnRun } from './own-run';

/**
 * To a workflow task, by default the first one, as the Web UI offers it: the new run hears the old one's later words once more.
 * @param task counted from 0.
 */
export async function resetRun(own: OwnRun, task = 0): Promise<void> {
  const { runId } = await own.status();
  const { events } = await own.handle.fetchHistory();
  const tasks = events!.filter((event) => event.workflowTaskCompletedEventAttributes);
  await own.client.workflowService.resetWorkflowExecution({
    namespace: 'default',
    workflowExecution: { workflowId: workflowIdOf(own.incidentId) },
    workflowTaskFinishEventId: tasks[task]!.eventId,
    requestId: `reset ${runId} ${task}`,
  });
  await own.until('the run after the reset', (now) => now.runId !== runId && now.gate !== null);
}
