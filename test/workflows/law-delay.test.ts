import { pause } from '../../src/operator/pause';
import { resume } from '../../src/operator/resume';
import { until } from '../until';
import { holdForLaw, type ModelIncident, modelIncident, releaseForLaw } from './model-incident';
import { type OwnRun, ownRun } from './own-run';

let run: OwnRun | undefined;
afterEach(async () => {
  const ended = run;
  run = undefined;
  await ended?.end();
});

const lookAtGate = () => run!.handle.signal('lookAtGate');
const waitsForLaw = () => run!.until('law enforcement', (s) => s.waitingFor?.kind === 'law-enforcement');

async function expectAllToldOnce(model: ModelIncident): Promise<void> {
  await run!.result();
  expect(model.accepted.size).toBe(model.customers.length);
  expect([...model.accepted.values()].every((times) => times === 1)).toBe(true);
}

test('held from the start, passwords are expired and verified, and nobody is told until the release (I2)', async () => {
  const model = modelIncident({ canary: { mailboxes: 1, customers: 20, afterwards: 'continue' } });
  holdForLaw(model, 'FBI 12-345');
  run = await ownRun(model);
  await run.approve();
  const held = await waitsForLaw();
  expect(held.waitingFor!.what).toContain('Held for law enforcement by Ann: FBI 12-345');
  expect(model.cohort.size).toBe(200);
  expect(model.calls).toContain('verifyExpiry');
  // No word of the operator's ends it: not a resume with any fence, nor without.
  for (const fence of [undefined, 0, 1, 2])
    await resume(run.client, {
      incidentId: run.incidentId,
      by: 'Bob',
      ...(fence === undefined ? {} : { fence }),
    });
  await run.untilIdle();
  expect(model.accepted.size).toBe(0);
  expect((await run.status()).waitingFor?.kind).toBe('law-enforcement');
  releaseForLaw(model);
  await lookAtGate();
  await expectAllToldOnce(model);
});

test('held amid the notices, the run says what it waits for; terminated and started again it still waits', async () => {
  const model = modelIncident();
  model.most.told = 50;
  run = await ownRun(model);
  await run.approve();
  await until('the first notices', () => model.accepted.size === 50);
  holdForLaw(model, 'FBI 12-345');
  await waitsForLaw();
  model.most.told = Number.POSITIVE_INFINITY;
  await run.handle.terminate('by mistake');
  await run.startAgain();
  await waitsForLaw();
  await run.untilIdle();
  expect(model.accepted.size).toBe(50);
  releaseForLaw(model);
  await lookAtGate();
  await expectAllToldOnce(model);
});

test('a pause while it stands stops the expiry, too; resume ends the pause, and the expiry goes on', async () => {
  const model = modelIncident();
  model.most.expired = 50;
  holdForLaw(model, 'FBI 12-345');
  run = await ownRun(model);
  await until('the first expired', () => model.cohort.size === 50);
  const paused = await pause(run.client, { incidentId: run.incidentId, by: 'Bob', reason: 'lunch' });
  expect(paused.status!.waitingFor).toMatchObject({ kind: 'paused', what: 'Paused by Bob: lunch' });
  await run.untilIdle();
  model.most.expired = Number.POSITIVE_INFINITY;
  expect(model.cohort.size).toBe(50);
  await resume(run.client, { incidentId: run.incidentId, by: 'Bob' });
  await waitsForLaw();
  expect(model.cohort.size).toBe(200);
});

test('a hold of the run ends by resume while it stands, so that the expiry can be repeated', async () => {
  const model = modelIncident();
  model.findings.push([{ what: 'sessions', count: 1, todo: 'look' }]);
  holdForLaw(model, 'FBI 12-345');
  run = await ownRun(model);
  await run.until('the findings', (status) => status.hold?.kind === 'verify-findings');
  await resume(run.client, { incidentId: run.incidentId, by: 'Bob' });
  await waitsForLaw();
  expect(model.calls.filter((name) => name === 'verifyExpiry')).toHaveLength(2);
});

test('held at the canary, in the moment before its mailboxes, nothing is mailed; they are after the release', async () => {
  const model = modelIncident({ canary: { mailboxes: 1, customers: 20, afterwards: 'continue' } });
  model.before.mailCanaryMailboxes = () => {
    delete model.before.mailCanaryMailboxes;
    holdForLaw(model, 'FBI 12-345');
  };
  run = await ownRun(model);
  await run.approve();
  await waitsForLaw();
  expect(model.accepted.size).toBe(0);
  releaseForLaw(model);
  await lookAtGate();
  await expectAllToldOnce(model);
  expect(model.calls.filter((name) => name === 'mailCanaryMailboxes')).toHaveLength(2);
});
