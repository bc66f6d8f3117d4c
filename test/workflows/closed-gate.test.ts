import type { Phase } from '../../src/incident/vocabulary';
import { resume } from '../../src/operator/resume';
import { CONTENT_HASH, failing, modelIncident } from './model-incident';
import { type OwnRun, ownRun } from './own-run';
import { waitFor } from './wait-for';

let run: OwnRun | undefined;
afterEach(async () => {
  const ended = run;
  run = undefined;
  await ended?.end();
});

const PHASES: Phase[] = ['expire', 'verify', 'approval', 'canary', 'notify', 'settle', 'close'];

test.each(PHASES)(
  'in the phase %s a closed gate keeps the run from everything, until it is opened (I2)',
  async (phase) => {
    const model = modelIncident({ customers: 20 });
    for (const key of phase === 'expire' ? [] : model.customers) model.cohort.add(key);
    Object.assign(model.row, {
      phase,
      approval: { by: 'Jane', at: new Date().toISOString(), contentHash: CONTENT_HASH },
      gate: { ...model.row.gate, gate: 'closed', fence: 1, by: 'Ann', reason: 'paused' },
    });
    run = await ownRun(model);
    await run.until('the row', (status) => status.gate?.gate === 'closed');
    await run.untilIdle();
    expect(model.calls).toEqual(['adoptRun']);
    await resume(run.client, { incidentId: run.incidentId, by: 'Ann' });
    await waitFor(
      () => model.calls.slice(model.calls.indexOf('openGate')).length > 1,
      () => 'the run to go on',
    );
  },
);

test('a gate that cannot be closed is said in capitals; the running slices are stopped, and nobody else is told before resume (I2)', async () => {
  const model = modelIncident({ customers: 4_000, batchMilliseconds: 50, rangeKeys: 2_000 });
  run = await ownRun(model);
  await run.approve();
  await waitFor(
    () => model.accepted.size > 20,
    () => 'the first notices',
  );
  model.before.closeGate = failing('The database cannot be reached', 'ECONNREFUSED');
  await run.handle.signal('pause');
  const held = await run.until('the hold', (status) => status.hold?.kind === 'gate-not-closed');
  expect(held.hold!.reason).toContain('MAIL MAY STILL GO OUT');
  await run.untilIdle();
  const told = model.accepted.size;
  expect(told).toBeLessThan(4_000);
  // The gate of the model is open: nothing but the run's own word stopped its slices.
  expect(model.row.gate.gate).toBe('open');
  await resume(run.client, { incidentId: run.incidentId, by: 'Ann' });
  await waitFor(
    () => model.accepted.size > told,
    () => 'the next notices',
  );
  expect([...model.accepted.values()].every((times) => times === 1)).toBe(true);
});
