import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import { databaseWords, findLedger } from '../books/ledger-identity';
import { createLedger } from '../books/migrate';
import { type Database, openDatabase } from '../books/open-database';
import { findKeyColumn } from '../company/key-column';
import type { Incident } from '../incident/incident-schema';
import { workflowIdOf } from '../workflows/messages';
import type { Refusal } from './compare-with-row';

/** The ledger that a run belongs to, as the run's memo has it from its start on: shown, and compared before anything is written. */
export interface RunLedger {
  id: string;
  /** Such as `db.internal:3306/shop (MariaDB 10.11.6)`. */
  database: string;
}

/** The ledger that DATABASE_URL leads to. */
export interface LedgerHere {
  /** Null: none was made there yet. */
  id: string | null;
  database: string;
}

export async function ledgerHere(database: Database): Promise<LedgerHere> {
  const ledger = await findLedger(database);
  return { id: ledger?.id ?? null, database: await databaseWords(database) };
}

/** The ledger that a verb has made or found its incident in. */
export async function runLedger(database: Database): Promise<RunLedger> {
  const { id, ...words } = await ledgerHere(database);
  if (id === null) throw new Error(`${words.database} has lost its ledger`);
  return { id, ...words };
}

export function memoOf({ id, database }: RunLedger): Record<string, string> {
  return { ledger: id, database };
}

/** Null: the memo names none, so it is none that this program has started. */
export function ledgerInMemo(memo: Record<string, unknown> | undefined): RunLedger | null {
  const { ledger, database } = memo ?? {};
  return typeof ledger === 'string' ? { id: ledger, database: String(database) } : null;
}

/** A run of this incident's id that belongs to another ledger, and that is not over. */
export interface OtherRun {
  workflowId: string;
  /** As Temporal sees it: RUNNING, TERMINATED ... */
  status: string;
  /** Null: it does not say. */
  ledger: RunLedger | null;
}

/**
 * Whether the run that Temporal has of this incident belongs to another ledger. One that was terminated is not over: it may go on
 * from its own books.
 * @returns null: it belongs to this one, it is over, or there is none.
 */
export async function findOtherRun(
  client: Client,
  incidentId: string,
  here: LedgerHere,
): Promise<OtherRun | null> {
  const workflowId = workflowIdOf(incidentId);
  try {
    const { status, memo } = await client.workflow.getHandle(workflowId).describe();
    const ledger = ledgerInMemo(memo);
    const isOver = status.name === 'COMPLETED';
    return isOver || (ledger !== null && ledger.id === here.id)
      ? null
      : { workflowId, status: status.name, ledger };
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return null;
    throw error;
  }
}

/** What differs, and what to do. */
export function otherRunRefusal({ workflowId, status, ledger }: OtherRun, here: LedgerHere): Refusal {
  const gone =
    status === 'RUNNING'
      ? ''
      : ` If that run will never go on: temporal workflow delete --workflow-id ${workflowId}`;
  return {
    reason: `Temporal has a run of that id (${workflowId}, ${status}) which belongs to another ledger`,
    differences: [
      ledger === null
        ? 'the run   does not say which ledger it belongs to'
        : `the run   ledger ${ledger.id}, database ${ledger.database}`,
      `here      ${here.id === null ? 'no ledger yet' : `ledger ${here.id}`}, database ${here.database}`,
    ],
    todo: `To reach that run, set DATABASE_URL to its database. If this database is the right one, set TEMPORAL_ADDRESS and TEMPORAL_NAMESPACE to where its own run is; another incident needs another id: in its file.${gone}`,
  };
}

/** As lines. */
export function refusalText({ reason, differences, todo }: Refusal): string {
  return [`${reason}:`, ...differences.map((line) => `  ${line}`), todo].join('\n');
}

/** Makes our schema, or brings it up to date, for the customers' key that the file names. @throws UnusableKeyError */
export async function ensureLedger(databaseUrl: string, { database }: Incident): Promise<void> {
  const server = openDatabase(databaseUrl, { connections: 1, ledgerExists: false });
  try {
    const keyColumn = await findKeyColumn(server.db, server.companySchema, database);
    await createLedger(databaseUrl, keyColumn);
  } finally {
    await server.close();
  }
}
