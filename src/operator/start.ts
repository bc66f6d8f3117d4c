import { randomBytes } from 'node:crypto';
import type { Client } from '@temporalio/client';
import { findIncident, type IncidentRow, insertIncident } from '../books/incident-row';
import { IDLE_TRANSACTION_SECONDS, openDatabase } from '../books/open-database';
import { compareWithRow, type Refusal } from './compare-with-row';
import { ensureLedger } from './ensure-ledger';
import type { PreparedIncident } from './prepare-incident';
import { findOtherRun, ledgerHere, otherRunRefusal, type RunLedger, runLedger } from './run-ledger';
import { OtherRunError, type StartedRun, startRun } from './start-run';

export interface StartIncident {
  databaseUrl: string;
  client: Client;
  /** Of the Web UI; null: not known. */
  uiUrl: string | null;
  prepared: PreparedIncident;
  by: string;
}

/**
 * `started`: its books begin now. `goes-on`: they were there, and a new run goes on from them. `running`: nothing was done.
 * `refused`: the file or the program is another than the one it was started with, or it is over.
 */
export type StartAnswer =
  | { kind: 'started' | 'goes-on' | 'running'; run: StartedRun; row: IncidentRow; ledger: RunLedger }
  | ({ kind: 'refused' } & Refusal);

/**
 * Begins the books of an incident, or finds them, and sees that a run is going. Safe to repeat and to race: the row's unique id
 * and Temporal's unique workflow id leave one row and one run.
 */
export async function startIncident(request: StartIncident): Promise<StartAnswer> {
  const { client, uiUrl, prepared } = request;
  const elsewhere = await refuseOtherRun(request);
  if (elsewhere) return { kind: 'refused', ...elsewhere };
  const { row, isNew, ledger } = await ensureRow(request);
  const refusal = compareWithRow(prepared, row);
  if (refusal) return { kind: 'refused', ...refusal };
  const asked = { incidentId: row.incident_id, title: row.title, ledger, uiUrl };
  const run = await startRun(client, asked).catch((error) => {
    if (error instanceof OtherRunError) return error.run;
    throw error;
  });
  if ('ledger' in run) return { kind: 'refused', ...otherRunRefusal(run, ledger) };
  return { kind: run.alreadyRunning ? 'running' : isNew ? 'started' : 'goes-on', run, row, ledger };
}

/** Looked at before the ledger is made: with another DATABASE_URL nothing is written there. */
async function refuseOtherRun({ client, databaseUrl, prepared }: StartIncident): Promise<Refusal | null> {
  const database = openDatabase(databaseUrl, { connections: 1, ledgerExists: false });
  try {
    const here = await ledgerHere(database);
    const other = await findOtherRun(client, prepared.incident.id, here);
    return other && otherRunRefusal(other, here);
  } finally {
    await database.close();
  }
}

const DUPLICATE_KEY = 1062;

async function ensureRow({ databaseUrl, prepared, by }: StartIncident) {
  const { incident, fileHash, notices } = prepared;
  await ensureLedger(databaseUrl, incident);
  const idleTransactionSeconds = IDLE_TRANSACTION_SECONDS;
  const database = openDatabase(databaseUrl, { connections: 2, idleTransactionSeconds });
  try {
    let isNew = false;
    if (!(await findIncident(database.db, incident.id))) {
      const messageKey = randomBytes(32);
      const { contentHash } = notices;
      try {
        await insertIncident(database.db, { incident, fileHash, contentHash, messageKey, by });
        isNew = true;
      } catch (error) {
        // Somebody else was first: theirs counts.
        if ((error as { errno?: number }).errno !== DUPLICATE_KEY) throw error;
      }
    }
    const row = (await findIncident(database.db, incident.id))!;
    return { row, isNew, ledger: await runLedger(database) };
  } finally {
    await database.close();
  }
}
