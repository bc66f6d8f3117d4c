import { workflowIdOf } from '../../src/workflows/messages';
import { type ModelIncident, modelIncident } from './model-incident';
import { type OwnRun, ownRun } from './own-run';

// What is said before anybody could see what the run would make of it; no worker is up, or two say the same.

let run: OwnRun | undefined;
afterEach(async () => {
  const ended = run;
  run = undefined;
  await ended?.end();
});

const pausedByCarl = (model: ModelIncident) => {
  model.row.gate = {
    ...{ gate: 'closed', reason: 'paused: counsel says stop', by: 'Carl, pause --direct' },
    ...{ since: new Date().toISOString(), fence: 2 },
  };
};

test('a resume that the Web UI sent before any worker was up opens no gate that somebody has closed since (I7)', async () => {
  const model = modelIncident();
  pausedByCarl(model);
  const own = await ownRun(model, { signalsFirst: [['resume', undefined]] });
  run = own;
  const { refused, waitingFor } = await own.until(
    'the refusal',
    (now) => now.pending === null && Boolean(now.refused),
  );
  expect(refused?.why).toContain('before this run had read where it stands');
  expect(waitingFor?.kind).toBe('paused');
  expect(model.row.gate).toMatchObject({ gate: 'closed', by: 'Carl, pause --direct' });
  await own.handle.signal('resume');
  await own.until('the resume', (now) => now.gate?.gate === 'open' && now.refused === null);
});

test('one that names the closing which it saw opens it, whenever it was said', async () => {
  const model = modelIncident();
  pausedByCarl(model);
  run = await ownRun(model, { signalsFirst: [['resume', { by: 'Ann', fence: 2 }]] });
  const { refused } = await run.until('the resume', (now) => now.gate?.gate === 'open');
  expect(refused).toBeNull();
});

test('where nothing is stopped a resume from before the first task is nothing', async () => {
  run = await ownRun(modelIncident(), { signalsFirst: [['resume', undefined]] });
  const { refused } = await run.until('the approval', (now) => now.waitingFor?.kind === 'approval');
  expect(refused).toBeNull();
});

test.each([
  ['from the command line, without --yes', { by: 'Ann', confirm: false }],
  ['in the Web UI, before the run has asked back', undefined],
])('cancel said twice %s ends nothing', async (_, payload) => {
  const model = modelIncident();
  run = await ownRun(model, {
    signalsFirst: [
      ['cancel', payload],
      ['cancel', payload],
    ],
  });
  await run.until('the hold', (now) => now.hold?.kind === 'cancel-asked' && now.pending === null);
  if (payload !== undefined) {
    await run.handle.signal('cancel', { by: 'Bob', confirm: false });
    await run.until('the second cancel', ({ hold }) => hold?.reason.includes('by Bob') === true);
  }
  await run.untilIdle();
  expect(model.row).toMatchObject({ phase: 'expire', gate: { gate: 'closed' } });
});

test.each([
  ['in an encoding that the SDK does not read', 'json/protobuf', '{}'],
  ['that is no JSON', 'json/plain', '{not json'],
  ['without an encoding', undefined, 'lunch'],
])('a pause with a payload %s pauses, and the run goes on after it', async (_, encoding, text) => {
  const own = await ownRun(modelIncident());
  run = own;
  await own.until('the approval', (now) => now.waitingFor?.kind === 'approval');
  await own.client.workflowService.signalWorkflowExecution({
    namespace: 'default',
    workflowExecution: { workflowId: workflowIdOf(own.incidentId) },
    signalName: 'pause',
    input: {
      payloads: [
        {
          metadata: encoding === undefined ? {} : { encoding: Buffer.from(encoding) },
          data: Buffer.from(text),
        },
      ],
    },
    requestId: `pause ${encoding}`,
  });
  const { gate } = await own.until('the pause', (now) => now.gate?.gate === 'closed' && now.pending === null);
  expect(gate?.by).toContain('unnamed');
  await own.handle.signal('resume');
  await own.until('the resume', (now) => now.gate?.gate === 'open' && now.pending === null);
});
