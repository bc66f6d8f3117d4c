import type { Call } from '../../src/incident/call';
import { pause } from '../../src/operator/pause';
import { resume } from '../../src/operator/resume';
import {
  failing,
  holdForLaw,
  keep,
  type ModelIncident,
  modelIncident,
  releaseForLaw,
} from './model-incident';
import { type OwnRun, ownRun } from './own-run';

// Somebody is called (onHold of the file).

let run: OwnRun | undefined;
afterEach(async () => {
  const ended = run;
  run = undefined;
  await ended?.end();
});

const kinds = ({ calledFor }: ModelIncident) => calledFor.map(({ kind }: Call) => kind);
const HOLDING = { calls: true, canary: { mailboxes: 0, customers: 30, afterwards: 'hold' } } as const;

test.each([undefined, 4])(
  'once for each wait for a person, and at the end, also over continue-as-new (every %s events) (C111)',
  async (continueAsNewAfterEvents) => {
    const model = modelIncident(HOLDING);
    run = await ownRun(model, continueAsNewAfterEvents === undefined ? {} : { continueAsNewAfterEvents });
    const { client, incidentId } = run;
    await run.until('the approval', ({ waitingFor }) => waitingFor?.kind === 'approval');
    // Nobody is called for what an operator does.
    await pause(client, { incidentId, by: 'Ann' });
    await resume(client, { incidentId, by: 'Ann' });
    holdForLaw(model, 'Agent Smith asked');
    await run.handle.signal('lookAtGate');
    await run.approve();
    await run.until('the law', ({ waitingFor }) => waitingFor?.kind === 'law-enforcement');
    releaseForLaw(model);
    await run.handle.signal('lookAtGate');
    await run.until('the canary', ({ hold }) => hold?.kind === 'canary-done');
    await resume(client, { incidentId, by: 'Ann' });
    await run.result();
    expect(kinds(model)).toEqual(['approval', 'law-enforcement', 'canary-done', 'closed']);
    expect(new Set(model.calledFor.map(({ id }) => id)).size).toBe(4);
    expect(JSON.stringify(model.calledFor)).not.toMatch(/Ann|Smith/);
  },
);

test("the breaker's pause calls, and a failed call is shown and stops nothing", async () => {
  const model = modelIncident({ ...HOLDING, canary: { mailboxes: 0, customers: 0, afterwards: 'continue' } });
  model.most.told = 50;
  model.before.callSomebody = failing('Nobody was called: its webhook answered 503', 'CALL_FAILED');
  run = await ownRun(model);
  await run.approve();
  await run.until('the mail', () => model.accepted.size >= 50);
  model.row.gate = { ...model.row.gate, gate: 'closed', by: 'the breaker', reason: '20 in a row', fence: 1 };
  const paused = await run.until(
    'the failure',
    ({ call, waitingFor }) => waitingFor?.kind === 'paused' && call?.outcome === 'failed',
  );
  expect(paused.call).toMatchObject({ kind: 'paused', why: expect.stringContaining('answered 503') });
  model.most.told = Number.POSITIVE_INFINITY;
  await resume(run.client, { incidentId: run.incidentId, by: 'Ann' });
  await run.result();
  expect(model.accepted.size).toBe(200);
});

test('somebody is called for a relay and a receiver that the run goes on without, once each, and the page and the memo name them (C111)', async () => {
  const model = modelIncident({ ...HOLDING, canary: { mailboxes: 0, customers: 0, afterwards: 'continue' } });
  model.most.told = 50;
  run = await ownRun(model, { continueAsNewAfterEvents: 30 });
  await run.until('the approval', () => kinds(model).includes('approval'));
  await run.approve();
  await run.until('the mail', () => model.accepted.size >= 50);
  const since = new Date().toISOString();
  const reason = 'it blocks us';
  model.without = { aside: 1, receivers: [{ mark: 'a1', since }], relays: [{ relay: 'one', since, reason }] };
  await run.until('the calls', () => model.calledFor.length >= 3);
  // Slice after slice tells the same.
  const { length: begun } = model.calls;
  await run.until('more of them', () => model.calls.length > begun + 10);
  expect(kinds(model).sort()).toEqual(['approval', 'receiver-aside', 'relay-left-out']);
  const { without, waitingFor } = await run.status();
  expect([without?.relays.length, waitingFor]).toEqual([1, null]);
  const { memo } = await run.handle.describe();
  expect(memo?.goesWithout).toMatch(
    /^1 RECEIVER ASIDE: .*domains --incident.* 1 RELAY LEFT OUT .*relays --inc/,
  );
  model.without = { aside: 0, receivers: [], relays: [] };
  model.most.told = Number.POSITIVE_INFINITY;
  await run.result();
  expect(kinds(model).sort()).toEqual(['approval', 'closed', 'receiver-aside', 'relay-left-out']);
  expect((await run.handle.describe()).memo?.goesWithout ?? 'nothing').toBe('nothing');
});

test('a call that hangs keeps nobody waiting: the run goes on beside it', async () => {
  const model = modelIncident(HOLDING);
  const calling = keep(model, 'callSomebody');
  run = await ownRun(model);
  await calling.begun();
  await run.approve();
  await run.until('the canary', ({ hold }) => hold?.kind === 'canary-done');
  expect(model.calledFor).toEqual([]);
  calling.letGo();
  await run.until('the calls', ({ call }) => call?.outcome === 'called');
});

test('for each doubt anew, while others are put off for days: whoever was called for the first has settled that one', async () => {
  const model = modelIncident({ calls: true });
  model.deferredUntil = Date.now() + 86_400_000;
  model.outcome = (id) => DOUBTFUL[id] ?? 'sent';
  run = await ownRun(model);
  const own = run;
  await own.approve();
  const doubts = () => kinds(model).filter((kind) => kind === 'in-doubt').length;
  await own.until('the first doubt', ({ waitingFor }) => waitingFor?.kind === 'in-doubt');
  await own.until('the call', ({ call }) => call?.kind === 'in-doubt' && call.outcome === 'called');
  for (const state of ['failed', 'in_doubt'] as const) {
    model.notices.set('000000041', state);
    await own.handle.signal('lookAtGate');
    await own.until(
      'the count',
      ({ counts }) => (counts.notices.in_doubt ?? 0) === Number(state === 'in_doubt'),
    );
  }
  await own.until('the second call', () => doubts() === 2);
  await own.untilIdle();
  expect(doubts()).toBe(2);
  expect(new Set(model.calledFor.map(({ id }) => id)).size).toBe(model.calledFor.length);
});

const DOUBTFUL: Record<string, 'in_doubt' | 'deferred'> = {
  '000000041': 'in_doubt',
  '000000042': 'deferred',
};

test('where the file names nobody, nobody is called', async () => {
  const model = modelIncident({ canary: HOLDING.canary });
  run = await ownRun(model);
  await run.approve();
  const { call } = await run.until('the canary', ({ hold }) => hold?.kind === 'canary-done');
  expect([call, model.calledFor]).toEqual([null, []]);
});
