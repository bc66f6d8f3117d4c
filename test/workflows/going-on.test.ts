import { pause } from '../../src/operator/pause';
import { until } from '../until';
import { CONTENT_HASH, keep, modelIncident } from './model-incident';
import { type OwnRun, ownRun } from './own-run';

let run: OwnRun | undefined;
afterEach(async () => {
  const ended = run;
  run = undefined;
  await ended?.end();
});

test('continue-as-new between slices loses nobody and tells nobody twice (I1, I2)', async () => {
  const model = modelIncident({
    customers: 600,
    batchMilliseconds: 5,
    rangeKeys: 100,
    canary: { mailboxes: 1, customers: 40, afterwards: 'hold' },
  });
  run = await ownRun(model, { continueAsNewAfterEvents: 25 });
  await run.approve();
  await run.until('the canary hold', (status) => status.hold?.kind === 'canary-done');
  expect(model.accepted.size).toBe(40);
  await run.handle.signal('resume');
  await run.result();
  const histories = await run.histories();
  expect(histories.length).toBeGreaterThan(3);
  expect(model.row.phase).toBe('closed');
  expect(model.accepted.size).toBe(600);
  expect([...model.accepted.values()].every((times) => times === 1)).toBe(true);
  expect(model.calls.filter((name) => name === 'mailCanaryMailboxes')).toHaveLength(1);
});

test('500 pauses and resumes around forced continue-as-new end as the last one says (C49)', async () => {
  const model = modelIncident({ customers: 400, rangeKeys: 200 });
  model.most.told = 200;
  run = await ownRun(model, { continueAsNewAfterEvents: 5 });
  await run.approve();
  await run.until('the notices', (status) => status.phase === 'notify');
  const signals = Array.from({ length: 500 }, (_, i) => (i % 2 === 0 ? 'resume' : 'pause'));
  for (let i = 0; i < signals.length; i += 10) {
    // In order within each ten; nine at once, so that many fall into one workflow task.
    const before = signals.slice(i, i + 9).map((name) => run!.handle.signal(name, { by: `${name} ${i}` }));
    await Promise.all(before);
    await run.handle.signal(signals[i + 9]!, { by: 'another' });
  }
  await run.until('those to be acted on', (status) => status.pending === null);
  await run.untilIdle();
  // One is being carried out when the last one comes, and then the run continues as new.
  const closing = keep(model, 'closeGate');
  await run.handle.signal('pause', { by: 'the last but one' });
  await closing.begun();
  await run.handle.signal('pause', { by: 'the last' });
  closing.letGo();
  const last = await run.until('the last to be acted on', (status) => status.pending === null);
  expect(last.gate).toMatchObject({ gate: 'closed', by: 'the last' });
  expect(model.row.gate).toMatchObject({ gate: 'closed', by: 'the last' });
  expect((await run.histories()).length).toBeGreaterThan(2);
  model.most.told = 400;
  await run.handle.signal('resume');
  await run.result();
  expect(model.accepted.size).toBe(400);
  expect([...model.accepted.values()].every((times) => times === 1)).toBe(true);
});

// After each continue-as-new it is the same.
test.each([
  ['resume', 'pause', 'closed'],
  ['pause', 'resume', 'open'],
] as const)(
  '%s, then %s in the first task of a run: the last word wins (C49)',
  async (firstWord, lastWord, gate) => {
    const model = modelIncident();
    run = await ownRun(model, {
      signalsFirst: [
        [firstWord, { by: 'Ann' }],
        [lastWord, { by: 'Ben' }],
      ],
    });
    await run.until(
      'both',
      (status) => status.phase === 'approval' || (status.pending === null && status.gate?.by === 'Ben'),
    );
    expect((await run.status()).gate).toMatchObject({ gate });
  },
);

test('a run adopts the row: in the phase notify it asks for no approval and tells only the rest', async () => {
  const model = modelIncident();
  Object.assign(model.row, {
    phase: 'notify',
    frontier: '000000050',
    approval: { by: 'Jane', at: new Date().toISOString(), contentHash: CONTENT_HASH },
  });
  for (let i = 1; i <= 200; i++) model.cohort.add(String(i).padStart(9, '0'));
  for (let i = 1; i <= 50; i++) model.notices.set(String(i).padStart(9, '0'), 'sent');
  run = await ownRun(model);
  await run.result();
  expect(model.row.phases).toEqual(['settle', 'close', 'closed']);
  expect(model.accepted.size).toBe(150);
  expect(model.calls).not.toContain('expireSlice');
});

test('a run that was terminated goes on when it is started again', async () => {
  const model = modelIncident();
  model.most.told = 50;
  run = await ownRun(model);
  await run.approve();
  await until('the first notices', () => model.accepted.size === 50);
  await run.handle.terminate('by mistake');
  model.most.told = 200;
  await run.startAgain();
  await run.result();
  expect(model.accepted.size).toBe(200);
  expect([...model.accepted.values()].every((times) => times === 1)).toBe(true);
});

test('a hold outlives the loss of the workflow: started again it still waits, and resume means the same', async () => {
  const model = modelIncident({ canary: { mailboxes: 0, customers: 30, afterwards: 'hold' } });
  run = await ownRun(model);
  await run.approve();
  const held = await run.until('the hold', (status) => status.hold?.kind === 'canary-done');
  await until('the hold on the row', () => model.row.hold !== null);
  await run.handle.terminate('by mistake');
  await run.startAgain();
  const again = await run.until('the hold again', (status) => status.hold?.kind === 'canary-done');
  expect(again.hold!.reason).toBe(held.hold!.reason);
  expect(model.accepted.size).toBe(30);
  await run.handle.signal('resume');
  await run.result();
  expect(model.accepted.size).toBe(200);
});

test('a run that adopted its hold by a worker of an older version waits all the same, and resume means the same (I2)', async () => {
  const model = modelIncident({ older: true, canary: { mailboxes: 0, customers: 30, afterwards: 'hold' } });
  Object.assign(model.row, {
    phase: 'canary',
    approval: { by: 'Jane', at: new Date().toISOString(), contentHash: CONTENT_HASH },
    hold: {
      kind: 'canary-done',
      reason: 'Canary done: 30 sent. Look at what arrived; resume goes on with the rest.',
    },
  });
  for (const key of model.customers) model.cohort.add(key);
  run = await ownRun(model);
  await run.until('the hold', (s) => s.hold?.kind === 'canary-done');
  expect(model.accepted.size).toBe(0);
  await run.handle.signal('resume');
  await run.result();
  expect(model.accepted.size).toBe(200);
});

test('a run reset to its beginning, as the Web UI can, tells nobody twice', async () => {
  const model = modelIncident();
  model.most.told = 50;
  run = await ownRun(model);
  await run.approve();
  await until('the first notices', () => model.accepted.size === 50);
  const { events } = await run.handle.fetchHistory();
  const first = events!.find((event) => event.workflowTaskCompletedEventAttributes)!;
  await run.client.workflowService.resetWorkflowExecution({
    namespace: 'default',
    workflowExecution: { workflowId: run.handle.workflowId },
    workflowTaskFinishEventId: first.eventId,
    requestId: run.incidentId,
  });
  model.most.told = 200;
  await run.result();
  expect(model.accepted.size).toBe(200);
  expect([...model.accepted.values()].every((times) => times === 1)).toBe(true);
});

test('a closed incident is left alone by a run that is started by mistake', async () => {
  const model = modelIncident();
  model.row.phase = 'closed';
  run = await ownRun(model);
  expect(await run.result()).toMatchObject({ phase: 'closed' });
  expect(model.calls).toEqual(['adoptRun']);
});

test('starting a run that is going says so and points to it', async () => {
  const model = modelIncident();
  run = await ownRun(model);
  const { runId } = await run.until('the approval', (status) => status.waitingFor?.kind === 'approval');
  const { incidentId } = run;
  const second = await run.startAgain({ uiUrl: 'http://127.0.0.1:8233/' });
  expect(second).toMatchObject({ alreadyRunning: true, runId });
  expect(second.url).toBe(
    `http://127.0.0.1:8233/namespaces/default/workflows/breach-response%2F${incidentId}/${runId}/user-metadata`,
  );
});

test('memo and search attributes tell phase and reason also when no worker answers', async () => {
  const model = modelIncident();
  run = await ownRun(model);
  await run.until('the approval', (status) => status.waitingFor?.kind === 'approval');
  await pause(run.client, { incidentId: run.incidentId, by: 'Ann', reason: 'lunch' });
  const { memo, searchAttributes } = await run.handle.describe();
  expect(memo).toMatchObject({
    incident: run.incidentId,
    phase: 'approval',
    waitsFor: 'Paused by Ann: lunch',
  });
  expect(searchAttributes).toMatchObject({
    BreachIncident: [run.incidentId],
    BreachPhase: ['approval'],
    BreachHold: ['paused'],
  });
});
