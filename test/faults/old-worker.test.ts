import { readFileSync } from 'node:fs';
import type { PartProcess } from '../../scripts/stack/part-process';
import { surveyNotices } from '../../src/books/balance';
import { findIncident } from '../../src/books/incident-row';
import { workflowIdOf } from '../../src/workflows/messages';
import { type OwnOperator, ownOperator } from '../operator/own-operator';
import { until } from '../until';
import { otherVersions } from './other-versions';
import { relayVerdict } from './relay-verdict';

const ID = 'zappos-2012';
let desk: OwnOperator;
const versions = otherVersions();
afterAll(async () => {
  await versions.end();
  await desk?.end();
});
const oldWorker = (path: string, change: (text: string) => string | null) =>
  versions.worker(desk.env, { [path]: change });

const row = async () => (await findIncident(desk.database.db, ID))!;
const told = async () =>
  (await surveyNotices({ db: desk.database.db, incident: (await row()).incident }, 'notice')).notices;
const logOf = ({ logFile }: PartProcess) => readFileSync(logFile, 'utf8');
/** Told when something is waited for in vain. */
const found = async () => [(await row()).phase, await told()];

test('a worker of another version: the reason is seen, the right one goes on beside it, and nothing is sent that nobody approved (C50)', async () => {
  desk = await ownOperator('old', 2_500);
  const file = desk.file('incident.yaml', (text) =>
    text.replace('perSecond: 500', 'perSecond: 150').replace('afterwards: hold', 'afterwards: continue'),
  );
  const unknowing = await oldWorker('src/activities/create-activities.ts', (text) =>
    text.replace('    notifySlice: slice(', '    tellSlice: slice('),
  );
  expect((await desk.start([file, '--go'])).code).toBe(0);
  await until('the approval', async () => (await row())?.phase === 'approval', found);
  await desk.cli(['approve', '--by', 'Jane', '--content', (await row()).content_hash]);
  const pending = async () => {
    const { raw } = await desk.client.workflow.getHandle(workflowIdOf(ID)).describe();
    return (raw.pendingActivities ?? []).map(({ lastFailure }) => lastFailure?.message ?? '').join();
  };
  const unknown =
    /A worker of another version of this program took this work and does not know it \(notifySlice\)/;
  await until('the reason', async () => unknown.test(await pending()), found);
  expect((await desk.cli(['status'])).out).toMatch(unknown);
  const { raw } = await desk.client.workflow.getHandle(workflowIdOf(ID)).describe();
  // Then the run would hold with the reason.
  expect(raw.pendingActivities![0]!.maximumAttempts).toBe(8);
  await until('its word', async () => /left out, .*again in 60 s/.test(logOf(unknowing)), found);
  // Beside the right one, which nobody has to help.
  const worker = await desk.worker();
  await until('it to go on', async () => ((await told()).sent ?? 0) > 100, found);
  expect((await row()).hold_reason).toBeNull();
  await unknowing.stop();

  const unlike = await oldWorker('src/notice/templates/notice.mjml', (text) =>
    text.replace(
      '</mj-body>',
      '<mj-section><mj-column><mj-text>Old</mj-text></mj-column></mj-section></mj-body>',
    ),
  );
  await worker.stop();
  // It leaves the work to others, and the run says why nobody does it.
  await until(
    'its word',
    async () => /left out, .* it asks for work again in 60 s/.test(logOf(unlike)),
    found,
  );
  const status = await desk.cli(['status']);
  expect(status.out).toMatch(/This worker's notices \(\w+\) are not those that the run was started with/);
  expect(status.out).toContain('run a worker of the version that started the run');
  const robbed = await oldWorker('src/notice/templates/notice.mjml', () => null);
  await until('its end', async () => !robbed.running(), found);
  expect(await robbed.ended).toMatch(/exit code 1$/);
  expect(logOf(robbed)).toMatch(/A worker's own files are gone.*left out, .*this worker ends/);
  // Beside the one that sends what nobody approved, the right one does all of it, and nobody has to resume.
  await desk.worker();
  await until('the right one', async () => Number((await told()).sent ?? 0) > 300, found);
  await desk.cli(['set-rate', '100000']);
  await until('the end', async () => (await row()).phase === 'closed', found);
  expect(unlike.running()).toBe(true);

  const { sent, ...other } = await told();
  expect(Object.keys(other)).toEqual(['skipped']);
  expect(await relayVerdict(desk.database, ID, desk.relay.log)).toMatchObject({
    customersAcceptedOnce: sent,
    customersAcceptedTwiceOrMore: 0,
  });
});
