import { modelIncident } from './model-incident';
import { type OwnRun, ownRun } from './own-run';

const headOf = (seq: number, problem: string | null = null) => ({
  seq,
  hash: seq.toString(16).padStart(64, '0'),
  problem,
});
const plain = ({ seq, hash }: { seq: number; hash: string }) => ({ seq, hash });

let run: OwnRun;
afterEach(() => run?.end());

const memo = async () => (await run.handle.describe()).memo;
const approval = () => run.until('the approval', ({ waitingFor }) => waitingFor?.kind === 'approval');

test('the head that an activity tells is in the memo and the status, and is what the next one is asked about (I6)', async () => {
  const model = modelIncident({ customers: 20 });
  model.audit = headOf(2);
  run = await ownRun(model);
  expect((await approval()).audit).toEqual(headOf(2));
  expect(await memo()).toMatchObject({ audit: plain(headOf(2)), auditProblem: 'none' });

  model.audit = headOf(3, 'THE AUDIT’S HEAD WAS NOT ANCHORED');
  await run.handle.signal('pause');
  await run.until('the pause', ({ gate, pending }) => gate?.gate === 'closed' && pending === null);
  expect(await memo()).toMatchObject({ audit: plain(headOf(3)), auditProblem: model.audit.problem });

  model.audit = headOf(4);
  await run.handle.signal('resume');
  const resumed = await run.until(
    'the resume',
    ({ gate, pending }) => gate?.gate === 'open' && pending === null,
  );
  expect(model.told.at(-1)!.auditHead).toEqual(plain(headOf(3)));
  expect(await memo()).toMatchObject({ audit: plain(headOf(4)), auditProblem: 'none' });
  expect(resumed.gate).not.toHaveProperty('audit');
});

test('it goes with the run through continue-as-new, and stays when the run is over (I6)', async () => {
  const model = modelIncident({ customers: 60 });
  model.audit = headOf(2);
  run = await ownRun(model, { continueAsNewAfterEvents: 10 });
  await approval();
  model.audit = headOf(9);
  await run.approve();
  await run.result();
  expect((await run.histories()).length).toBeGreaterThan(1);
  expect(await memo()).toMatchObject({ audit: plain(headOf(9)) });
});

test('a worker of an older version tells none: the memo has none', async () => {
  run = await ownRun(modelIncident({ customers: 20 }));
  expect((await approval()).audit).toBeNull();
  expect(await memo()).not.toHaveProperty('audit');
});
