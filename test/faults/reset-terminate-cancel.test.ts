import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { type RelayProcess, startRelayProcess } from '../../scripts/relay/relay-process';
import type { Phase } from '../../src/incident/vocabulary';
import { approve } from '../../src/operator/approve';
import { runLedger } from '../../src/operator/run-ledger';
import { startRun } from '../../src/operator/start-run';
import { workflowIdOf } from '../../src/workflows/messages';
import { EACH_PHASE_ONCE, phasesEntered } from '../phases-entered';
import { type RealRun, realRun } from '../real-run';
import { until } from '../until';
import { relayVerdict } from './relay-verdict';
import { statementsIn } from './statements-in';

const folder = mkdtempSync(join(tmpdir(), 'reset-'));
let relay: RelayProcess;
let run: RealRun;
afterAll(async () => {
  await run?.end();
  await relay?.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** Told when something is waited for in vain. */
const found = async () => [(await run.row()).phase, await run.notices()];
const handle = () => run.client.workflow.getHandle(workflowIdOf(run.incidentId));

/** Reset to the first workflow task, as the Web UI offers it; terminated and started again; asked to cancel, and resumed. */
async function disturb(
  phase: Phase,
  meanwhile: () => Promise<unknown> = async () => undefined,
): Promise<void> {
  const { runId } = await run.status();
  const { events } = await handle().fetchHistory();
  const first = events!.find((event) => event.workflowTaskCompletedEventAttributes)!;
  await run.client.workflowService.resetWorkflowExecution({
    namespace: 'default',
    workflowExecution: { workflowId: workflowIdOf(run.incidentId) },
    workflowTaskFinishEventId: first.eventId,
    requestId: `${phase} ${runId}`,
  });
  const afterReset = await run.until(
    'the run after the reset',
    (now) => now.runId !== runId && now.phase === phase,
  );
  await handle().terminate('by mistake');
  const { incidentId, file } = run;
  const ledger = await runLedger(run.database);
  await startRun(run.client, { incidentId, title: file.title, ledger, uiUrl: null });
  await run.until('the run started again', (now) => now.runId !== afterReset.runId && now.phase === phase);
  await handle().cancel();
  await meanwhile();
  const held = await run.until(
    'the hold',
    (now) => now.hold?.kind === 'cancellation-requested' && now.pending === null,
  );
  expect(held).toMatchObject({ phase, gate: { gate: 'closed' } });
  await handle().signal('resume');
  await run.until('the resume', (now) => now.gate?.gate === 'open' && now.hold === null);
}

test('reset, terminated and started again, asked to cancel, in each phase: nobody twice, nobody missed (I1, I2)', async () => {
  relay = await startRelayProcess(folder);
  run = await realRun('reset', {
    customers: 2_000,
    smtpUrl: `smtp://127.0.0.1:${relay.port}`,
    change: (file) => ({
      ...file,
      pace: { perSecond: 2_000 },
      canary: { mailboxes: [], customers: 0, afterwards: 'continue' as const },
      retry: { firstAfterSeconds: 3_600, forHours: 24 },
    }),
  });
  const { db, companySchema } = run.database;
  const customers = sql.id(companySchema, 'customers');
  // A customer who is just being changed keeps the expiry in its transaction.
  await db.transaction().execute(async (trx) => {
    await sql`SELECT id FROM ${customers} ORDER BY id DESC LIMIT 1 FOR UPDATE`.execute(trx);
    const updates = new RegExp(`^UPDATE.*${companySchema}.*customers`, 's');
    await until(
      'the expiry to wait',
      async () => (await statementsIn(run.database)).some((text) => updates.test(text)),
      found,
    );
    const release = sql`ROLLBACK`;
    await disturb('expire', () => release.execute(trx));
  });
  await run.until('the approval', (now) => now.waitingFor?.kind === 'approval');

  await relay.control({ add: { at: 'dot', delayMs: 40 } });
  await relay.control({ add: { at: 'rcpt', every: 20, times: 5, reply: '450 4.2.1 busy' } });
  await approve(run.client, {
    ...{ incidentId: run.incidentId, by: 'Jane', contentHash: (await run.row()).content_hash },
  });
  await until('the first notices', async () => ((await run.notices()).sent ?? 0) > 50, found);
  await disturb('notify');
  const before = (await run.notices()).sent!;
  expect(before).toBeLessThan(1_900);
  await until('the next notices', async () => (await run.notices()).sent! > before, found);
  await relay.control({ clear: true });

  await run.until('the wait', (now) => now.phase === 'settle' && now.waitingFor?.kind === 'deferred');
  await disturb('settle');
  expect((await run.notices()).deferred).toBe(5);
  await sql`UPDATE notices SET retry_at = UTC_TIMESTAMP(3) WHERE state = 'deferred'`.execute(db);
  await handle().signal('resume');
  await until('the end', async () => (await run.row()).phase === 'closed', found);

  const { sent, ...other } = await run.notices();
  expect(Object.keys(other)).toEqual(['skipped']);
  expect(await relayVerdict(run.database, run.incidentId, relay.log)).toMatchObject({
    customersAcceptedOnce: sent,
    customersAcceptedTwiceOrMore: 0,
  });
  const approvals = await sql<{ who: string }>`SELECT who FROM audit WHERE action = 'approve'`.execute(db);
  expect(approvals.rows).toEqual([{ who: 'Jane' }]);
  expect(await phasesEntered(db)).toEqual(EACH_PHASE_ONCE);
});
