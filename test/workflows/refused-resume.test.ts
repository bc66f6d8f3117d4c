import { pause } from '../../src/operator/pause';
import { keep, type ModelIncident, modelIncident } from './model-incident';
import { type OwnRun, ownRun } from './own-run';
import { resetRun } from './reset-run';

// A resume of the Web UI names no closing, and nobody there gets an answer.

let run: OwnRun | undefined;
afterEach(async () => {
  const ended = run;
  run = undefined;
  await ended?.end();
});

async function beforeApproval(model: ModelIncident): Promise<OwnRun> {
  run = await ownRun(model);
  await run.until('the approval', (status) => status.waitingFor?.kind === 'approval');
  return run;
}

const closedByCarl = (model: ModelIncident) => {
  const { fence } = model.row.gate;
  model.row.gate = {
    ...{ gate: 'closed', reason: 'paused: relay on fire', by: 'Carl, pause --direct' },
    ...{ since: new Date().toISOString(), fence: fence + 1 },
  };
};

test('a resume without a fence amid a pause is judged once that pause is done, and undoes it: the last word wins', async () => {
  const model = modelIncident();
  const own = await beforeApproval(model);
  const closing = keep(model, 'closeGate');
  await own.handle.signal('pause', { by: 'Ann' });
  await closing.begun();
  await own.handle.signal('resume');
  closing.letGo();
  const { gate, refused } = await own.until(
    'both words',
    (now) => now.pending === null && now.gate?.fence === 1,
  );
  expect([gate!.gate, refused]).toEqual(['open', null]);
});

test('the same resume undoes no closing that somebody else put beside that pause: its refusal stands in status, in the Web UI and on record (I6, I7)', async () => {
  const model = modelIncident();
  const own = await beforeApproval(model);
  const closing = keep(model, 'closeGate');
  await own.handle.signal('pause', { by: 'Ann' });
  await closing.begun();
  closedByCarl(model);
  await own.handle.signal('resume');
  closing.letGo();
  const { refused } = await own.until('both words', (now) => now.pending === null && Boolean(now.refused));
  expect(refused).toMatchObject({ word: 'resume', why: expect.stringContaining('closed again, later') });
  expect(model.row.gate.gate).toBe('closed');
  await own.untilIdle();
  expect(model.refused).toEqual([{ why: refused!.why, fence: 1 }]);
  // Now that it is seen, the next one opens, and nothing is refused any more.
  await own.handle.signal('resume');
  const after = await own.until('the resume', (now) => now.gate?.gate === 'open' && now.pending === null);
  expect(after.refused).toBeNull();
});

test('a resume that a reset replays opens no gate that was closed later (C102)', async () => {
  const model = modelIncident();
  const own = await beforeApproval(model);
  await pause(own.client, { incidentId: own.incidentId, by: 'Ann' });
  await own.handle.signal('resume');
  await own.until('the resume', (now) => now.gate?.gate === 'open' && now.pending === null);
  closedByCarl(model);
  await resetRun(own);
  const { refused, waitingFor } = await own.until('the refusal', (now) => now.pending === null);
  expect(refused?.why).toContain('a reset has given this run an old resume');
  expect(waitingFor?.kind).toBe('paused');
  expect(model.row.gate).toMatchObject({ gate: 'closed', by: 'Carl, pause --direct' });
  await own.untilIdle();
  expect(model.refused).toHaveLength(1);
  await own.handle.signal('resume');
  await own.until('the resume', (now) => now.gate?.gate === 'open' && now.refused === null);
});

test('nor does it end a hold that came later, fence or none: nobody is told behind the canary who was not to be told (C102)', async () => {
  const model = modelIncident({ canary: { mailboxes: 0, customers: 30, afterwards: 'hold' } });
  const finding = { what: 'sessions', count: 1, todo: 'end it' };
  model.findings.push([finding]);
  run = await ownRun(model);
  await run.until('the first hold', (now) => now.hold?.kind === 'verify-findings');
  await run.handle.signal('resume', { by: 'Ann', fence: 0 });
  await run.until('the approval', (now) => now.waitingFor?.kind === 'approval');
  await run.approve();
  await run.until('the canary', (now) => now.hold?.kind === 'canary-done');
  await resetRun(run);
  const { hold } = await run.until('the refusal', (now) => now.pending === null && Boolean(now.refused));
  expect(hold?.kind).toBe('canary-done');
  await run.untilIdle();
  expect(model.accepted.size).toBe(30);
});
