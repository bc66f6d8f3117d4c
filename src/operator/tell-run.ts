import { WorkflowNotFoundError } from '@temporalio/client';
import { lookAtGateSignal, workflowIdOf } from '../workflows/messages';
import type { Chosen } from './incident-command';
import { askTemporal } from './own-ledger';

/** The run looks at the books again, so that it shows what it waits for, and goes on. @returns why it does not hear; null: it will. */
export async function tellRun({ addresses, row }: Pick<Chosen, 'addresses' | 'row'>): Promise<string | null> {
  const told = await askTemporal(addresses, async (client) => {
    try {
      await client.workflow.getHandle(workflowIdOf(row.incident_id)).signal(lookAtGateSignal);
      return null;
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return 'No run of this incident is going in Temporal.';
      throw error;
    }
  });
  return typeof told === 'string' ? told : told.answer;
}

/** The same for what already stands in the database. @returns what to say of it, if anything. */
export async function toldRun(chosen: Chosen): Promise<string[]> {
  const unheard = await tellRun(chosen);
  return unheard === null ? [] : [`${unheard} What was changed stands in the database all the same.`];
}
