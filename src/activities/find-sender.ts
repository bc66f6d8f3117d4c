import { Context } from '@temporalio/activity';
import type { Client } from '@temporalio/client';
import type { AskedThrough } from '../incident/asked-by';

/** Who sent a message to this activity's run, as Temporal has it; null: it does not say, or not in time. Never throws. */
export type FindSender = (through: AskedThrough) => Promise<string | null>;

/** A pause waits for it before it closes the gate. */
const PATIENCE_MILLISECONDS = 2_000;

/**
 * The identity in the run's history: what the sender's program says of itself, our own commands login and host. The workflow itself is not
 * told. It is no password: who may write to Temporal may write any; Temporal's own authorization decides who may.
 */
export function findSender(client: Client): FindSender {
  return async (through) => {
    const { workflowId } = Context.current().info.workflowExecution!;
    try {
      const { events } = await client.withDeadline(Date.now() + PATIENCE_MILLISECONDS, () =>
        client.workflow.getHandle(workflowId, through.runId).fetchHistory(),
      );
      if ('update' in through) {
        const accepted = events?.find(
          ({ workflowExecutionUpdateAcceptedEventAttributes: update }) =>
            update?.protocolInstanceId === through.update,
        );
        return (
          accepted?.workflowExecutionUpdateAcceptedEventAttributes?.acceptedRequest?.meta?.identity || null
        );
      }
      const signals = (events ?? []).flatMap(
        ({ workflowExecutionSignaledEventAttributes: signal }) => signal ?? [],
      );
      const named = signals.filter(({ signalName }) => signalName === through.signal);
      return named[through.nth - 1]?.identity || null;
    } catch {
      return null;
    }
  };
}
