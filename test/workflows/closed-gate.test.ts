import type { Phase } from '../../src/incident/vocabulary';
import { pause } from '../../src/operator/pause';
import { resume } from '../../src/operator/resume';
import { setRate } from '../../src/operator/set-rate';
import { until } from '../until';
import { CONTENT_HASH, failing, type ModelIncident, modelIncident } from './model-incident';
import { type OwnRun, ownRun } from './own-run';

let run: OwnRun | undefined;
afterEach(async () => {
  const ended = run;
  run = undefined;
  await ended?.end();
});

const CLOSED = { gate: 'closed', reason: 'paused', by: 'Ann', since: new Date().toISOString(), fence: 1 };
const HOLD = { kind: 'activity-failed', reason: 'The database cannot be reached' };
const PHASES: Phase[] = ['expire', 'verify', 'approval', 'canary', 'notify', 'settle', 'close'];

test.each([
  ...PHASES.map((phase) => ['a closed gate', phase, { gate: CLOSED }] as const),
  ['a hold', 'notify', { hold: HOLD }] as const,
])(
  '%s in the phase %s keeps the run from everything, until somebody resumes (I2)',
  async (_, phase, brake) => {
    const model = modelIncident({ customers: 20 });
    for (const key of phase === 'expire' ? [] : model.customers) model.cohort.add(key);
    const approval = { by: 'Jane', at: new Date().toISOString(), contentHash: CONTENT_HASH };
    Object.assign(model.row, { phase, approval, ...brake });
    run = await ownRun(model);
    await run.until('the row', (status) => status.gate !== null);
    await run.untilIdle(() => model.calls.length > 1);
    expect(model.calls).toEqual(['adoptRun']);
    await resume(run.client, { incidentId: run.incidentId, by: 'Ann' });
    await until('the run to go on', () => model.calls.filter((name) => name !== 'recordHold').length > 2);
  },
);

/** In the middle of telling so many customers that nobody comes to their end here. */
async function runThatTells(): Promise<{ model: ModelIncident; run: OwnRun }> {
  const model = modelIncident({ customers: 4_000, batchMilliseconds: 50, rangeKeys: 2_000 });
  run = await ownRun(model);
  await run.approve();
  await until('the first notices', () => model.accepted.size > 20);
  return { model, run };
}

/** The gate of the model is open: nothing but the run's own word has stopped its slices. */
async function expectStopped(model: ModelIncident): Promise<number> {
  await run!.untilIdle();
  expect(model.row.gate.gate).toBe('open');
  expect(model.accepted.size).toBeLessThan(4_000);
  return model.accepted.size;
}

test('a gate that cannot be closed is said in capitals; the running slices are stopped, and nobody else is told before resume (I2)', async () => {
  const { model, run: own } = await runThatTells();
  model.before.closeGate = failing('The database cannot be reached', 'ECONNREFUSED');
  const { status } = await pause(own.client, { incidentId: own.incidentId, by: 'Ann' });
  expect(status!.hold).toMatchObject({
    kind: 'gate-not-closed',
    reason: expect.stringContaining('MAIL MAY STILL GO OUT'),
  });
  const told = await expectStopped(model);
  await resume(own.client, { incidentId: own.incidentId, by: 'Ann' });
  await until('the next notices', () => model.accepted.size > told);
  expect([...model.accepted.values()].every((times) => times === 1)).toBe(true);
});

test('a word that cannot be carried out holds the run, and its slices are stopped, too', async () => {
  const { model, run: own } = await runThatTells();
  model.before.setRate = failing('The database cannot be reached', 'ECONNREFUSED');
  await setRate(own.client, { incidentId: own.incidentId, perSecond: 7, by: 'Ann' });
  await own.until('the hold', (status) => status.hold?.kind === 'activity-failed');
  await expectStopped(model);
});
