import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MockActivityEnvironment } from '@temporalio/testing';
import { sql } from 'kysely';
import pino from 'pino';
import { type RelayProcess, startRelayProcess } from '../../scripts/relay/relay-process';
import type { NotifyCounts, SliceResult } from '../../src/activities/contract';
import { type ActivitySet, createActivities } from '../../src/activities/create-activities';
import { surveyNotices } from '../../src/books/balance';
import { closeGate, openGate, readGate } from '../../src/books/gate';
import { setRate } from '../../src/books/incident-decisions';
import { sweepLeases } from '../../src/books/unsettled-claims';
import type { Incident } from '../../src/incident/incident-schema';
import type { Wave } from '../../src/incident/vocabulary';
import { joinRelaysOf, type OwnLedger, ownLedger } from '../books/own-ledger';
import { type CommitProxy, commitProxy } from '../company/commit-proxy';
import { wholeIncident } from '../incident/example-incident';
import { judgeRelayLog } from '../judge-relay-log';
import { testIncident } from '../notice/test-incident';
import { acceptedIn } from '../scripts/relay-client';
import { timesFired } from '../times-fired';
import { until } from '../until';

type Rules = Record<string, unknown>[];

const folder = mkdtempSync(join(tmpdir(), 'notify-'));
let relay: RelayProcess;
let ledger: OwnLedger;
let worker: ActivitySet;
let proxy: CommitProxy | undefined;
beforeAll(async () => {
  relay = await startRelayProcess(folder);
});
afterAll(async () => {
  await relay.stop();
  rmSync(folder, { recursive: true });
});

async function begin(customers: number, rules: Rules = [], changes: Partial<Incident> = {}): Promise<void> {
  await relay.control({ clear: true });
  for (const rule of rules) await relay.control({ add: rule });
  truncateSync(relay.log);
  ledger = await ownLedger('notify', customers, changes);
  worker = newWorker();
}
function newWorker({ databaseUrl = ledger.url, relayPort = relay.port } = {}): ActivitySet {
  return createActivities({
    databaseUrl,
    smtpUrl: `smtp://127.0.0.1:${relayPort}`,
    workerName: 'test',
    log: pino({ level: 'silent' }),
  });
}
/** From now on the worker sees its database through a wire that can spoil a COMMIT. */
async function throughProxy(): Promise<CommitProxy> {
  // The next COMMIT is that of a claim.
  await joinRelaysOf(ledger.books, `smtp://127.0.0.1:${relay.port}`);
  proxy = await commitProxy(ledger.url);
  await worker.close();
  worker = newWorker({ databaseUrl: proxy.url });
  return proxy;
}
afterEach(async () => {
  await worker.close();
  await proxy?.close();
  proxy = undefined;
  await ledger.drop();
});

/** One slice over everybody, as Temporal would run it. */
function slice(
  env = new MockActivityEnvironment(),
  lane = 'notify-1',
  wave: Wave = 'notice',
): Promise<SliceResult<NotifyCounts>> {
  return env.run(worker.activities.notifySlice, {
    incidentId: 'test',
    ledgerId: ledger.ledgerId,
    lane,
    lanes: 1,
    wave,
    range: { after: null, upTo: '999999' },
    sliceSeconds: 30,
  });
}
const states = async () => (await surveyNotices(ledger.books, 'notice')).notices;
async function* customers() {
  const { rows } = await sql<{ address: string | null }>`
    SELECT email AS address FROM ${sql.id(ledger.database.companySchema, 'customers')}`.execute(
    ledger.database.db,
  );
  yield* rows;
}
const verdict = () => judgeRelayLog(relay.log, customers());
const accepted = () => acceptedIn(relay.log);
/** A message at a time, so that whatever stops the slice at the eleventh dot stops all the others. */
const ONE_SESSION = { relay: { sessions: 1, messagesPerSession: null } };
/** The relay has the eleventh message in its log, and does not say so before it is released. */
const HELD = { at: 'dot', action: 'hold', after: 10, times: 1 };
const heldBack = () => until('the dot that is held back', async () => (await timesFired(relay)) === 1);
/** More than the 1.5 s by which a worker's view of the database may be old, for the dots after the eleventh. */
const SLOW = { at: 'dot', delayMs: 20, after: 11 };

test('everybody is told once, by the log of the relay, and a second slice tells nobody again (I1, I2)', async () => {
  await begin(450);
  expect(await slice()).toMatchObject({ at: '999999', done: true, stop: null, counts: { sent: 450 } });
  expect(await slice()).toMatchObject({ done: true, counts: { sent: 0 } });
  expect(await verdict()).toEqual({
    customersAcceptedOnce: 450,
    customersAcceptedTwiceOrMore: 0,
    customersNeverAccepted: 0,
    strangers: 0,
  });
});

test('two workers over the same range at once tell everybody once (I2)', async () => {
  await begin(600);
  const other = newWorker();
  const run = (set: ActivitySet, lane: string) =>
    new MockActivityEnvironment().run(set.activities.notifySlice, {
      incidentId: 'test',
      ledgerId: ledger.ledgerId,
      lane,
      lanes: 1,
      wave: 'notice' as const,
      range: { after: null, upTo: '999999' },
      sliceSeconds: 30,
    });
  await Promise.all([run(worker, 'notify-1'), run(other, 'notify-2'), run(worker, 'notify-3')]);
  await other.close();
  expect(await verdict()).toMatchObject({ customersAcceptedOnce: 600, customersAcceptedTwiceOrMore: 0 });
  expect(await states()).toEqual({ sent: 600 });
});

test('who cannot be mailed is skipped with the reason, and the others are told', async () => {
  await begin(4);
  const table = sql.id(ledger.database.companySchema, 'customers');
  await sql`UPDATE ${table} SET email = NULL WHERE id = 10`.execute(ledger.database.db);
  await sql`UPDATE ${table} SET email = 'a@x.test, b@x.test' WHERE id = 20`.execute(ledger.database.db);
  await sql`DELETE FROM ${table} WHERE id = 30`.execute(ledger.database.db);
  expect(await slice()).toMatchObject({ done: true, counts: { sent: 1, skipped: 3 } });
  const { rows: reasons } = await sql<{ reason: string | null }>`
    SELECT reason FROM notices WHERE state = 'skipped'`.execute(ledger.database.db);
  expect(reasons.every(({ reason }) => reason)).toBe(true);
});

test('a refused address is a failure with the words of the relay and stops nobody (C07)', async () => {
  await begin(300, [{ at: 'rcpt', match: '^c100@', reply: '550 5.1.1 no such user' }]);
  expect(await slice()).toMatchObject({ done: true, stop: null, counts: { sent: 299, failed: 1 } });
  const { rows: failed } = await sql`
    SELECT customer_id, reply_code, reply_text, reason FROM notices WHERE state = 'failed'`.execute(
    ledger.database.db,
  );
  expect(failed).toEqual([
    { customer_id: '100', reply_code: 550, reply_text: '5.1.1 no such user', reason: 'rcpt 5.1.1' },
  ]);
});

test('a deferred address is tried again when it is due', async () => {
  await begin(3, [{ at: 'rcpt', match: '^c20@', reply: '451 greylisted, try later', times: 1 }], {
    retry: { firstAfterSeconds: 1, forHours: 1 },
  });
  await slice();
  const before = await states();
  await until('its turn', async () => (await surveyNotices(ledger.books, 'notice')).due === 1);
  await slice();
  expect([before, await states()]).toEqual([{ sent: 2, deferred: 1 }, { sent: 3 }]);
});

test('a limit of messages a session means new sessions, and nobody is put off (C05)', async () => {
  await begin(300, [
    { at: 'mail', acceptedInSession: 20, reply: '452 4.4.5 too many messages this session' },
  ]);
  expect(await slice()).toMatchObject({ done: true, stop: null, counts: { sent: 300, deferred: 0 } });
  expect((await readGate(ledger.books)).gate).toBe('open');
});

test('a quota told as a refusal of everybody closes the gate; hardly anybody is failed for it, and later all are told (C06)', async () => {
  await begin(300, [{ at: 'rcpt', after: 50, reply: '550 daily quota exceeded' }]);
  expect((await slice()).stop).toMatchObject({ kind: 'gate-closed' });
  const gate = await readGate(ledger.books);
  expect(gate).toMatchObject({ gate: 'closed', by: 'the breaker' });
  expect(gate.reason).toMatch(
    /^The relay refused \d+ customers in a row with the same reply: 550\. It says that too much is sent: /,
  );
  const { failed = 0 } = await states();
  expect(failed).toBeLessThanOrEqual(20);
  await relay.control({ clear: true });
  await openGate(ledger.books, gate.fence, 'tester');
  await slice();
  expect(await states()).toMatchObject({ sent: 300 - failed });
  expect(await verdict()).toMatchObject({ customersAcceptedTwiceOrMore: 0 });
});

test('a sender refused for good closes the gate at once, and nobody is failed for it', async () => {
  await begin(50, [{ at: 'mail', reply: '550 5.7.1 nobody from here' }]);
  expect((await slice()).stop).toMatchObject({
    kind: 'gate-closed',
    reason: expect.stringMatching(/^The relay refuses the sender: 550 5\.7\.1, not allowed/),
  });
  expect(await states()).toEqual({ released: 50 });
});

test('a connection that drops after the dot leaves its customer in doubt, never sent again by itself (I2)', async () => {
  await begin(100, [{ at: 'dot', after: 30, times: 1, action: 'drop-after' }]);
  await slice();
  await slice();
  expect(await states()).toEqual({ sent: 99, in_doubt: 1 });
  expect(await verdict()).toMatchObject({ customersAcceptedOnce: 100, customersAcceptedTwiceOrMore: 0 });
});

test('454 after the dot is a deferral, not a doubt', async () => {
  await begin(10, [{ at: 'dot', times: 1, reply: '451 4.3.0 queue file write error' }]);
  await slice();
  expect(await states()).toEqual({ sent: 9, deferred: 1 });
});

test('a relay that dies and comes back: nobody twice, and only dots without an answer are in doubt', async () => {
  await begin(100, [{ at: 'dot', after: 30, times: 1, action: 'crash' }]);
  const env = new MockActivityEnvironment();
  const running = slice(env);
  await until('what the dead relay has said', async () => {
    const { sent = 0, in_doubt = 0 } = await states();
    return sent + in_doubt > 0;
  });
  await relay.restart();
  await running;
  const { sent = 0, in_doubt = 0 } = await states();
  expect(sent + in_doubt).toBe(100);
  // At most one for each of the lane's sessions.
  expect(in_doubt).toBeLessThanOrEqual(8);
  expect(await verdict()).toMatchObject({ customersAcceptedTwiceOrMore: 0 });
});

test('once a pause has returned nothing is sent that was not on its way, and resume goes on at the exact customer (I2)', async () => {
  await begin(200, [SLOW, HELD], ONE_SESSION);
  const running = slice();
  await heldBack();
  const gate = await closeGate(ledger.books, 'stop', 'ann');
  await relay.control({ release: true });
  expect(await running).toMatchObject({ done: false, stop: { kind: 'gate-closed', reason: 'stop' } });
  const sent = (await accepted()).length;
  expect(sent).toBeLessThan(200);
  expect(await states()).toEqual({ sent, released: 200 - sent });
  await relay.control({ clear: true });
  await openGate(ledger.books, gate.fence, 'ann');
  await slice();
  expect(await states()).toEqual({ sent: 200 });
  expect(await verdict()).toMatchObject({ customersAcceptedOnce: 200, customersAcceptedTwiceOrMore: 0 });
});

test('a slice that is told to stop gives back what has no dot and leaves nothing in doubt', async () => {
  await begin(200, [HELD], ONE_SESSION);
  const env = new MockActivityEnvironment();
  const running = slice(env);
  await heldBack();
  env.cancel();
  await relay.control({ release: true });
  expect(await running).toMatchObject({ done: false, stop: null });
  expect(await states()).toEqual({ sent: 11, released: 189 });
});

test('whoever chooses a new password between the claim and the dot is not reminded, and the others are, once (I2)', async () => {
  await begin(200, [], {
    reminder: { afterDays: 0 },
    texts: { en: { ...testIncident().texts.en!, reminder: wholeIncident().texts.en!.reminder } },
    ...ONE_SESSION,
  });
  await slice();
  for (const rule of [SLOW, HELD]) await relay.control({ add: rule });
  const running = slice(undefined, 'notify-1', 'reminder');
  await heldBack();
  await sql`UPDATE ${sql.id(ledger.database.companySchema, 'customers')}
    SET password_hash = 'new', password_set_at = UTC_TIMESTAMP() WHERE id > 1500`.execute(ledger.database.db);
  await relay.control({ release: true });
  await running;
  const reminded = (await accepted())
    .filter((line) => line.startsWith('r'))
    .map((line) => line.split(' ')[1]);
  expect(reminded.sort()).toEqual(
    Array.from({ length: 150 }, (_, i) => `c${(i + 1) * 10}@example.test`).sort(),
  );
  expect((await surveyNotices(ledger.books, 'reminder')).notices).toEqual({
    sent: 150,
    skipped: 50,
  });
});

test('a worker that wakes up past its lease sends no further dot of that claim, and tells the rest in a new one (I2)', async () => {
  await begin(100, [HELD], ONE_SESSION);
  const running = slice();
  await heldBack();
  const asleep = 2 * 3_600_000;
  const realNow = Date.now;
  const clock = jest.spyOn(Date, 'now').mockImplementation(() => realNow() + asleep);
  await relay.control({ release: true });
  const { counts } = await running;
  clock.mockRestore();
  expect(counts.released).toBe(89);
  expect(await states()).toEqual({ sent: 100 });
  expect(await verdict()).toMatchObject({ customersAcceptedOnce: 100, customersAcceptedTwiceOrMore: 0 });
});

test.each(['lost-and-cut', 'done-and-cut', 'refused'] as const)(
  'what the relay has said reaches the ledger through a spoiled COMMIT (%s): nobody is in doubt for it (C37)',
  async (fate) => {
    await begin(60, [HELD], ONE_SESSION);
    const wire = await throughProxy();
    const running = slice();
    await heldBack();
    // The claim is committed; the next COMMIT is that of its settlement.
    wire.fate = fate;
    await relay.control({ release: true });
    await running;
    expect(wire.fate).toBeNull();
    expect(await states()).toEqual({ sent: 60 });
    expect(await verdict()).toMatchObject({ customersAcceptedOnce: 60, customersAcceptedTwiceOrMore: 0 });
  },
);

test('a COMMIT of a claim whose acknowledgement was lost: its customers are released and told once (C37)', async () => {
  await begin(60);
  (await throughProxy()).fate = 'done-and-cut';
  await expect(slice()).rejects.toThrow();
  expect(await states()).toEqual({ released: 60 });
  await slice();
  expect(await verdict()).toMatchObject({ customersAcceptedOnce: 60, customersAcceptedTwiceOrMore: 0 });
});

test.each([
  ['goes on', () => undefined],
  ['is told to stop', (env: MockActivityEnvironment) => env.cancel()],
])(
  'the server dies with the COMMIT of a claim and is away for longer than the lease, and its worker %s: they are released, not in doubt (C101)',
  async (_, meanwhile) => {
    await begin(60);
    const wire = await throughProxy();
    wire.fate = 'done-and-away';
    const env = new MockActivityEnvironment();
    const running = slice(env).catch((error: Error) => error.message);
    await until('a worker that asks again', async () => wire.turnedAway > 2);
    meanwhile(env);
    await sql`UPDATE claims SET claimed_at = claimed_at - INTERVAL 1 HOUR, lease_until = lease_until - INTERVAL 1 HOUR`.execute(
      ledger.database.db,
    );
    expect([await sweepLeases(ledger.books), await states()]).toEqual([60, { in_doubt: 60 }]);
    wire.away = false;
    expect(await running).toMatch(/COMMIT was under way/);
    expect(await states()).toEqual({ released: 60 });
    await slice();
    expect(await verdict()).toMatchObject({ customersAcceptedOnce: 60, customersAcceptedTwiceOrMore: 0 });
  },
);

test('no message holds a mark of another customer, also after a refusal and a customer without an address (C43)', async () => {
  const kept = mkdtempSync(join(folder, 'kept-'));
  await begin(300);
  const keeping = await startRelayProcess(kept, ['--keep', join(kept, 'messages'), '--keep-first', '1000']);
  await keeping.control({ add: { at: 'rcpt', every: 7, reply: '550 5.1.1 no such user' } });
  await worker.close();
  worker = newWorker({ relayPort: keeping.port });
  const { db, companySchema } = ledger.database;
  const letters = (id: number) => `Q${[...String(id)].map((digit) => 'abcdefghij'[Number(digit)]).join('')}x`;
  for (let id = 10; id <= 3000; id += 10) {
    const email = id % 110 === 0 ? null : `${letters(id)}@example.test`;
    await sql`UPDATE ${sql.id(companySchema, 'customers')} SET first_name = ${letters(id)}, email = ${email} WHERE id = ${id}`.execute(
      db,
    );
  }
  await slice();
  const messages = readdirSync(join(kept, 'messages')).map((file) =>
    readFileSync(join(kept, 'messages', file), 'latin1').replaceAll('=\r\n', ''),
  );
  await keeping.stop();
  expect(messages.length).toBe((await states()).sent);
  const marks = messages.map((message) => [...new Set(message.match(/\bQ[a-j]{2,4}x\b/g))]);
  expect(marks.filter((marksOfOne) => marksOfOne.length !== 1)).toEqual([]);
  expect(new Set(marks.flat()).size).toBe(messages.length);
});

test('the rate holds: a lane sends no more than its share in the time that the database counts', async () => {
  await begin(10);
  await setRate(ledger.books, 4, 'tester');
  const started = Date.now();
  await slice();
  // Ten messages at four a second in claims of two: the fifth claim comes two seconds after the first.
  expect(Date.now() - started).toBeGreaterThanOrEqual(2_000);
  expect(await states()).toEqual({ sent: 10 });
});
