import { readFileSync } from 'node:fs';
import type { PartProcess } from '../../scripts/stack/part-process';
import { approve } from '../../src/operator/approve';
import { runLedger } from '../../src/operator/run-ledger';
import { setRate } from '../../src/operator/set-rate';
import { startRun } from '../../src/operator/start-run';
import { CODE, codeInMemo } from '../../src/workflows/code-version';
import { workflowIdOf } from '../../src/workflows/messages';
import { typed } from '../operator/own-operator';
import { otherVersions, TOMORROW } from './other-versions';
import { type OwnResponse, ownResponse } from './own-response';

let response: OwnResponse;
const versions = otherVersions();
afterAll(async () => {
  await versions.end();
  await response?.end();
});

const logOf = ({ logFile }: PartProcess) => readFileSync(logFile, 'utf8');
const nameOf = (worker: PartProcess) => new RegExp(`:${worker.identity.pid}:`);

const workflowId = () => workflowIdOf(response.file.id);
const described = () => response.client.workflow.getHandle(workflowId()).describe();
const sent = async () => (await response.books()).notices.sent ?? 0;

/** Who took the workflow tasks and the activities of this run of the workflow, and which tasks failed. */
async function doneIn(runId: string) {
  const { events } = await response.client.workflow.getHandle(workflowId(), runId).fetchHistory();
  return {
    by: (events ?? []).flatMap(
      ({ workflowTaskStartedEventAttributes: task, activityTaskStartedEventAttributes: activity }) =>
        task?.identity ?? activity?.identity ?? [],
    ),
    failed: (events ?? []).flatMap(
      ({ workflowTaskFailedEventAttributes: failed }) => failed?.failure?.message ?? [],
    ),
  };
}

/** Waits until the run was continued as new so often. @returns the runs between. */
async function continuedTimes(times: number): Promise<string[]> {
  const runs = [(await described()).runId];
  await response.until('the next runs', async () => {
    const { runId } = await described();
    if (runs.at(-1) !== runId) runs.push(runId);
    return runs.length > times + 1;
  });
  return runs.slice(1, -1);
}

test('a worker of older code leaves a run to a newer one, also after continue-as-new; alone with it status says so, and an upgrade amid the run goes on (C50)', async () => {
  response = await ownResponse('older', {
    customers: 3_000,
    change: (file) => ({ ...file, pace: { perSecond: 20 } }),
  });
  const { file, client, database, env, until } = response;
  const older = await response.worker();
  const ledger = await runLedger(database);
  await startRun(client, {
    incidentId: file.id,
    title: file.title,
    ledger,
    uiUrl: null,
    continueAsNewAfterEvents: 15,
  });
  const { content_hash: contentHash } = await response.row();
  await approve(client, { incidentId: file.id, by: 'the test', contentHash });
  await until('the first notices', async () => (await sent()) > 0);
  expect(codeInMemo((await described()).memo)).toBe(CODE);

  // An upgrade: the newer one takes the run over where it is.
  const newer = await versions.worker(env, TOMORROW);
  await until('the newer code', async () => codeInMemo((await described()).memo) === CODE + 1);
  await until('the older one to leave', async () => /left out, .* asks for work again/.test(logOf(older)));
  expect(logOf(older)).toContain(
    `newer workflow code (${CODE + 1}) has had this run, and this worker's is older (${CODE})`,
  );
  const between = await continuedTimes(2);
  for (const runId of between) {
    const { by, failed } = await doneIn(runId);
    expect(failed).toEqual([]);
    expect(by.filter((name) => !nameOf(newer).test(name))).toEqual([]);
  }

  // Nobody else is left: the older one takes no activity of it, and the operator reads why nothing moves.
  await newer.stop();
  const left = await sent();
  await until('its word', async () => {
    const { out } = await typed('cli', ['status', '--check', '--incident', file.id], env);
    return /^stuck: .*newer workflow code \(\d+\) has had this run/.test(out);
  });
  expect(await sent()).toBe(left);

  await versions.worker(env, TOMORROW);
  await until('it to go on', async () => (await sent()) > left);
  await setRate(client, { incidentId: file.id, by: 'the test', perSecond: 5_000 });
  await response.untilOver();
  expect((await response.row()).phase).toBe('closed');
  expect(older.running()).toBe(true);
  expect(await response.verdict()).toMatchObject({
    customersAcceptedOnce: await sent(),
    customersAcceptedTwiceOrMore: 0,
  });
});
