import { approve } from '../../src/operator/approve';
import { cancel } from '../../src/operator/cancel';
import { pause } from '../../src/operator/pause';
import { resume } from '../../src/operator/resume';
import { setRate } from '../../src/operator/set-rate';
import { RefusedError } from '../../src/operator/steer';
import { until } from '../until';
import { CONTENT_HASH, type ModelIncident, modelIncident } from './model-incident';
import { type OwnRun, ownRun } from './own-run';

/** Of the model's customers, and those of them who are told before the test lets the run go on. */
const [ALL, TOLD] = [200, 50];

let run: OwnRun | undefined;
afterEach(async () => {
  const ended = run;
  run = undefined;
  await ended?.end();
});

/** In the middle of telling its customers, until the test lets it go on. */
async function runThatTells(): Promise<{ model: ModelIncident; run: OwnRun; goOn: () => void }> {
  const model = modelIncident();
  model.most.told = TOLD;
  run = await ownRun(model);
  await run.approve();
  await until('the first notices', () => model.accepted.size === TOLD);
  const goOn = () => {
    model.most.told = Number.POSITIVE_INFINITY;
  };
  return { model, run, goOn };
}

test('pause stops the mail, and resume goes on at the exact customer (I2)', async () => {
  const { model, run: own, goOn } = await runThatTells();
  const paused = await pause(own.client, { incidentId: own.incidentId, by: 'Ann', reason: 'lunch' });
  expect(paused).toMatchObject({
    inEffect: true,
    status: { gate: { gate: 'closed', by: 'Ann', reason: 'paused: lunch' } },
  });
  expect(paused.status!.waitingFor).toMatchObject({ kind: 'paused', what: 'Paused by Ann: lunch' });
  goOn();
  expect(paused.status!.rateNow).toBe(0);
  expect(model.accepted.size).toBe(TOLD);
  const resumed = await resume(own.client, { incidentId: own.incidentId, by: 'Bob' });
  expect(resumed.status).toMatchObject({ gate: { gate: 'open', by: 'Bob' }, waitingFor: null });
  await own.result();
  expect(model.accepted.size).toBe(ALL);
  expect([...model.accepted.values()].every((times) => times === 1)).toBe(true);
});

test('pause stops expiring too', async () => {
  const model = modelIncident();
  model.most.expired = 50;
  run = await ownRun(model);
  await until('the first expired', () => model.cohort.size === 50);
  await pause(run.client, { incidentId: run.incidentId, by: 'Ann' });
  await run.untilIdle();
  expect(model.cohort.size).toBe(50);
  model.most.expired = ALL;
  await resume(run.client, { incidentId: run.incidentId, by: 'Ann' });
  await run.until('the approval', (status) => status.waitingFor?.kind === 'approval');
  expect(model.cohort.size).toBe(ALL);
});

test('pause and resume work with whatever payload: nothing, null, a string, 100 kB, a lone surrogate', async () => {
  const model = modelIncident();
  run = await ownRun(model);
  await run.until('the approval', (status) => status.waitingFor?.kind === 'approval');
  const payloads: unknown[][] = [
    [],
    [null],
    ['the relay looks odd'],
    [7],
    [[{ by: 'Ann' }]],
    ['x'.repeat(100_000)],
    [{ by: 'y'.repeat(100_000), reason: { deep: ['x'] } }],
    [{ by: '\ud800', reason: 'a\u202eb' }],
  ];
  for (const payload of payloads) {
    await run.handle.signal('pause', ...payload);
    const paused = await run.until(
      'the pause',
      (status) => status.gate?.gate === 'closed' && status.pending === null,
    );
    expect(paused.gate!.by).toMatch(/^(unnamed, through Temporal|y{100})$/);
    expect(paused.gate!.reason.length).toBeLessThan(400);
    await run.handle.signal('resume', ...payload);
    await run.until('the resume', (status) => status.gate?.gate === 'open' && status.pending === null);
  }
  expect(model.row.gate.fence).toBe(payloads.length);
});

test('a resume does not undo a closing that came after the one its asker saw', async () => {
  const model = modelIncident();
  run = await ownRun(model);
  await run.until('the approval', (status) => status.waitingFor?.kind === 'approval');
  await pause(run.client, { incidentId: run.incidentId, by: 'Ann' });
  model.row.gate = { ...model.row.gate, fence: 2, by: 'Carl, pause --direct', reason: 'relay on fire' };
  const refused = await resume(run.client, { incidentId: run.incidentId, by: 'Bob' });
  expect(refused.status!.waitingFor!.what).toBe('Paused by Carl, pause --direct: relay on fire');
  expect(model.row.gate.gate).toBe('closed');
  const resumed = await resume(run.client, { incidentId: run.incidentId, by: 'Bob' });
  expect(resumed.status!.gate!.gate).toBe('open');
});

test('a resume that is refused ends no hold either', async () => {
  const model = modelIncident({ canary: { mailboxes: 0, customers: 30, afterwards: 'hold' } });
  run = await ownRun(model);
  await run.approve();
  await run.until('the hold', (status) => status.hold?.kind === 'canary-done');
  await pause(run.client, { incidentId: run.incidentId, by: 'Ann' });
  model.row.gate = { ...model.row.gate, fence: 2, by: 'Carl, pause --direct' };
  const refused = await resume(run.client, { incidentId: run.incidentId, by: 'Bob' });
  expect(refused.status!.hold?.kind).toBe('canary-done');
  await run.untilIdle();
  expect(model.row.hold?.kind).toBe('canary-done');
  await resume(run.client, { incidentId: run.incidentId, by: 'Bob' });
  await run.result();
  expect(model.accepted.size).toBe(200);
});

test('a closing that the asker saw but the run did not is undone at once', async () => {
  const model = modelIncident();
  run = await ownRun(model);
  await run.until('the approval', (status) => status.waitingFor?.kind === 'approval');
  model.row.gate = { ...model.row.gate, gate: 'closed', fence: 1, by: 'Carl, pause --direct' };
  const resumed = await resume(run.client, { incidentId: run.incidentId, by: 'Carl', fence: 1 });
  expect(resumed.status!.gate).toMatchObject({ gate: 'open', by: 'Carl' });
});

test('a gate that somebody closed in the database stops the lanes, and the run says who it was', async () => {
  const { model, run: own, goOn } = await runThatTells();
  model.row.gate = {
    gate: 'closed',
    fence: 1,
    by: 'the breaker',
    reason: '421 try later',
    since: new Date().toISOString(),
  };
  const paused = await own.until('the stop', (status) => status.waitingFor?.kind === 'paused');
  expect(paused.waitingFor!.what).toBe('Paused by the breaker: 421 try later');
  goOn();
  await resume(own.client, { incidentId: own.incidentId, by: 'Ann' });
  await own.result();
  expect(model.accepted.size).toBe(ALL);
});

test('rates that are not sane are refused, and the old one stays (C51)', async () => {
  const model = modelIncident();
  run = await ownRun(model);
  await run.until('the approval', (status) => status.waitingFor?.kind === 'approval');
  for (const perSecond of [Number.NaN, 0, -1, 1e9, 1.5, '10/s', '200', null, undefined]) {
    const refused = await run.handle
      .executeUpdate<Error, [unknown]>('setRate', { args: [{ perSecond }] })
      .catch((error) => error.cause);
    expect(`${perSecond}: ${refused.message}`).toMatch(/a whole number from 1 to 1000000/);
  }
  const nothing = await run.handle
    .executeUpdate<Error, [unknown]>('setRate', { args: [undefined] })
    .catch((error) => error.cause);
  expect(nothing.message).toContain('found nothing');
  expect(model.row.ratePerSecond).toBe(200);
});

test('a sane rate is accepted, and holds', async () => {
  const model = modelIncident();
  run = await ownRun(model);
  await run.until('the approval', (status) => status.waitingFor?.kind === 'approval');
  const { client, incidentId } = run;
  const accepted = await setRate(client, { incidentId, perSecond: 5_000, by: 'Ann' });
  expect(accepted.accepted).toContain('5000 a second');
  await run.until('the rate', (status) => status.ratePerSecond === 5_000);
  expect(model.row.ratePerSecond).toBe(5_000);
});

test('approve refuses another hash, and nobody', async () => {
  const model = modelIncident();
  run = await ownRun(model);
  await run.until('the approval', (status) => status.waitingFor?.kind === 'approval');
  const { client, incidentId } = run;
  const refused = (request: object) =>
    approve(client, { incidentId, ...request } as never).catch((error) => error);
  const other = await refused({ by: 'Jane', contentHash: 'another' });
  expect(other).toBeInstanceOf(RefusedError);
  expect(other.message).toContain(`another, but this run would send ${CONTENT_HASH}`);
  expect((await refused({ contentHash: CONTENT_HASH })).message).toMatch(/^by is missing/);
  expect((await refused({ by: ' ', contentHash: CONTENT_HASH })).message).toMatch(/^by is missing/);
  expect((await refused({ by: 'Jane' })).message).toMatch(/^contentHash is missing/);
  expect(model.row.approval).toBeNull();
  expect((await approve(client, { incidentId, by: 'Jane', contentHash: CONTENT_HASH })).accepted).toBe(
    'approved by Jane',
  );
});

test('cancel asks first, and the second one ends the run for good with its books', async () => {
  const { model, run: own } = await runThatTells();
  const { client, incidentId } = own;
  const asked = await cancel(client, { incidentId, by: 'Ann', confirm: false });
  expect(asked.status).toMatchObject({ gate: { gate: 'closed' }, hold: { kind: 'cancel-asked' } });
  expect(asked.status!.hold!.reason).toContain('by Ann');
  await own.handle.signal('cancel');
  const result = await own.result();
  expect(result).toMatchObject({ phase: 'cancelled', counts: { cohort: { expired: ALL } } });
  expect(result.counts.notices.sent).toBe(model.accepted.size);
  expect(model.row).toMatchObject({ phase: 'cancelled', gate: { gate: 'closed' } });
});

test('resume takes a cancel back', async () => {
  const { model, run: own, goOn } = await runThatTells();
  const { client, incidentId } = own;
  await cancel(client, { incidentId, by: 'Ann', confirm: false });
  goOn();
  await resume(client, { incidentId, by: 'Ann' });
  await own.result();
  expect(model.row.phase).toBe('closed');
});

test('cancel with confirm ends the run at once', async () => {
  const { model, run: own } = await runThatTells();
  await cancel(own.client, { incidentId: own.incidentId, by: 'Ann', confirm: true });
  expect(model.row.phase).toBe('cancelled');
  expect(model.accepted.size).toBe(TOLD);
});

test("the Web UI's Request Cancellation pauses, says how to go on, works again, and loses nothing", async () => {
  const { model, run: own, goOn } = await runThatTells();
  for (const _ of [1, 2]) {
    await own.handle.cancel();
    const held = await own.until(
      'the hold',
      (status) => status.hold?.kind === 'cancellation-requested' && status.pending === null,
    );
    expect(held.gate).toMatchObject({ gate: 'closed', by: 'unnamed, through Temporal' });
    const { runId } = held;
    await own.handle.signal('resume');
    // The server takes one such request a run: the next run can be asked again.
    await own.until('the next run', (status) => status.runId !== runId && status.gate?.gate === 'open');
  }
  goOn();
  await own.result();
  expect(model.accepted.size).toBe(ALL);
  expect([...model.accepted.values()].every((times) => times === 1)).toBe(true);
});
