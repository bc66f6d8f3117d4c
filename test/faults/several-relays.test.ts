import { sql } from 'kysely';
import { openGate, readGate } from '../../src/books/gate';
import { setRate } from '../../src/books/incident-decisions';
import { pauseRelay, readRelays, resumeRelay } from '../../src/books/relays';
import { auditEntries } from '../audit-entries';
import { timesFired } from '../times-fired';
import { until } from '../until';
import { startTwoRelays, type TwoRelays } from './two-relays';

/** C112: a run by two relays, against whole slices of two workers: real relays, real database. */
let two: TwoRelays;
afterEach(() => two.end());

const REFUSES = { at: 'dot', reply: '554 5.6.0 a rule of mine' };
const ONCE = { customersAcceptedTwiceOrMore: 0, customersNeverAccepted: 0 };
/** Whoever was refused before it tripped is due. */
const due = () =>
  sql`UPDATE notices SET retry_at = UTC_TIMESTAMP(3) WHERE state = 'deferred'`.execute(two.ledger.books.db);
const gate = () => readGate(two.ledger.books);
const actions = async () => (await auditEntries(two.ledger.books.db)).map(({ action }) => action);
const knownRelay = async (name: string) =>
  (await readRelays(two.ledger.books)).find(({ relay }) => relay === name)!;

test('each relay takes its share, everybody is told once, and the books say by which (I1, I2)', async () => {
  two = await startTwoRelays(1_000, {
    relay: { sessions: 4, messagesPerSession: null, relays: { one: { weight: 3 }, two: { sessions: 2 } } },
  });
  expect(await two.pass()).toEqual([null, null]);
  expect(await two.verdict()).toMatchObject({ ...ONCE, customersAcceptedOnce: 1_000 });
  const [one, second] = [await two.acceptedBy('one'), await two.acceptedBy('two')];
  expect([await two.bookedBy('one'), await two.bookedBy('two')]).toEqual([one, second]);
  expect(one.length).toBeGreaterThan(second.length);
  expect(second.length).toBeGreaterThan(0);
  const most = async (name: 'one' | 'two') =>
    Number((await two.relays[name].control({ stats: true })).mostConnections);
  expect([await most('one'), await most('two')]).toEqual([4, 2]);
  const { rows } = await sql<{
    relay: string;
  }>`SELECT DISTINCT relay FROM relay_sessions ORDER BY relay`.execute(two.ledger.books.db);
  expect(rows).toEqual([{ relay: 'one' }, { relay: 'two' }]);
});

test('one that trips is left out for all workers, the other goes on with its people, and nobody has failed (I2, I6)', async () => {
  two = await startTwoRelays(800);
  await two.relays.one.control({ add: { ...REFUSES, after: 40 } });
  expect(await two.pass()).toEqual([null, null]);
  await due();
  expect(await two.pass()).toEqual([null, null]);
  expect(await two.states()).toEqual({ sent: 800 });
  expect(await two.verdict()).toMatchObject({ ...ONCE, customersAcceptedOnce: 800 });
  expect(await knownRelay('one')).toMatchObject({ state: 'out', putBy: 'the breaker' });
  expect((await knownRelay('one')).reason).toMatch(/^The relay refused 20 customers in a row.*554 5\.6\.0/);
  expect(await two.stateOf('two')).toBe('in');
  expect((await gate()).gate).toBe('open');
  expect((await actions()).filter((action) => action.startsWith('relay-'))).toEqual([
    'relay-joined',
    'relay-joined',
    'relay-left-out',
  ]);
  expect(two.logged).toContainEqual(
    expect.objectContaining({ relay: 'one', msg: 'a relay is left out: npm run cli -- relays' }),
  );
  // No more was asked of it than what was under way.
  const fired = await timesFired(two.relays.one);
  expect(fired).toBeLessThan(200);
});

test('a worker that is amid a claim there gives the rest back, as soon as the database says that its relay is left out (I2)', async () => {
  two = await startTwoRelays(200, { relay: { sessions: 2, messagesPerSession: null } });
  const { books } = two.ledger;
  // A claim of 25 by one session takes 25 s.
  await two.relays.one.control({ add: { at: 'dot', delayMs: 1_000 } });
  const passing = two.pass();
  await until('some by it', async () => (await two.acceptedBy('one')).length > 1);
  expect(await pauseRelay(books, 'one', { by: 'Jo', reason: 'its disk is replaced' })).toBeNull();
  const before = (await two.acceptedBy('one')).length;
  expect(await passing).toEqual([null, null]);
  // Of two workers each has at most a dot on the wire, and a second more until it sees it.
  expect((await two.acceptedBy('one')).length - before).toBeLessThan(8);
  expect(await two.states()).toEqual({ sent: 200 });
  expect(await two.verdict()).toMatchObject({ ...ONCE, customersAcceptedOnce: 200 });
  expect(await resumeRelay(books, 'one', 'Jo')).toBe(true);
  expect(await two.stateOf('one')).toBe('in');
});

test('a dot that waits at a relay which is left out is nobody else’s: its customer is told by no other one (I2)', async () => {
  two = await startTwoRelays(400);
  // The relay has the message in its log, and does not say so before it is released.
  await two.relays.one.control({ add: { at: 'dot', action: 'hold', after: 3, times: 1 } });
  const passing = two.pass();
  await until('the dot that is held back', async () => (await timesFired(two.relays.one)) === 1);
  await pauseRelay(two.ledger.books, 'one', { by: 'Jo', reason: 'it hangs' });
  await until('the others are told', async () => ((await two.states()).sent ?? 0) >= 190);
  await two.relays.one.control({ release: true });
  expect(await passing).toEqual([null, null]);
  await two.pass();
  expect(await two.states()).toEqual({ sent: 400 });
  expect(await two.verdict()).toMatchObject({ ...ONCE, customersAcceptedOnce: 400 });
});

test('two that refuse in the same words one after the other: it is the message, and the gate closes (I7)', async () => {
  two = await startTwoRelays(400);
  const rule = { at: 'dot', reply: '554 5.6.0 header refused by our rule' };
  for (const relay of Object.values(two.relays)) await relay.control({ add: rule });
  const stops = await two.pass();
  expect(stops).toContainEqual(expect.stringMatching(/^Two relays \((one, two|two, one)\) say the same/));
  expect(await gate()).toMatchObject({ gate: 'closed', by: 'the breaker' });
  // One of them stays in, so that nobody is left without once the message is mended.
  expect([await two.stateOf('one'), await two.stateOf('two')].sort()).toEqual(['in', 'out']);
  expect((await two.states()).failed).toBeUndefined();
});

test('the last one is not left out: the gate closes, as with one relay alone', async () => {
  two = await startTwoRelays(400);
  await two.relays.one.control({ add: REFUSES });
  await two.relays.two.control({ add: { at: 'dot', reply: '554 5.6.1 an attachment' } });
  const stops = await two.pass();
  expect(stops).toContainEqual(expect.stringMatching(/^Relay (one|two), the last one\. The relay refused/));
  expect(await gate()).toMatchObject({ gate: 'closed', by: 'the breaker' });
  expect((await two.states()).failed).toBeUndefined();
  for (const relay of Object.values(two.relays)) await relay.control({ clear: true });
  await openGate(two.ledger.books, (await gate()).fence, 'tester');
  expect(await two.pass()).toEqual([null, null]);
  await due();
  await two.pass();
  expect(await two.states()).toEqual({ sent: 400 });
  expect(await two.verdict()).toMatchObject(ONCE);
});

test('names that come into SMTP_URL amid a run make no other relays: slots, shares and the last one are of the same two (C112)', async () => {
  two = await startTwoRelays(60);
  const { books } = two.ledger;
  const unnamed = two.worker('unnamed', two.smtpUrl.replaceAll(/#\w+/g, ''));
  expect(await two.slice(unnamed)).toMatchObject({ done: true, counts: { sent: 60 } });
  const again = () =>
    sql`UPDATE notices SET state = 'released', settled_at = UTC_TIMESTAMP(3) WHERE customer_id <= 200`.execute(
      books.db,
    );
  await again();
  expect(await two.slice(two.workers[0]!)).toMatchObject({ done: true, counts: { sent: 20 } });
  // One that still has the old names goes by the same rows.
  await again();
  expect(await two.slice(unnamed)).toMatchObject({ done: true, counts: { sent: 20 } });
  expect((await readRelays(books)).map(({ relay, number }) => `${number} ${relay}`)).toEqual([
    '1 one',
    '2 two',
  ]);
  expect((await actions()).filter((action) => action.startsWith('relay-'))).toEqual([
    'relay-joined',
    'relay-joined',
    'relay-named',
    'relay-named',
  ]);
  expect(await pauseRelay(books, 'one', { by: 'Jo', reason: 'x' })).toBeNull();
  expect(await pauseRelay(books, 'two', { by: 'Jo', reason: 'x' })).toBe('last');
});

test('a relay that cannot be reached any more is left out, and the other takes its people', async () => {
  two = await startTwoRelays(400, {
    breaker: {
      ...{ windowSeconds: 60, minimumOutcomes: 50, refusedShare: 0.25, sameRefusals: 20 },
      sessionFailures: 2,
    },
  });
  await setRate(two.ledger.books, 50, 'tester');
  await two.relays.one.kill9();
  expect(await two.pass()).toEqual([null, null]);
  expect(await two.states()).toEqual({ sent: 400 });
  expect(await two.acceptedBy('two')).toHaveLength(400);
  expect(await knownRelay('one')).toMatchObject({ state: 'out', putBy: 'the breaker' });
});

test('the last one cannot be left out by hand; and a worker whose relays all are closes the gate and says so (I7)', async () => {
  two = await startTwoRelays(40);
  const { books } = two.ledger;
  await two.pass();
  expect(await pauseRelay(books, 'one', { by: 'Jo', reason: 'x' })).toBeNull();
  expect(await pauseRelay(books, 'two', { by: 'Jo', reason: 'x' })).toBe('last');
  await sql`UPDATE notices SET state = 'released', settled_at = UTC_TIMESTAMP(3) WHERE customer_id = 10`.execute(
    books.db,
  );
  const alone = two.worker('alone', two.smtpUrl.split('\n')[0]);
  expect((await two.slice(alone)).stop).toMatchObject({
    kind: 'gate-closed',
    reason: expect.stringMatching(
      /^Every relay of a worker \(by its SMTP_URL\) is left out: one\..*resume --relay/,
    ),
  });
});

test('a worker that has another relay of that name, or lacks one of the file, sends nothing and says which', async () => {
  two = await startTwoRelays(40, {
    relay: { sessions: 2, messagesPerSession: null, relays: { two: { weight: 2 } } },
  });
  await two.slice(two.workers[0]!);
  const [first, second] = two.smtpUrl.split('\n');
  const lacking = two.worker('lacking', first);
  await expect(two.slice(lacking)).rejects.toMatchObject({
    type: 'RelayLacking',
    message: expect.stringMatching(/the relay two .*has only one: nothing was sent.*#NAME/),
  });
  const other = two.worker('other', `${first} ${second!.replace('127.0.0.1', '127.0.0.2')}`);
  await expect(two.slice(other)).rejects.toMatchObject({
    type: 'OtherRelay',
    message: expect.stringMatching(
      /^The relay two of this run is 127\.0\.0\.1:\d+, and .* has 127\.0\.0\.2:\d+/,
    ),
  });
});
