import { modelIncident } from './model-incident';
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
