import { setTimeout as sleep } from 'node:timers/promises';
import { findLedger, LedgerError, type LedgerIdentity } from '../books/ledger-identity';
import { requireCurrent } from '../books/migrate';
import type { Database } from '../books/open-database';

const EVERY_MILLISECONDS = 1_000;

/**
 * Waits until the database holds a ledger; null: told to stop before.
 * @param waits told what it waits for: once, and again when that changes.
 */
export async function untilLedger(
  database: Database,
  stop: AbortSignal,
  waits: (reason: string) => void,
): Promise<LedgerIdentity | null> {
  let told = '';
  while (!stop.aborted) {
    const outcome = await lookForLedger(database);
    if (typeof outcome !== 'string') return outcome;
    if (outcome !== told) waits(outcome);
    told = outcome;
    await nextLook(stop);
  }
  return null;
}

/**
 * Looks again and again whether the database still holds this ledger. One that does not answer says nothing about it.
 * @returns why not, once it holds another one or none; null: told to stop before.
 */
export async function untilLedgerGoes(
  database: Database,
  ledgerId: string,
  stop: AbortSignal,
): Promise<string | null> {
  const { address } = database;
  for (;;) {
    await nextLook(stop);
    if (stop.aborted) return null;
    const ledger = await findLedger(database).catch(noAnswer);
    if (ledger === 'no answer') continue;
    if (ledger === null) return `the ledger ${ledgerId} is gone from ${address}`;
    if (ledger.id !== ledgerId) return `${address} holds another ledger now: ${ledger.id}`;
    // A copy from before an upgrade has the same id.
    const older = await requireCurrent(database).catch(wordsOf);
    if (older !== undefined) return older;
  }
}

/** The ledger, or in words what is waited for. */
async function lookForLedger(database: Database): Promise<LedgerIdentity | string> {
  const { address, ledgerSchema } = database;
  try {
    const ledger = await findLedger(database);
    if (ledger !== null) await requireCurrent(database);
    return (
      ledger ??
      `${address} has no ledger yet (schema ${ledgerSchema}): the first start makes it (npm start -- FILE --go)`
    );
  } catch (error) {
    if (error instanceof LedgerError) return error.message;
    noAnswer(error as Error);
    // A driver's message names the user and the host, never the password.
    const { message, code } = error as NodeJS.ErrnoException;
    return `the database at ${address} does not answer as it should: ${message || code}`;
  }
}

/** What a LedgerError says; nothing where the database did not answer. */
function wordsOf(error: Error & { code?: string }): string | undefined {
  if (error instanceof LedgerError) return error.message;
  noAnswer(error);
  return undefined;
}

/** @throws what is no word of the driver's, but a fault of this program. */
function noAnswer(error: Error & { code?: string }): 'no answer' {
  if (error.code === undefined) throw error;
  return 'no answer';
}

async function nextLook(stop: AbortSignal): Promise<void> {
  await sleep(EVERY_MILLISECONDS, undefined, { signal: stop }).catch(() => undefined);
}
