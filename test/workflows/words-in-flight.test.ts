import { approve } from '../../src/operator/approve';
import { pause } from '../../src/operator/pause';
import { setRate } from '../../src/operator/set-rate';
import { remindUpdate } from '../../src/workflows/messages';
import { CONTENT_HASH, keep, modelIncident } from './model-incident';
import { type OwnRun, ownRun } from './own-run';

// A word that comes while the one before it is carried out.

let run: OwnRun | undefined;
afterEach(async () => {
  const ended = run;
  run = undefined;
  await ended?.end();
});

async function pausedBeforeApproval() {
  const model = modelIncident();
  run = await ownRun(model);
  await run.until('the approval', (status) => status.waitingFor?.kind === 'approval');
  const { client, incidentId } = run;
  await pause(client, { incidentId, by: 'Ann' });
  return { model, client, incidentId };
}

test('a pause amid a resume is not lost: the gate ends closed (I2, C49)', async () => {
  const { model } = await pausedBeforeApproval();
  const opening = keep(model, 'openGate');
  await run!.handle.signal('resume', { by: 'Ann' });
  await opening.begun();
  await run!.handle.signal('pause', { by: 'Ben' });
  opening.letGo();
  const { gate } = await run!.until('both', (status) => status.pending === null);
  expect(gate).toMatchObject({ gate: 'closed', by: 'Ben' });
  expect(model.row.gate).toMatchObject({ gate: 'closed', by: 'Ben', fence: 2 });
});

test('a rate that is set while another one is written is not lost (C51)', async () => {
  const { model, client, incidentId } = await pausedBeforeApproval();
  const writing = keep(model, 'setRate');
  await setRate(client, { incidentId, perSecond: 5_000, by: 'Ann' });
  await writing.begun();
  await setRate(client, { incidentId, perSecond: 7, by: 'Ben' });
  writing.letGo();
  await run!.untilIdle();
  expect(model.row.ratePerSecond).toBe(7);
  expect((await run!.status()).ratePerSecond).toBe(7);
});

test('the first of two approvals stands (I6)', async () => {
  const { model, client, incidentId } = await pausedBeforeApproval();
  const recording = keep(model, 'recordApproval');
  await approve(client, { incidentId, by: 'Jane', contentHash: CONTENT_HASH });
  await recording.begun();
  await approve(client, { incidentId, by: 'Joe', contentHash: CONTENT_HASH });
  recording.letGo();
  await run!.untilIdle();
  expect((await run!.status()).approval).toMatchObject({ by: 'Jane' });
  expect(model.row.approval).toMatchObject({ by: 'Jane' });
});

test('a word about the reminder ends no other hold: where somebody asked to cancel meanwhile nobody is reminded', async () => {
  const model = modelIncident({ remindAfter: 0 });
  run = await ownRun(model);
  await run.approve();
  await run.until('the hold', (status) => status.hold?.kind === 'reminder');
  const closing = keep(model, 'closeGate');
  await run.handle.signal('cancel', { by: 'Ann' });
  await closing.begun();
  await run.handle.executeUpdate(remindUpdate, { args: [{ by: 'Ben' }] });
  closing.letGo();
  await run.untilIdle();
  expect((await run.status()).hold?.kind).toBe('cancel-asked');
  await run.handle.signal('resume', { by: 'Ann' });
  await run.until('the hold again', (status) => status.hold?.kind === 'reminder');
  expect(model.reminded.size).toBe(0);
});
