import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type RelayProcess, startRelayProcess } from '../../scripts/relay/relay-process';
import type { PartProcess } from '../../scripts/stack/part-process';
import { startWorker } from '../../scripts/stack/start-worker';
import { surveyNotices } from '../../src/books/balance';
import { countCohort } from '../../src/books/cohort';
import { findIncident } from '../../src/books/incident-row';
import { type Database, openDatabase } from '../../src/books/open-database';
import { approve } from '../../src/operator/approve';
import { runLedger } from '../../src/operator/run-ledger';
import { setRate } from '../../src/operator/set-rate';
import { listWorkers, startRun } from '../../src/operator/start-run';
import { taskQueueOf, workflowIdOf } from '../../src/workflows/messages';
import { answeredStatus } from '../answered-status';
import { type OwnSchema, ownSchema } from '../own-schema';
import { beginBooks, makeCompany } from '../real-run';
import { hurryAttempts } from './hurry-attempts';
import { type OwnResponse, ownResponse } from './own-response';

let response: OwnResponse;
let elsewhere: OwnSchema;
let other: Database;
let stray: PartProcess;
let relay: RelayProcess;
afterAll(async () => {
  await stray?.stop();
  await relay?.stop();
  await response?.end();
  await other?.close();
  await elsewhere?.drop();
});

test('a worker of another database takes no task of a run, however long it is the only one (C80)', async () => {
  response = await ownResponse('stray', {
    customers: 400,
    change: (file) => ({ ...file, pace: { perSecond: 100 } }),
  });
  const { file, database, client, env, folder, until } = response;
  elsewhere = await ownSchema('stray-elsewhere');
  // The same incident in the other books, and one more of their own, by which the stray worker shows that it works.
  const otherFile = { ...file, id: `${file.id}-theirs`, pace: { perSecond: 5_000 } };
  await makeCompany(elsewhere.url, file, 200);
  other = openDatabase(elsewhere.url, { connections: 2 });
  for (const incident of [file, otherFile]) await beginBooks(other, incident);
  const bystander = async () => (await findIncident(other.db, file.id))!;
  const before = await bystander();

  const worker = await response.worker();
  await response.begin();
  const sent = async () => (await response.books()).notices.sent ?? 0;
  await until('the first notices', async () => (await sent()) > 20);
  const strayFolder = join(folder, 'stray');
  mkdirSync(strayFolder);
  relay = await startRelayProcess(strayFolder);
  const its = { DATABASE_URL: elsewhere.url, SMTP_URL: `smtp://127.0.0.1:${relay.port}` };
  stray = await startWorker(strayFolder, { ...env, ...its }, () => undefined);
  await worker.stop();
  const left = await sent();
  expect(left).toBeLessThan(400);

  const there = await runLedger(other);
  await startRun(client, { incidentId: otherFile.id, title: otherFile.title, ledger: there, uiUrl: null });
  const { content_hash: contentHash } = (await findIncident(other.db, otherFile.id))!;
  await approve(client, { incidentId: otherFile.id, by: 'the test', contentHash });
  await until('the end of the other run', async () => {
    return (await findIncident(other.db, otherFile.id))!.phase === 'closed';
  });
  expect(await sent()).toBe(left);
  expect((await response.row()).gate).toBe('open');
  const here = await runLedger(database);
  const { taskQueue } = await client.workflow.getHandle(workflowIdOf(file.id)).describe();
  expect(taskQueue).toBe(taskQueueOf(here.id));
  expect(await listWorkers(client, there.id)).toHaveLength(1);

  await response.worker();
  await setRate(client, { incidentId: file.id, by: 'the test', perSecond: 5_000 });
  await response.untilOver();
  expect((await response.row()).phase).toBe('closed');
  expect(await response.verdict()).toMatchObject({
    customersAcceptedOnce: await sent(),
    customersAcceptedTwiceOrMore: 0,
  });
  // The same incident in the other books: untouched.
  expect(await bystander()).toEqual(before);
  expect(await countCohort({ db: other.db, incident: before.incident })).toEqual({
    expired: 0,
    changed_since: 0,
    none: 0,
  });
  expect((await surveyNotices({ db: other.db, incident: before.incident }, 'notice')).notices).toEqual({});
});

test('a task that came to the wrong worker all the same: the run holds with what to do, and no gate is closed (C80)', async () => {
  const { file, client } = response;
  const there = await runLedger(other);
  const here = await runLedger(response.database);
  const incidentId = `${file.id}-mislaid`;
  await beginBooks(other, { ...file, id: incidentId });
  await client.workflow.start('breachResponse', {
    workflowId: workflowIdOf(incidentId),
    taskQueue: taskQueueOf(there.id),
    args: [{ incidentId, ledgerId: here.id, searchAttributes: false }],
  });
  const before = (await findIncident(other.db, incidentId))!;
  await hurryAttempts(client, incidentId);
  await response.until('the hold', async () => {
    const { hold } = await answeredStatus(client, incidentId);
    return hold?.kind === 'activity-failed';
  });
  const { hold, phase } = await answeredStatus(client, incidentId);
  expect(hold!.reason).toContain(`belongs to the ledger ${here.id}`);
  expect(hold!.reason).toContain(`${other.address} holds the ledger ${there.id}`);
  expect(hold!.reason).toContain("Start a worker whose DATABASE_URL leads to the run's ledger, then resume");
  expect(phase).toBe('expire');
  expect(await findIncident(other.db, incidentId)).toEqual(before);
  await client.workflow.getHandle(workflowIdOf(incidentId)).terminate('the test is over');
});
