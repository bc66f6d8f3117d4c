import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { sql } from 'kysely';
import { findIncident } from '../../src/books/incident-row';
import type { Incident } from '../../src/incident/incident-schema';
import { runLedger } from '../../src/operator/run-ledger';
import { startRun } from '../../src/operator/start-run';
import { type BenchCompany, beginIncident } from './bench-company';

const PATIENCE_SECONDS = 180;

/**
 * The whole product path: a workflow on the real Temporal server and a worker process claim, send and settle every notice of a
 * cohort that counts as expired already.
 * @returns messages a second, from the first claim to the last settled notice, by the ledger.
 */
export async function notifyByUs(
  client: Client,
  company: BenchCompany,
  file: Incident,
  customers: number,
): Promise<number> {
  const { db, companySchema } = company.database;
  const incident = await beginIncident(company.database, file);
  await sql`
    INSERT INTO cohort (incident, customer_id, password, expired_at)
    SELECT ${incident}, id, 'expired', UTC_TIMESTAMP(6) FROM ${sql.id(companySchema, 'customers')}
    ORDER BY id LIMIT ${customers}`.execute(db);
  await sql`UPDATE ${sql.id(companySchema, 'customers')} SET password_hash = NULL`.execute(db);
  await sql`
    UPDATE incidents SET phase = 'notify', approved_by = 'the benchmark', approved_hash = content_hash,
      approved_at = UTC_TIMESTAMP(6) WHERE incident = ${incident}`.execute(db);
  const { workflowId } = await startRun(client, {
    incidentId: file.id,
    title: file.title,
    ledger: await runLedger(company.database),
    uiUrl: null,
  });
  const until = Date.now() + PATIENCE_SECONDS * 1000;
  while ((await findIncident(db, file.id))!.phase === 'notify') {
    if (Date.now() > until) throw new Error(`Not everybody was told within ${PATIENCE_SECONDS} s.`);
    await sleep(100);
  }
  await client.workflow.getHandle(workflowId).terminate('measured');
  return rateOf(company, incident);
}

async function rateOf({ database: { db } }: BenchCompany, incident: number): Promise<number> {
  const { rows } = await sql<{ sent: string; microseconds: string; refused: string }>`
    SELECT SUM(state = 'sent') AS sent, SUM(state NOT IN ('sent', 'skipped')) AS refused,
      TIMESTAMPDIFF(MICROSECOND, MIN(claimed_at), MAX(settled_at)) AS microseconds
    FROM notices WHERE incident = ${incident}`.execute(db);
  const { sent, microseconds, refused } = rows[0]!;
  if (Number(refused) > 0)
    throw new Error(`${refused} of ${sent} notices were refused: the sink should take all.`);
  return Number(sent) / (Number(microseconds) / 1e6);
}
