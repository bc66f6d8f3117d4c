import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { type RelayProcess, startRelayProcess } from '../../scripts/relay/relay-process';
import { verifyAudit } from '../../src/books/audit-chain';
import { approve } from '../../src/operator/approve';
import { workflowIdOf } from '../../src/workflows/messages';
import { untilLockWait } from '../lock-waits';
import { type RealRun, realRun } from '../real-run';
import { until } from '../until';
import { relayVerdict } from './relay-verdict';

const folder = mkdtempSync(join(tmpdir(), 'storm-'));
let relay: RelayProcess;
let run: RealRun;
afterAll(async () => {
  await run?.end();
  await relay?.stop();
  rmSync(folder, { recursive: true, force: true });
});

// The same with a model of the books: test/workflows/going-on.test.ts. Here the gate, its fence and its audit are real.
test('500 pauses and resumes around forced continue-as-new: the gate ends as the last one says, and everybody is told once (C49)', async () => {
  relay = await startRelayProcess(folder);
  run = await realRun('storm', {
    customers: 1_500,
    smtpUrl: `smtp://127.0.0.1:${relay.port}`,
    continueAsNewAfterEvents: 5,
    change: (file) => ({
      ...file,
      pace: { perSecond: 100 },
      canary: { mailboxes: [], customers: 0, afterwards: 'continue' as const },
    }),
  });
  const { incidentId, client } = run;
  await run.until('the approval', (now) => now.waitingFor?.kind === 'approval');
  await approve(client, { incidentId, by: 'Jane', contentHash: (await run.row()).content_hash });
  await until('the first notices', async () => ((await run.notices()).sent ?? 0) > 20);
  const { runId } = await run.status();
  const handle = client.workflow.getHandle(workflowIdOf(incidentId));
  for (let i = 0; i < 500; i += 10) {
    // In order within each ten; nine at once, so that many fall into one workflow task.
    const names = Array.from({ length: 10 }, (_, j) => (j % 2 === 0 ? 'resume' : 'pause'));
    await Promise.all(names.slice(0, 9).map((name) => handle.signal(name, { by: `${name} ${i}` })));
    await handle.signal('pause', { by: 'another' });
  }
  await run.until('those to be acted on', (now) => now.pending === null);
  // One waits for a claim in flight when the last one comes.
  await run.database.db.transaction().execute(async (trx) => {
    await sql`SELECT gate FROM incidents LOCK IN SHARE MODE`.execute(trx);
    await handle.signal('pause', { by: 'the last but one' });
    await untilLockWait(run.database, (statement) => statement.includes('SELECT gate, gate_reason, gate_by'));
    await handle.signal('pause', { by: 'the last' });
  });
  const last = await run.until('the last word', (now) => now.pending === null);
  expect(last.gate?.gate).toBe('closed');
  expect(last.runId).not.toBe(runId);
  const { incident, gate } = await run.row();
  expect(gate).toBe('closed');
  expect(await verifyAudit({ db: run.database.db, incident })).toBeNull();
  const words = await sql<{ action: string; who: string }>`
    SELECT action, who FROM audit WHERE action IN ('gate-closed', 'gate-opened') ORDER BY seq DESC LIMIT 1`.execute(
    run.database.db,
  );
  expect(words.rows).toEqual([{ action: 'gate-closed', who: 'the last' }]);

  await run.client.workflow.getHandle(workflowIdOf(incidentId)).executeUpdate('setRate', {
    args: [{ perSecond: 100_000, by: 'Jane' }],
  });
  await handle.signal('resume');
  await until('the end', async () => (await run.row()).phase === 'closed');
  const { sent, ...other } = await run.notices();
  expect(Object.keys(other)).toEqual(['skipped']);
  expect(await relayVerdict(run.database, incidentId, relay.log)).toMatchObject({
    customersAcceptedOnce: sent,
    customersAcceptedTwiceOrMore: 0,
  });
});
