import { pause } from '../../src/operator/pause';
import { resume } from '../../src/operator/resume';
import { until } from '../until';
import { failing, modelIncident } from './model-incident';
import { type OwnRun, ownRun } from './own-run';

let run: OwnRun | undefined;
afterEach(() => run?.end());

test('lanes that have run out of ranges at once plan the next ones once (I2)', async () => {
  const model = modelIncident({ lanes: 3 });
  const { planRanges } = model.activities;
  const planned: string[] = [];
  model.activities.planRanges = (input) => {
    planned.push(`${model.row.phase}: ${input.of} after ${input.after}`);
    return planRanges(input);
  };
  run = await ownRun(model);
  await run.until('the approval', (status) => status.waitingFor?.kind === 'approval');
  await run.approve();
  await run.result();
  expect(planned).toEqual([
    'expire: customers after null',
    'expire: customers after 000000200',
    'notify: cohort after null',
    'notify: cohort after 000000200',
  ]);
});

test('lanes that bring nobody further say since when, however often their slices come back (I7)', async () => {
  const model = modelIncident();
  model.most.told = 50;
  run = await ownRun(model);
  await run.approve();
  const slices = () => model.calls.filter((name) => name === 'notifySlice').length;
  const more = async () => {
    const before = slices();
    await until('the next slices', () => slices() > before + 4, slices);
    return (await run!.status()).stillSince;
  };
  await until('those who are told', () => model.accepted.size === 50);
  const since = await more();
  expect((await run.status()).stepMilliseconds).toEqual(expect.any(Number));
  expect(since).toEqual(expect.any(String));
  expect(await more()).toBe(since);
  model.most.told = Number.POSITIVE_INFINITY;
  await run.result();
  expect((await run.status()).stillSince).toBeNull();
});

test('a stopped slice tells what it has done (C104)', async () => {
  const model = modelIncident({ customers: 400, lanes: 1, batchMilliseconds: 20 });
  run = await ownRun(model);
  await run.approve();
  await until('the first notices', () => model.accepted.size > 20);
  // The books cannot be counted: the run knows what its slices tell alone.
  model.before.adoptRun = failing('The database cannot be reached', 'ECONNREFUSED');
  await pause(run.client, { incidentId: run.incidentId, by: 'Ann' });
  await run.untilIdle();
  const { counts } = await run.status();
  expect(counts.notices.sent).toBe(model.accepted.size);
  delete model.before.adoptRun;
});

test('nobody waits for a slice whose relay does not answer: after a resume the others go on, and what it did is counted when it comes back', async () => {
  const model = modelIncident();
  let letGo!: () => void;
  const silent = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  const kept: Promise<void>[] = [silent];
  model.before.notifySlice = () => kept.shift();
  run = await ownRun(model);
  await run.approve();
  await until('the silent one', () => kept.length === 0);
  await pause(run.client, { incidentId: run.incidentId, by: 'Ann' });
  await resume(run.client, { incidentId: run.incidentId, by: 'Ann' });
  await until('everybody to be told', () => model.accepted.size === 200);
  letGo();
  await run.result();
  expect([...model.accepted.values()].every((times) => times === 1)).toBe(true);
  expect((await run.status()).counts.notices).toEqual({ sent: 200 });
});
