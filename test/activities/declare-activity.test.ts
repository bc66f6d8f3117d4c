import { randomUUID } from 'node:crypto';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { sql } from 'kysely';
import pino from 'pino';
import { type ActivitySet, createActivities } from '../../src/activities/create-activities';
import { beating } from '../../src/activities/declare-activity';
import { readGate } from '../../src/books/gate';
import { type OwnLedger, ownLedger } from '../books/own-ledger';

let ledger: OwnLedger;
let worker: ActivitySet;
const logged: unknown[] = [];
beforeAll(async () => {
  ledger = await ownLedger('own-only', 1);
  const log = pino({ level: 'error' }, { write: (line) => logged.push(JSON.parse(line)) });
  worker = createActivities({
    ...{ databaseUrl: ledger.url, smtpUrl: 'smtp://127.0.0.1:9', workerName: 'test', log },
  });
});
afterAll(async () => {
  await worker.close();
  await ledger.drop();
});

const environment = (activityType: string) =>
  new MockActivityEnvironment({ activityType }, { logger: new DefaultLogger('ERROR') });
const close = (ledgerId: string) =>
  environment('closeGate').run(worker.activities.closeGate, {
    ...{ incidentId: 'test', ledgerId, reason: 'stray', by: 'ann' },
  });
const gate = async () => (await readGate(ledger.books)).gate;

test('the work of another ledger is not done, and another worker may try it (C80)', async () => {
  const other = randomUUID();
  const refused = close(other);
  await expect(refused).rejects.toMatchObject({ type: 'OtherLedger', nonRetryable: false });
  await expect(refused).rejects.toThrow(
    `belongs to the ledger ${other}, and a worker's database ${ledger.database.address} holds the ledger ${ledger.ledgerId}`,
  );
  expect(await gate()).toBe('open');
});

test('a ledger that was put in the place of the one that the worker knew does not get its work (C80)', async () => {
  const other = randomUUID();
  await sql`UPDATE ledger SET id = ${other}`.execute(ledger.database.db);
  await expect(close(ledger.ledgerId)).rejects.toMatchObject({ type: 'OtherLedger' });
  expect(await gate()).toBe('open');
  await sql`UPDATE ledger SET id = ${ledger.ledgerId}`.execute(ledger.database.db);
  expect(await close(ledger.ledgerId)).toMatchObject({ gate: 'closed', reason: 'stray' });
});

test('every activity is declared: none works for another ledger, and the log names each that fails', async () => {
  logged.length = 0;
  const activities = Object.entries(worker.activities);
  const stray = { incidentId: 'test', ledgerId: randomUUID() };
  for (const [activityType, activity] of activities) {
    const refused = environment(activityType).run(activity, stray as never);
    await expect(refused).rejects.toMatchObject({ type: 'OtherLedger' });
  }
  expect(logged).toMatchObject(
    activities.map(([activity]) => ({
      activity,
      why: expect.stringContaining('This run belongs to the ledger'),
      msg: 'an activity failed',
    })),
  );
});

test('a hold that a run of an older version asks for is recorded with its kind (I6)', async () => {
  const asked = { incidentId: 'test', ledgerId: ledger.ledgerId, reason: 'Canary done: 3 sent.' };
  await environment('recordHold').run(worker.activities.recordHold, asked);
  const { rows } = await sql`SELECT hold_kind, hold_reason FROM incidents`.execute(ledger.database.db);
  expect(rows).toEqual([{ hold_kind: 'canary-done', hold_reason: 'Canary done: 3 sent.' }]);
  await environment('recordHold').run(worker.activities.recordHold, { ...asked, reason: null });
  const { rows: last } = await sql`SELECT action FROM audit ORDER BY seq DESC LIMIT 1`.execute(
    ledger.database.db,
  );
  expect(last).toEqual([{ action: 'resume' }]);
});

test.each(['done', 'failed'])('an activity beats every second until it is %s', async (end) => {
  jest.useFakeTimers();
  try {
    const env = environment('closeGate');
    const beats: unknown[] = [];
    env.on('heartbeat', (details) => beats.push(details));
    const late = () => new Promise((resolve, reject) => setTimeout(end === 'done' ? resolve : reject, 3_500));
    const ended = env.run(beating(late), undefined).catch(() => undefined);
    await jest.advanceTimersByTimeAsync(3_500);
    await ended;
    expect(beats).toHaveLength(3);
    await jest.advanceTimersByTimeAsync(3_500);
    expect(beats).toHaveLength(3);
  } finally {
    jest.useRealTimers();
  }
});
