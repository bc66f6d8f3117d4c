import { MockActivityEnvironment } from '@temporalio/testing';
import { sql } from 'kysely';
import pino from 'pino';
import type { GateView, TellsBeside } from '../../src/activities/contract';
import { type ActivitySet, createActivities } from '../../src/activities/create-activities';
import { pauseReceiver, putAside, resumeReceiver } from '../../src/books/receivers';
import { joinRelays, leaveOut, pauseRelay, resumeRelay } from '../../src/books/relays';
import { type OwnLedger, ownLedger } from '../books/own-ledger';

// What the breaker of one worker has put away another one tells the run, after whatever it does: the first may be dead (C111).

const REFUSED = { code: 550, said: '550 5.7.1, not allowed', customers: 10 };
const OWN = ['one', 'two', 'three'];
let ledger: OwnLedger;
let other: ActivitySet;
beforeAll(async () => {
  ledger = await ownLedger('without', 3);
  const all = OWN.map((name) => ({ name, address: `${name}.test:25` }));
  await joinRelays(ledger.books, all, 'a worker');
  other = createActivities({
    ...{ databaseUrl: ledger.url, smtpUrl: 'smtp://127.0.0.1:1', workerName: 'other' },
    log: pino({ level: 'silent' }),
  });
});
afterAll(async () => {
  await other.close();
  await ledger.drop();
});

async function told() {
  const { readGate } = other.activities;
  const ref = { incidentId: 'test', ledgerId: ledger.ledgerId };
  const gate: GateView & TellsBeside = await new MockActivityEnvironment().run(readGate, ref);
  return gate.without;
}

test('it tells nothing where nothing is put away, nor what somebody has paused or left out by hand', async () => {
  expect(await told()).toEqual({ aside: 0, receivers: [], relays: [] });
  await pauseReceiver(ledger.books, 'paused.test', { by: 'Jo', recorded: 'paused.test', reason: 'Ann rang' });
  await pauseRelay(ledger.books, 'three', { by: 'Jo', reason: 'its disk' });
  expect(await told()).toEqual({ aside: 0, receivers: [], relays: [] });
});

test('a relay that is left out is told by its name, a receiver by a mark that says nothing of its domain (C93)', async () => {
  const said = { reason: 'it blocks us: have that undone, then resume.' };
  await leaveOut(ledger.books, { relay: 'one', fence: 1 }, said, OWN);
  await putAside(ledger.books, 'smith-family.test', REFUSED);
  const { receivers, ...without } = (await told())!;
  const reason = expect.stringMatching(/^it blocks us: .*resume --relay one\.$/);
  expect(without).toEqual({ aside: 1, relays: [{ relay: 'one', since: expect.any(String), reason }] });
  expect(receivers).toEqual([
    { mark: expect.stringMatching(/^[0-9a-f]{16}$/), since: expect.stringMatching(/Z$/) },
  ]);
  expect(JSON.stringify(await told())).not.toMatch(/smith|family/);
});

test('once it takes mail again it is told no more; put aside anew it has the same mark, and another time', async () => {
  const [before] = (await told())!.receivers;
  await resumeRelay(ledger.books, 'one', 'Jo');
  await resumeReceiver(ledger.books, 'smith-family.test', { by: 'Jo', recorded: 'a domain' });
  expect(await told()).toEqual({ aside: 0, receivers: [], relays: [] });
  await putAside(ledger.books, 'smith-family.test', REFUSED);
  const [again] = (await told())!.receivers;
  expect(again!.mark).toBe(before!.mark);
  expect(again!.since > before!.since).toBe(true);
});

test('where it cannot be read the activity has done its work all the same', async () => {
  await sql`RENAME TABLE receivers TO receivers_away`.execute(ledger.books.db);
  try {
    expect(await told()).toBeUndefined();
  } finally {
    await sql`RENAME TABLE receivers_away TO receivers`.execute(ledger.books.db);
  }
});
