import { mkdtempSync, rmSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MockActivityEnvironment } from '@temporalio/testing';
import { sql } from 'kysely';
import pino from 'pino';
import { type RelayProcess, startRelayProcess } from '../../scripts/relay/relay-process';
import type { NotifyCounts, SliceResult } from '../../src/activities/contract';
import { type ActivitySet, createActivities } from '../../src/activities/create-activities';
import { surveyNotices } from '../../src/books/balance';
import { openGate, readGate } from '../../src/books/gate';
import { setRate } from '../../src/books/incident-decisions';
import { pauseReceiver, readReceivers, resumeReceiver } from '../../src/books/receivers';
import { listAddresses } from '../../src/company/scan-customers';
import type { Incident } from '../../src/incident/incident-schema';
import { auditEntries } from '../audit-entries';
import { type OwnLedger, ownLedger } from '../books/own-ledger';
import { judgeRelayLog } from '../judge-relay-log';
import { timesFired } from '../times-fired';
import { until } from '../until';

/** C98: a receiver that takes nobody, against whole slices of two workers: real relay, real database. */
const folder = mkdtempSync(join(tmpdir(), 'receiver-'));
const STEER = { by: 'Jo', recorded: 'big.test' };
let relay: RelayProcess;
let ledger: OwnLedger;
let workers: ActivitySet[];
const logged: Record<string, unknown>[] = [];
beforeAll(async () => {
  relay = await startRelayProcess(folder);
});
afterAll(async () => {
  await relay.stop();
  rmSync(folder, { recursive: true });
});

/** Of the customers every so many-th has an address at big.test. */
async function begin(customers: number, every: number, changes: Partial<Incident> = {}): Promise<void> {
  await relay.control({ clear: true });
  truncateSync(relay.log);
  logged.length = 0;
  ledger = await ownLedger('receiver', customers, changes);
  // Micro-batches of 25 and less, as at 200 a second.
  await setRate(ledger.books, 200, 'tester');
  await at(`c', id, '@big.test`, `id % ${10 * every} = 0`);
  workers = ['one', 'two'].map((name) =>
    createActivities({
      databaseUrl: ledger.url,
      smtpUrl: `smtp://127.0.0.1:${relay.port}`,
      workerName: name,
      log: pino({ level: 'info' }, { write: (line: string) => logged.push(JSON.parse(line)) }),
    }),
  );
}
afterEach(async () => {
  for (const worker of workers) await worker.close();
  await ledger.drop();
});

/** Gives whoever meets the condition such an address. */
async function at(address: string, condition: string): Promise<void> {
  const { db, companySchema } = ledger.database;
  await sql`UPDATE ${sql.id(companySchema, 'customers')} SET email = CONCAT('${sql.raw(address)}') WHERE ${sql.raw(condition)}`.execute(
    db,
  );
}

const range = (lane: number) => {
  const middle = String(Math.floor(everybody / 2) * 10);
  return lane === 1 ? { after: null, upTo: middle } : { after: middle, upTo: '999999' };
};
let everybody = 0;

/** Each of two workers takes half, until both are done or one was stopped. */
async function pass(customers: number, most = 60): Promise<(string | null)[]> {
  everybody = customers;
  return Promise.all(
    workers.map(async ({ activities }, i) => {
      const lane = i + 1;
      let given = range(lane);
      for (let slice = 0; slice < most; slice++) {
        const result: SliceResult<NotifyCounts> = await new MockActivityEnvironment().run(
          activities.notifySlice,
          {
            ...{ incidentId: 'test', ledgerId: ledger.ledgerId, wave: 'notice' as const },
            ...{ lane: `notify-${lane}`, lanes: 2, range: given, sliceSeconds: 2 },
          },
        );
        if (result.stop !== null) return result.stop.reason;
        if (result.done) return null;
        given = { ...given, after: result.at };
      }
      throw new Error('so many slices, and it was not done');
    }),
  );
}

const survey = () => surveyNotices(ledger.books, 'notice');
const states = async () => (await survey()).notices;
const big = async () => (await readReceivers(ledger.books)).find(({ receiver }) => receiver === 'big.test');
const verdict = () =>
  judgeRelayLog(relay.log, listAddresses(ledger.books.db, ledger.books.company, Date.now()));
const comes = () =>
  sql`UPDATE receivers SET next_try_at = UTC_TIMESTAMP(6) - INTERVAL 1 SECOND WHERE state = 'aside'`.execute(
    ledger.books.db,
  );
/** Whoever was put off by itself is due. */
const due = () =>
  sql`UPDATE notices SET retry_at = UTC_TIMESTAMP(3) WHERE state = 'deferred' AND receiver IS NULL`.execute(
    ledger.books.db,
  );

test.each([
  ['550 5.7.1 at RCPT', { at: 'rcpt', reply: '550 5.7.1 <x> your mail is not wanted' }],
  ['550 without a code of its own at RCPT', { at: 'rcpt', reply: '550 blocked' }],
  ['554 5.7.1 at the dot', { at: 'dot', reply: '554 5.7.1 blocked' }],
  ['421 4.7.28 at RCPT', { at: 'rcpt', reply: '421 4.7.28 unusual rate' }],
  ['450 4.7.1 at RCPT', { at: 'rcpt', reply: '450 4.7.1 too much mail' }],
])(
  'one customer in ten at a receiver that says %s to everybody: put aside, the others told, nobody failed, and tried again (C98)',
  async (_, rule) => {
    await begin(400, 10);
    await relay.control({ add: { ...rule, match: '@big[.]test' } });
    expect(await pass(400)).toEqual([null, null]);
    const aside = await big();
    expect(aside).toMatchObject({ state: 'aside', putBy: 'the breaker' });
    expect(aside!.reason).toMatch(/^\d{3}/);
    expect((await readGate(ledger.books)).gate).toBe('open');
    // What was refused is all that ever was asked for: two lanes' micro-batches each have a few.
    await due();
    await pass(400);
    expect(await survey()).toMatchObject({ notices: { sent: 360, deferred: 40 }, due: 0 });
    expect(await verdict()).toMatchObject({ customersAcceptedOnce: 360, customersAcceptedTwiceOrMore: 0 });
    const before = await timesFired(relay);
    await pass(400);
    expect(await timesFired(relay)).toBe(before);

    await comes();
    await pass(400);
    expect(await states()).toEqual({ sent: 360, deferred: 40 });
    expect(await big()).toMatchObject({ state: 'aside' });

    await relay.control({ clear: true });
    await comes();
    await pass(400);
    await due();
    await pass(400);
    expect(await big()).toMatchObject({ state: 'open' });
    expect(await states()).toEqual({ sent: 400 });
    expect(await verdict()).toMatchObject({ customersAcceptedOnce: 400, customersAcceptedTwiceOrMore: 0 });
    const audit = (await auditEntries(ledger.books.db)).map(({ action }) => action);
    expect(audit.filter((action) => action.startsWith('receiver-'))).toEqual([
      'receiver-aside',
      'receiver-opened',
    ]);
    expect(JSON.stringify(logged)).not.toContain('big.test');
    expect(logged).toContainEqual(
      expect.objectContaining({ msg: 'a receiver is put aside: npm run cli -- domains' }),
    );
  },
);

test.each([
  ['550 5.7.1 no', 'policy'],
  ['421 4.7.28 later', 'a session each'],
])('tries that are refused, again and again, close no gate: %s (%s)', async (reply) => {
  await begin(200, 10, {
    breaker: {
      ...{ windowSeconds: 5, minimumOutcomes: 50, refusedShare: 0.25, sameRefusals: 5 },
      ...{ sessionFailures: 4, receiverRefusals: 3 },
    },
  });
  await relay.control({ add: { at: 'rcpt', match: '@big[.]test', reply } });
  await pass(200);
  for (let tried = 0; tried < 4; tried++) {
    await due();
    await pass(200);
    await comes();
  }
  expect(await readGate(ledger.books)).toMatchObject({ gate: 'open' });
  expect(await big()).toMatchObject({ state: 'aside' });
  expect(await states()).toEqual({ sent: 180, deferred: 20 });
});

test('addresses that are unknown one by one fail one by one, and put nobody aside', async () => {
  await begin(200, 5);
  await relay.control({ add: { at: 'rcpt', match: '@big[.]test', reply: '550 5.1.1 no such user' } });
  await pass(200);
  expect(await big()).toBeUndefined();
  expect(await states()).toEqual({ sent: 160, failed: 40 });
});

test('whom a receiver refuses by itself, for good and without a word about the mailbox, fails the second time', async () => {
  await begin(60, 60);
  await relay.control({ add: { at: 'rcpt', match: '@big[.]test', reply: '554 5.3.0 no' } });
  await pass(60);
  expect(await states()).toEqual({ sent: 59, deferred: 1 });
  await due();
  await pass(60);
  expect(await states()).toEqual({ sent: 59, failed: 1 });
});

test('when everything is refused, the gate closes and no receiver is blamed; nobody has failed (I7)', async () => {
  await begin(200, 2);
  await relay.control({ add: { at: 'rcpt', reply: '550 5.4.5 quota exceeded' } });
  await pass(200);
  expect(await readGate(ledger.books)).toMatchObject({ gate: 'closed', by: 'the breaker' });
  expect(await readReceivers(ledger.books)).toEqual([]);
  expect((await states()).failed).toBeUndefined();
});

test('ten receivers that refuse within a minute are the sender’s matter: the gate closes, and nobody has failed', async () => {
  await begin(600, 1_000, {
    breaker: {
      ...{ windowSeconds: 60, minimumOutcomes: 100_000, refusedShare: 1, sameRefusals: 10_000 },
      ...{ sessionFailures: 10_000, receiverRefusals: 3 },
    },
  });
  await at(`c', id, '@r', (id DIV 10) % 20, '.test`, 'id % 20 = 0');
  await relay.control({ add: { at: 'rcpt', match: '@r\\d', reply: '550 5.3.0 we do not want you' } });
  const stops = await pass(600);
  expect(stops).toContainEqual(expect.stringMatching(/^\d+ receivers refused one customer after the other/));
  expect(await readGate(ledger.books)).toMatchObject({ gate: 'closed', by: 'the breaker' });
  expect((await states()).failed).toBeUndefined();
  await relay.control({ clear: true });
  await openGate(ledger.books, (await readGate(ledger.books)).fence, 'tester');
  await comes();
  for (let round = 0; round < 3; round++) {
    await pass(600);
    await due();
  }
  expect(await states()).toEqual({ sent: 600 });
  expect(await verdict()).toMatchObject({ customersAcceptedOnce: 600, customersAcceptedTwiceOrMore: 0 });
});

test('a pause of one receiver amid the mail: two seconds later no dot goes there, and the others are told (I2)', async () => {
  await begin(400, 2);
  await setRate(ledger.books, 100, 'tester');
  const passing = pass(400);
  await until('some are told', async () => ((await states()).sent ?? 0) > 40);
  await pauseReceiver(ledger.books, 'big.test', { ...STEER, reason: 'their postmaster asks' });
  const { rows } = await sql<{ at: string }>`SELECT since AS at FROM receivers`.execute(ledger.books.db);
  expect(await passing).toEqual([null, null]);
  const late = await sql<{ notices: string }>`
    SELECT COUNT(*) AS notices FROM notices
    WHERE state = 'sent' AND address LIKE '%@big.test' AND claimed_at > ${rows[0]!.at}`.execute(
    ledger.books.db,
  );
  expect(late.rows).toEqual([{ notices: '0' }]);
  const { deferred = 0, sent = 0, released = 0 } = await states();
  expect(released).toBe(0);
  expect(deferred).toBeGreaterThan(100);
  expect(sent + deferred).toBe(400);
  expect(await resumeReceiver(ledger.books, 'big.test', STEER)).toBe(true);
  await pass(400);
  expect(await states()).toEqual({ sent: 400 });
  expect(await verdict()).toMatchObject({ customersAcceptedOnce: 400, customersAcceptedTwiceOrMore: 0 });
});
