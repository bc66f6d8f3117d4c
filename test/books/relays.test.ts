import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { type Claimed, claimNotices, type LaneBooks, mayLaneSend } from '../../src/books/claim';
import { readGate } from '../../src/books/gate';
import {
  closeWithoutRelay,
  countByRelay,
  joinRelays,
  leaveOut,
  pauseRelay,
  readRelays,
  resumeRelay,
} from '../../src/books/relays';
import { takeSlots } from '../../src/books/session-slots';
import { auditEntries } from '../audit-entries';
import { untilLockWait } from '../lock-waits';
import { type OwnLedger, ownLedger } from './own-ledger';

const TWO = ['one', 'two'].map((name) => ({ name, address: `${name}.test:25` }));
const ALL = { after: null, upTo: '999999' };
const BLOCKED = { reason: 'it blocks us: have that undone, then resume.' };
let ledger: OwnLedger;
let books: LaneBooks;
beforeEach(async () => {
  ledger = await ownLedger('relays', 20);
  await joinRelays(ledger.books, TWO, 'a worker');
  books = await ledger.claimIn('notify-1', { batchLimit: 5 });
});
afterEach(() => ledger.drop());

const claim = async (at = 0) => {
  const { own, ready } = books.relays;
  await sql`UPDATE lanes SET next_send_at = UTC_TIMESTAMP(6)`.execute(books.db);
  return claimNotices({ ...books, relays: { own, ready, at } }, ALL, randomUUID());
};
const relayOf = async (at: number) => ((await claim(at)) as Claimed).relay;
const stateOf = async (name: string) => (await readRelays(books)).find(({ relay }) => relay === name)!.state;
const FIRST = { relay: 'one', fence: 1 };
const OWN = ['one', 'two'];

test('a claim is of one relay, by weight, and its row says which', async () => {
  expect([await relayOf(0), await relayOf(0.7)]).toEqual([FIRST, { relay: 'two', fence: 1 }]);
  const { rows } = await sql<{ relay: string }>`SELECT relay FROM claims ORDER BY claim_id`.execute(books.db);
  expect(rows).toEqual([{ relay: 'one' }, { relay: 'two' }]);
});

test('once a relay is left out no claim is made for it, whatever a worker has seen; on the record, and until somebody takes it in', async () => {
  expect(await leaveOut(books, FIRST, BLOCKED, OWN)).toEqual({
    kind: 'left-out',
    reason: 'it blocks us: have that undone, then resume --relay one.',
  });
  for (const at of [0, 0.3, 0.9]) expect(await relayOf(at)).toMatchObject({ relay: 'two' });
  expect(await resumeRelay(books, 'one', 'Jo')).toBe(true);
  expect(await resumeRelay(books, 'one', 'Jo')).toBe(false);
  expect(await relayOf(0)).toEqual({ relay: 'one', fence: 3 });
  const entries = await auditEntries(books.db);
  expect(entries.map(({ who, action }) => `${who}: ${action}`).slice(-4)).toEqual([
    'a worker: relay-joined',
    'a worker: relay-joined',
    'the breaker: relay-left-out',
    'Jo: relay-taken-in',
  ]);
});

test('a claim that is being made holds off the leaving out, so that none of before commits after it (I2)', async () => {
  const leaving = await books.db.transaction().execute(async (claiming) => {
    expect(await mayLaneSend({ ...books, db: claiming })).toMatchObject({ relay: FIRST });
    const waiting = leaveOut(books, FIRST, BLOCKED, OWN);
    await untilLockWait(ledger.database, (statement) => /closed_at/.test(statement));
    expect(await stateOf('one')).toBe('in');
    return { waiting };
  });
  await leaving.waiting;
  expect(await stateOf('one')).toBe('out');
});

test('what a claim of before meets counts for nothing once somebody has changed the relay since', async () => {
  await pauseRelay(books, 'one', { by: 'Jo', reason: 'x' });
  await resumeRelay(books, 'one', 'Jo');
  expect(await leaveOut(books, FIRST, BLOCKED, OWN)).toBeNull();
  expect(await stateOf('one')).toBe('in');
  expect((await readGate(books)).gate).toBe('open');
});

test.each([
  ['none is left', { words: undefined }, { words: undefined }, /^Relay two, the last one\. it blocks us/],
  [
    'both say the same',
    { words: 'same' },
    { words: 'same' },
    /^Two relays \(one, two\) say the same, so it is the mail\. it blocks/,
  ],
])('the gate closes when %s, and the second stays in', async (_, first, second, words) => {
  expect(await leaveOut(books, FIRST, { ...BLOCKED, ...first }, OWN)).toMatchObject({ kind: 'left-out' });
  expect(await leaveOut(books, { relay: 'two', fence: 1 }, { ...BLOCKED, ...second }, OWN)).toMatchObject({
    kind: 'gate-closed',
    reason: expect.stringMatching(words),
  });
  expect(await readGate(books)).toMatchObject({ gate: 'closed', by: 'the breaker' });
  expect([await stateOf('one'), await stateOf('two')]).toEqual(['out', 'in']);
});

test('a third relay is no help where two say the same within a quarter of an hour; later it is', async () => {
  await joinRelays(books, [{ name: 'three', address: 'three.test:25' }], 'a worker');
  const own = [...OWN, 'three'];
  const same = { ...BLOCKED, words: '554 5.6.0 header' };
  await leaveOut(books, FIRST, same, own);
  await sql`UPDATE relays SET since = since - INTERVAL 901 SECOND`.execute(books.db);
  expect(await leaveOut(books, { relay: 'two', fence: 1 }, same, own)).toMatchObject({ kind: 'left-out' });
  expect(await leaveOut(books, { relay: 'three', fence: 1 }, same, own)).toMatchObject({
    kind: 'gate-closed',
    reason: expect.stringMatching(/^Two relays \(two, three\) say the same/),
  });
});

test('a relay of which only another worker has the address does not count as one that is left', async () => {
  expect(await leaveOut(books, FIRST, BLOCKED, ['one'])).toMatchObject({
    kind: 'gate-closed',
    reason: expect.stringMatching(/^Relay one, the last one/),
  });
});

test('the last one is not left out by hand, and a worker whose relays all are closes the gate (I7)', async () => {
  expect(await pauseRelay(books, 'one', { by: 'Jo', reason: 'x' })).toBeNull();
  expect(await pauseRelay(books, 'two', { by: 'Jo', reason: 'x' })).toBe('last');
  expect(await closeWithoutRelay(books, OWN)).toBeNull();
  books.relays = { ...books.relays, own: ['one'], ready: [] };
  expect(await claim()).toEqual({ kind: 'no-relay' });
  expect(await closeWithoutRelay(books, ['one'])).toMatch(
    /^Every relay of a worker .*: one\..*resume --relay NAME/,
  );
  expect(await claim()).toMatchObject({ kind: 'gate-closed' });
});

test('one that got a name is the same relay: its row takes the name over, on the record, and stays left out where it was (C112)', async () => {
  const unnamed = { name: 'three.test:25', address: 'three.test:25' };
  const named = { ...unnamed, name: 'three' };
  await joinRelays(books, [unnamed], 'a worker');
  await leaveOut(books, { relay: unnamed.name, fence: 1 }, BLOCKED, [...OWN, unnamed.name]);
  const before = (await readRelays(books)).find(({ relay }) => relay === unnamed.name)!;
  const known = await joinRelays(books, [named], 'another');
  expect(known.map(({ relay }) => relay)).toEqual(['one', 'two', 'three']);
  expect(known[2]).toEqual({ ...before, relay: 'three', fence: before.fence + 1 });
  // A worker that still has the old name finds it by that, and the name does not go back and forth.
  expect(await joinRelays(books, [unnamed], 'a worker')).toEqual(known);
  // What a claim of before meets is no news of it.
  expect(await leaveOut(books, { relay: unnamed.name, fence: 2 }, BLOCKED, [unnamed.name])).toBeNull();
  expect((await readGate(books)).gate).toBe('open');
  const { detail } = (await auditEntries(books.db)).at(-1)!;
  expect(JSON.parse(detail)).toEqual({ relay: 'three', was: unnamed.name });
});

test('what it took under the name of before counts for it', async () => {
  const unnamed = { name: 'three.test:25', address: 'three.test:25' };
  await joinRelays(books, [unnamed], 'a worker');
  books.relays = { own: [unnamed.name], ready: [{ relay: unnamed.name, weight: 1 }], at: 0 };
  for (const name of [unnamed.name, 'three']) {
    await joinRelays(books, [{ ...unnamed, name }], 'a worker');
    books.relays = { own: [name], ready: [{ relay: name, weight: 1 }], at: 0 };
    await claim();
    await sql`UPDATE notices SET state = 'sent', settled_at = UTC_TIMESTAMP(3), reply_code = 250 WHERE state = 'sending'`.execute(
      books.db,
    );
  }
  expect(await countByRelay(books)).toEqual([{ relay: 'three', sent: 10, inDoubt: 0 }]);
});

test('the last one is the last one by whatever name it was called before (I7)', async () => {
  const single = await ownLedger('relaynamed', 1);
  const unnamed = { name: 'a.test:25', address: 'a.test:25' };
  await joinRelays(single.books, [unnamed], 'w');
  await joinRelays(single.books, [{ ...unnamed, name: 'one' }], 'w');
  expect(await pauseRelay(single.books, 'one', { by: 'Jo', reason: 'x' })).toBe('last');
  await single.drop();
});

test('a worker amid its slice that has the name of before closes no gate: its next slice finds the relay', async () => {
  const unnamed = { name: 'three.test:25', address: 'three.test:25' };
  await joinRelays(books, [unnamed], 'a worker');
  await joinRelays(books, [{ ...unnamed, name: 'three' }], 'another');
  expect(await closeWithoutRelay(books, [unnamed.name])).toBeNull();
  expect((await readGate(books)).gate).toBe('open');
});

test('two names for one address that are given together stay two', async () => {
  const both = ['three', 'four'].map((name) => ({ name, address: 'three.test:25' }));
  await joinRelays(books, [{ name: 'three.test:25', address: 'three.test:25' }], 'a worker');
  const known = await joinRelays(books, both, 'another');
  expect(known.map(({ relay }) => relay)).toEqual(['one', 'two', 'three.test:25', 'three', 'four']);
});

test('a relay with which the lane has no session is not chosen', async () => {
  books.relays = { ...books.relays, ready: [{ relay: 'two', weight: 1 }] };
  expect(await relayOf(0)).toMatchObject({ relay: 'two' });
  books.relays = { ...books.relays, ready: [] };
  expect(await claim()).toEqual({ kind: 'no-session' });
});

test('workers that join at once have one row and one number for each; one alone is not on the record', async () => {
  const five = ['a', 'b', 'c', 'd', 'e'].map((name) => ({ name, address: `${name}.test:25` }));
  await Promise.all([five, [...five].reverse(), five].map((own, i) => joinRelays(books, own, `w${i}`)));
  const known = await readRelays(books);
  expect(known.map(({ number }) => number)).toEqual([1, 2, 3, 4, 5, 6, 7]);
  const single = await ownLedger('relayalone', 1);
  await joinRelays(single.books, [five[0]!], 'w');
  expect((await auditEntries(single.books.db)).map(({ action }) => action)).not.toContain('relay-joined');
  await single.drop();
});

test('each relay has sessions of its own, the first under the names of before', async () => {
  const slots = [0, 1];
  const [mine, others] = [randomUUID(), randomUUID()];
  expect(await takeSlots(books, { relay: 1, slots }, mine)).toBe(true);
  expect(await takeSlots(books, { relay: 2, slots }, others)).toBe(true);
  expect(await takeSlots(books, { relay: 2, slots }, mine)).toBe(false);
  const { rows } = await sql<{ lane: string }>`
    SELECT lane FROM lanes WHERE lane LIKE 'session%' ORDER BY lane`.execute(books.db);
  expect(rows.map(({ lane }) => lane)).toEqual(['session-1', 'session-2', 'session-2-1', 'session-2-2']);
});
