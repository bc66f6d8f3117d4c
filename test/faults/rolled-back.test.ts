import { surveyNotices } from '../../src/books/balance';
import { bareBooks, findIncident } from '../../src/books/incident-row';
import { approve } from '../../src/operator/approve';
import { runLedger } from '../../src/operator/run-ledger';
import { startRun } from '../../src/operator/start-run';
import { CODE, codeInMemo } from '../../src/workflows/code-version';
import { workflowIdOf } from '../../src/workflows/messages';
import { beginBooks } from '../real-run';
import { otherVersions, TOMORROW } from './other-versions';
import { type OwnResponse, ownResponse } from './own-response';

let response: OwnResponse;
const versions = otherVersions();
afterAll(async () => {
  await versions.end();
  await response?.end();
});

test('two workers that are older than one of the runs: both leave nothing that they can do, and the other run is told to its end (C50)', async () => {
  response = await ownResponse('rollback', {
    customers: 200,
    change: (file) => ({ ...file, pace: { perSecond: 1 } }),
  });
  const { file, database, client, env, until } = response;
  const newer = await versions.worker(env, TOMORROW);
  await response.begin();
  const row = async (id: string) => (await findIncident(database.db, id))!;
  await until('the first run at work', async () => ((await response.books()).notices.sent ?? 0) > 0);
  const { memo } = await client.workflow.getHandle(workflowIdOf(file.id)).describe();
  expect(codeInMemo(memo)).toBe(CODE + 1);
  await newer.stop();
  const workers = [await response.worker(), await response.worker()];

  const other = { ...file, id: `${file.id}-b`, title: 'B', pace: { perSecond: 1_000 } };
  await beginBooks(database, other);
  await startRun(client, {
    incidentId: other.id,
    title: 'B',
    ledger: await runLedger(database),
    uiUrl: null,
  });
  const { content_hash: contentHash } = await row(other.id);
  // Until a worker takes it nobody answers.
  await until('the approval', () =>
    approve(client, { incidentId: other.id, by: 'Ann', contentHash }).then(
      () => true,
      () => false,
    ),
  );
  await until('the other run', async () => (await row(other.id)).phase === 'closed');
  const { notices } = await surveyNotices(bareBooks(database, await row(other.id)), 'notice');
  expect(notices.sent).toBeGreaterThan(100);
  expect(workers.every((worker) => worker.running())).toBe(true);
});
