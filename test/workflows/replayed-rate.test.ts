import { setRate } from '../../src/operator/set-rate';
import { keep, type ModelIncident, modelIncident } from './model-incident';
import { type OwnRun, ownRun } from './own-run';
import { resetRun } from './reset-run';

// What a reset replays must not undo the pace of a later amendment (issue 17.7, C102).

let run: OwnRun | undefined;
afterEach(async () => {
  const ended = run;
  run = undefined;
  await ended?.end();
});

async function beforeApproval(model: ModelIncident): Promise<OwnRun> {
  model.proposals.set(1, { ratePerSecond: 5 });
  run = await ownRun(model);
  await run.until('the approval', (status) => status.waitingFor?.kind === 'approval');
  return run;
}

async function amendPace(own: OwnRun): Promise<void> {
  const request = { by: 'Jo', proposal: 1, base: 1, reason: 'the relay asks us' };
  await own.handle.executeUpdate<unknown, [unknown]>('amend', { args: [request] });
  await own.until('the amendment', (now) => now.ratePerSecond === 5);
}

const rate = (own: OwnRun, perSecond: number) =>
  setRate(own.client, { incidentId: own.incidentId, perSecond, by: 'Ann' });

/** Tasks of the run that had ended by now. */
async function tasksDone(own: OwnRun): Promise<number> {
  await own.untilIdle();
  const { events } = await own.handle.fetchHistory();
  return events!.filter((event) => event.workflowTaskCompletedEventAttributes).length;
}

test.each<[string, (own: OwnRun) => Promise<number>]>([
  ['to the first task', async () => 1],
  ['to a later one', tasksDone],
])('a rate that a reset replays, %s, leaves the pace that was amended later', async (_, tasks) => {
  const model = modelIncident();
  const own = await beforeApproval(model);
  const kept = await tasks(own);
  await rate(own, 700);
  await own.until('the rate', (now) => now.ratePerSecond === 700);
  await amendPace(own);
  await resetRun(own, kept - 1);
  await own.untilIdle();
  expect(model.row).toMatchObject({ ratePerSecond: 5, version: 2 });
  expect(await own.status()).toMatchObject({ ratePerSecond: 5, pending: null });
  // A fresh one counts.
  await rate(own, 70);
  await own.until('the new rate', (now) => now.ratePerSecond === 70 && now.refused === null);
});

test('one that was said amid an amendment of the pace is refused, and that is said and on record (I6)', async () => {
  const model = modelIncident();
  const own = await beforeApproval(model);
  const amending = keep(model, 'amendFile');
  const amended = amendPace(own);
  await amending.begun();
  await rate(own, 700);
  amending.letGo();
  await amended;
  const { refused, ratePerSecond } = await own.until('the refusal', (now) => Boolean(now.refused));
  expect(refused).toMatchObject({
    word: 'set-rate',
    by: 'Ann',
    why: expect.stringContaining('amended since'),
  });
  expect([ratePerSecond, model.row.ratePerSecond]).toEqual([5, 5]);
  await own.untilIdle();
  expect(model.refused).toEqual([{ why: refused!.why, fence: undefined }]);
});
