import { modelIncident } from './model-incident';
import { type OwnRun, ownRun } from './own-run';

let run: OwnRun;
afterEach(() => run.end());

test('a signal that no run knows steers nothing and goes on record, also one that came before the first task (I6)', async () => {
  const model = modelIncident({ customers: 20 });
  run = await ownRun(model, { signalsFirst: [['puase', { by: 'Eve' }]] });
  await run.until('the approval', ({ waitingFor }) => waitingFor?.kind === 'approval');
  await run.handle.signal('toString');
  await run.handle.signal('pause');
  const { gate } = await run.until('the pause', (now) => now.gate?.gate === 'closed' && now.pending === null);
  await run.untilIdle();
  expect(model.foreign).toEqual(['puase', 'toString']);
  expect(gate?.fence).toBe(1);
});
