import type { Client } from '@temporalio/client';
import type { BareBooks } from '../books/books';
import { isOtherServer, serverIdentity } from '../books/ledger-identity';
import { OTHER_SERVER } from '../incident/hold-reason';
import type { Chosen } from './incident-command';
import { isUnknown, missingPart, withClient } from './parts';
import type { Addresses } from './parts/addresses';
import { checkPart } from './parts/check-reachable';
import {
  findOtherRun,
  type LedgerHere,
  ledgerHere,
  ledgerInMemo,
  otherRunRefusal,
  refusalText,
} from './run-ledger';
import { ToldError } from './told-error';

/** `pause --direct` must not wait long for a Temporal that does not answer. */
const PATIENCE_SECONDS = 5;

/**
 * Before anything is written: does the run that Temporal has of this incident belong to this ledger?
 * @returns why it could not be compared; null: it was. @throws ToldError with what differs.
 */
export async function requireOwnLedger(
  addresses: Addresses,
  { database, incidentId }: { database: Chosen['database']; incidentId: string },
): Promise<string | null> {
  const here = await ledgerHere(database);
  const asked = await askTemporal(addresses, (client) => findOtherRun(client, incidentId, here));
  if (typeof asked === 'string') return asked;
  if (asked.answer)
    throw new ToldError(`NOTHING WAS WRITTEN. ${refusalText(otherRunRefusal(asked.answer, here))}`);
  return null;
}

/** A verb that works without Temporal goes on, and says so. */
export function sayUncompared(problem: string): void {
  console.error(`${problem} So nobody knows whether the run belongs to this ledger.`);
}

/** A verb found no such incident here: the runs that Temporal has of other ledgers, in lines; none where it does not answer. */
export async function runsElsewhere(addresses: Addresses, here: LedgerHere): Promise<string[]> {
  const asked = await askTemporal(addresses, async (client) => {
    const lines: string[] = [];
    for await (const { workflowId, memo } of client.workflow.list({ query: RUNNING })) {
      const ledger = ledgerInMemo(memo);
      if (ledger !== null && ledger.id !== here.id)
        lines.push(`  ${workflowId}  ledger ${ledger.id}, database ${ledger.database}`);
      if (lines.length === MOST_SHOWN) break;
    }
    return lines;
  });
  if (typeof asked === 'string' || asked.answer.length === 0) return [];
  const looked = here.id === null ? 'no ledger' : `ledger ${here.id}`;
  return [
    `Looked at: ${looked}, database ${here.database}. Temporal has runs of other ledgers; to reach one, set DATABASE_URL to its database:`,
    ...asked.answer,
  ];
}

const RUNNING = "WorkflowType = 'breachResponse' AND ExecutionStatus = 'Running'";
const MOST_SHOWN = 10;

/** The answer, or why there is none. */
export async function askTemporal<T>(
  addresses: Addresses,
  ask: (client: Client) => Promise<T>,
): Promise<{ answer: T } | string> {
  if (isUnknown('temporal', addresses)) return `${missingPart('temporal')}.`;
  // Loaded before the timer starts: loading takes time, and is no part of Temporal's answer.
  const { isGrpcServiceError, ServiceError } =
    require('@temporalio/client') as typeof import('@temporalio/client');
  const where = `Temporal at ${addresses.temporal.address}`;
  const asked = async () => {
    const problem = await checkPart('temporal', addresses);
    return problem ?? { answer: await withClient(addresses, ask) };
  };
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string>((resolve) => {
    const words = `${where} does not answer within ${PATIENCE_SECONDS} s.`;
    timer = setTimeout(resolve, PATIENCE_SECONDS * 1000, words);
  });
  try {
    return await Promise.race([asked(), late]);
  } catch (error) {
    if (error instanceof ServiceError || isGrpcServiceError(error))
      return `${where} does not answer: ${(error as Error).message}.`;
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

/** A copy may lack what was sent last: nothing is decided on it. @throws ToldError */
export async function requireSameServer(books: BareBooks): Promise<void> {
  if (await isOtherServer(books, await serverIdentity(books.db)))
    throw new ToldError(`Nothing is decided here. Not the database that this began on: ${OTHER_SERVER}`);
}
