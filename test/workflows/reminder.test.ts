import { remindUpdate } from '../../src/workflows/messages';
import { modelIncident } from './model-incident';
import { type OwnRun, ownRun } from './own-run';

let run: OwnRun | undefined;
afterEach(async () => {
  const ended = run;
  run = undefined;
  await ended?.end();
});

const DAY = 86_400_000;

function remind(request: object) {
  return run!.handle.executeUpdate(remindUpdate, { args: [request as never] });
}

async function refusal(request: object): Promise<string> {
  return remind(request).then(
    () => 'accepted',
    (error) => error.cause.message,
  );
}

async function heldBeforeReminder(model: ReturnType<typeof modelIncident>) {
  run = await ownRun(model);
  await run.approve();
  return run.until('the hold', (status) => status.hold?.kind === 'reminder');
}

test('after the notices it holds for the word; then everybody without a new password is reminded once (I1, I2)', async () => {
  const model = modelIncident({ remindAfter: 14 });
  model.lastSentAt = new Date(Date.now() - 15 * DAY).toISOString();
  for (const id of [...model.customers].slice(0, 60)) model.chosen.add(id);
  const held = await heldBeforeReminder(model);
  expect(held.phase).toBe('settle');
  expect(held.hold!.reason).toContain('npm run cli -- remind');
  expect(model.reminded.size).toBe(0);
  expect(await remind({ by: 'Ann' })).toEqual({ accepted: 'the reminder goes out' });
  const result = await run!.result();
  expect(result).toMatchObject({
    phase: 'closed',
    counts: { notices: { sent: 200 }, reminders: { sent: 140, skipped: 60 } },
  });
  expect(model.row.phases.slice(-4)).toEqual(['settle', 'remind', 'close', 'closed']);
  expect([...model.reminded.values()].every((times) => times === 1)).toBe(true);
  expect([...model.reminded.keys()].some((id) => model.chosen.has(id))).toBe(false);
  expect([...model.accepted.values()].every((times) => times === 1)).toBe(true);
});

test('a word before its time is refused, and so is one without a name, and one while nothing waits for it', async () => {
  const model = modelIncident({ remindAfter: 14 });
  model.most.expired = 50;
  model.lastSentAt = new Date(Date.now() - 13 * DAY).toISOString();
  run = await ownRun(model);
  await run.until('expiring', (status) => status.phase === 'expire');
  expect(await refusal({ by: 'Ann' })).toContain('does not wait for the reminder');
  model.most.expired = 200;
  await run.approve();
  const held = await run.until('the hold', (status) => status.hold?.kind === 'reminder');
  const due = new Date(Date.parse(model.lastSentAt) + 14 * DAY).toISOString();
  expect(held.reminderDueAt).toBe(due);
  expect(await refusal({ by: 'Ann' })).toBe(
    `The reminder is due at ${due} (reminder.afterDays after the last notice): say it again then.`,
  );
  expect(await refusal({})).toContain('by is missing');
  expect(await refusal({ by: 'Ann', leave: true })).toContain('reason is missing');
  expect(model.reminded.size).toBe(0);
});

test('nobody is reminded where somebody says so, and that is on the record', async () => {
  const model = modelIncident({ remindAfter: 14 });
  await heldBeforeReminder(model);
  await remind({ by: 'Ann', leave: true, reason: 'letters are sent instead' });
  expect(await run!.result()).toMatchObject({ phase: 'closed', counts: { reminders: {} } });
  expect(model.row.said).toContainEqual({ phase: 'close', by: 'Ann', reason: 'letters are sent instead' });
  expect(model.reminded.size).toBe(0);
});

test('resume alone reminds nobody: it looks again and waits for the word', async () => {
  const model = modelIncident({ remindAfter: 0 });
  await heldBeforeReminder(model);
  const surveys = () => model.calls.filter((name) => name === 'surveyNotices').length;
  const before = surveys();
  await run!.handle.signal('resume', { by: 'Ann' });
  await run!.until('the hold again', (status) => surveys() > before && status.hold?.kind === 'reminder');
  expect(model.reminded.size).toBe(0);
});

test('a run that begins anew in the middle of the reminder finishes it without asking again (I1, I2)', async () => {
  const model = modelIncident({ remindAfter: 0 });
  model.most.reminded = 50;
  await heldBeforeReminder(model);
  await remind({ by: 'Ann' });
  await run!.until('some are reminded', (status) => (status.counts.reminders.sent ?? 0) > 0);
  await run!.handle.terminate('as Temporal loses it');
  await run!.end();
  model.most.reminded = 200;
  run = await ownRun(model);
  expect(await run.result()).toMatchObject({ phase: 'closed', counts: { reminders: { sent: 200 } } });
  expect([...model.reminded.values()].every((times) => times === 1)).toBe(true);
});

test('a pause in the middle of the reminder stops it, and resume goes on with it', async () => {
  const model = modelIncident({ remindAfter: 0 });
  model.most.reminded = 50;
  await heldBeforeReminder(model);
  await remind({ by: 'Ann' });
  await run!.until('some are reminded', (status) => (status.counts.reminders.sent ?? 0) > 0);
  await run!.handle.signal('pause', { by: 'Ann' });
  const paused = await run!.until('the pause', (status) => status.waitingFor?.kind === 'paused');
  expect(paused.phase).toBe('remind');
  expect(model.reminded.size).toBe(50);
  model.most.reminded = 200;
  await run!.handle.signal('resume', { by: 'Ann' });
  await run!.result();
  expect(model.reminded.size).toBe(200);
  expect([...model.reminded.values()].every((times) => times === 1)).toBe(true);
});
