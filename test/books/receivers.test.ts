import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { checkBooks, surveyNotices } from '../../src/books/balance';
import { candidatesQuery } from '../../src/books/candidates';
import { type Claimed, claimNotices, type LaneBooks } from '../../src/books/claim';
import { IncidentOverError } from '../../src/books/incident-decisions';
import { listReceivers } from '../../src/books/list-receivers';
import {
  type Probe,
  pauseReceiver,
  putAside,
  readReceivers,
  resumeReceiver,
  settleTry,
  takeTry,
} from '../../src/books/receivers';
import { settleClaim } from '../../src/books/settle-claim';
import { auditEntries } from '../audit-entries';
import { closeAgo, explained, type OwnLedger, ownLedger, refOf } from './own-ledger';

const all = { after: null, upTo: '999999' };
const REFUSED = { code: 550, said: '550 5.7.1, not allowed', customers: 10 };
const STEER = { by: 'Jo', recorded: 'big.test' };
let ledger: OwnLedger;
let books: LaneBooks;
beforeEach(async () => {
  ledger = await ownLedger('receivers', 40);
  // Every other one of 40.
  const { db, companySchema } = ledger.database;
  await sql`UPDATE ${sql.id(companySchema, 'customers')} SET email = CONCAT('c', id, '@big.test') WHERE id % 20 = 0`.execute(
    db,
  );
  books = await ledger.claimIn('notify-1');
});
afterEach(() => ledger.drop());

const claim = async (context = books) => (await claimNotices(context, all, randomUUID())) as Claimed;
const domainsIn = ({ customers }: Claimed) => {
  const counts: Record<string, number> = {};
  for (const { address } of customers) {
    const domain = address.split('@')[1]!;
    counts[domain] = (counts[domain] ?? 0) + 1;
  }
  return counts;
};
const survey = () => surveyNotices(ledger.books, 'notice');
const states = async () => (await survey()).notices;
const big = async () => (await readReceivers(books)).find(({ receiver }) => receiver === 'big.test')!;
/** The time of the next try has come. */
const comes = () =>
  sql`UPDATE receivers SET next_try_at = UTC_TIMESTAMP(6) - INTERVAL 1 SECOND WHERE state = 'aside'`.execute(
    books.db,
  );
/** Those who wait have waited so long. */
const wait = (seconds: number) =>
  sql`UPDATE notices SET first_deferred_at = first_deferred_at - INTERVAL ${seconds} SECOND,
    retry_at = retry_at - INTERVAL ${seconds} SECOND WHERE state = 'deferred'`.execute(books.db);
const probeOf = ({ probes }: Claimed): Probe => [...probes.values()][0]!;
const settled = (taken: Claimed, state: 'sent' | 'deferred') =>
  settleClaim(
    ledger.books,
    refOf(taken),
    taken.customers.map(({ customerId }) =>
      state === 'sent'
        ? { customerId, state, replyCode: 250, queueId: 'Q' }
        : {
            customerId,
            state,
            replyCode: 550,
            replyText: 'no',
            reason: 'rcpt 5.7.1',
            retryAfterSeconds: 300,
          },
    ),
  );

test('of a receiver that is aside nobody is claimed, the others are, and the books say for whom each waits (C98)', async () => {
  expect(await putAside(books, 'big.test', REFUSED)).toBe(1);
  const claimed = await claim();
  expect(domainsIn(claimed)).toEqual({ 'example.test': 20 });
  expect(claimed).toMatchObject({ keptBack: 20, at: '999999', rangeDone: true });
  const seen = await survey();
  expect(seen).toMatchObject({ notices: { sending: 20, deferred: 20 }, missing: 0, due: 0 });
  expect(seen.receivers).toMatchObject([{ receiver: 'big.test', customers: 20, reason: REFUSED.said }]);
  expect(seen.nextRetryAt).toBe((await big()).nextTryAt);
  expect(await checkBooks(ledger.books, 'notice')).toMatchObject([{ kind: 'sending' }, { kind: 'deferred' }]);
  expect((await auditEntries(books.db)).at(-1)).toMatchObject({
    who: 'the breaker',
    action: 'receiver-aside',
    detail: JSON.stringify({ receiver: 'big.test', customers: 10, reason: REFUSED.said }),
  });
});

test('they are left in peace: the next pass reads none of them, and writes nothing', async () => {
  await putAside(books, 'big.test', REFUSED);
  await settled(await claim(), 'sent');
  const rows = () => sql`SELECT * FROM notices ORDER BY customer_id`.execute(books.db);
  const before = await rows();
  expect(await claim()).toMatchObject({ customers: [], keptBack: 0, claimId: null });
  expect(await rows()).toEqual(before);
});

test('when the time comes one claim tries three, and no other lane any; taken: it opens, and everybody is due at once', async () => {
  await putAside(books, 'big.test', REFUSED);
  await settled(await claim(), 'sent');
  await comes();
  expect((await survey()).due).toBe(20);
  const other = await ledger.claimIn('notify-2');
  const [one, two] = await Promise.all([claim(), claim(other)]);
  expect([one.customers.length, two.customers.length].sort()).toEqual([0, 3]);
  const probing = one.customers.length === 3 ? one : two;
  expect([probing.probes.size, probing.keptBack]).toEqual([3, 0]);
  await settled(probing, 'sent');
  await settleTry(books, probeOf(probing), true);
  expect(await big()).toMatchObject({ state: 'open', nextTryAt: null });
  expect(await survey()).toMatchObject({ due: 17, receivers: [] });
  const rest = await claim();
  expect([domainsIn(rest), rest.probes.size]).toEqual([{ 'big.test': 17 }, 0]);
  await settled(rest, 'sent');
  expect(await states()).toEqual({ sent: 40 });
});

test('two lanes that saw the time come at once: one has the try', async () => {
  await putAside(books, 'big.test', REFUSED);
  await comes();
  const seen = await big();
  expect(await takeTry(books, seen)).toEqual({ receiver: 'big.test', fence: seen.fence + 1 });
  expect(await takeTry(books, seen)).toBeNull();
});

test('refused: the next try is later, nobody has failed, and who was tried waits with the others once due', async () => {
  await putAside(books, 'big.test', REFUSED);
  await settled(await claim(), 'sent');
  const first = await big();
  await comes();
  const probing = await claim();
  await settled(probing, 'deferred');
  await settleTry(books, probeOf(probing), false);
  const second = await big();
  expect(second.since).toBe(first.since);
  const { rows } = await sql<{ seconds: string }>`
    SELECT TIMESTAMPDIFF(SECOND, UTC_TIMESTAMP(6), next_try_at) AS seconds FROM receivers`.execute(books.db);
  expect(Number(rows[0]!.seconds)).toBeGreaterThan(890);
  await wait(300);
  expect(await claim()).toMatchObject({ customers: [], keptBack: 3 });
  expect(await survey()).toMatchObject({ notices: { sent: 20, deferred: 20 }, due: 0 });
});

test('a worker that dies with a try leaves it to the next one, in two minutes', async () => {
  await putAside(books, 'big.test', REFUSED);
  await comes();
  const dead = await claim();
  expect(dead.probes.size).toBe(3);
  expect(await big()).toMatchObject({ state: 'aside', isTryDue: false });
  const { rows } = await sql<{ seconds: string }>`
    SELECT TIMESTAMPDIFF(SECOND, UTC_TIMESTAMP(6), next_try_at) AS seconds FROM receivers`.execute(books.db);
  expect(Number(rows[0]!.seconds)).toBeGreaterThan(100);
  expect(Number(rows[0]!.seconds)).toBeLessThanOrEqual(120);
  await comes();
  expect((await claim()).probes.size).toBe(3);
  // It was only frozen: what it saw no longer counts.
  await settleTry(books, probeOf(dead), true);
  expect(await big()).toMatchObject({ state: 'aside' });
});

test('two workers that see the same put it aside once; ten receivers within a minute are counted', async () => {
  const both = await Promise.all([
    putAside(books, 'big.test', REFUSED),
    putAside(books, 'big.test', REFUSED),
  ]);
  expect(both.sort()).toEqual([1, null]);
  for (let i = 2; i <= 10; i++) expect(await putAside(books, `r${i}.test`, REFUSED)).toBe(i);
  const asides = (await auditEntries(books.db)).filter(({ action }) => action === 'receiver-aside');
  expect(asides).toHaveLength(10);
});

test('opened while a try is on its way: the refusal that comes then shuts nothing', async () => {
  await putAside(books, 'big.test', REFUSED);
  await comes();
  const probing = await claim();
  expect(await resumeReceiver(books, 'big.test', STEER)).toBe(true);
  await settleTry(books, probeOf(probing), false);
  expect(await big()).toMatchObject({ state: 'open', putBy: 'Jo' });
  expect(await resumeReceiver(books, 'big.test', STEER)).toBe(false);
});

test('paused while a try is on its way: the acceptance that comes then opens nothing', async () => {
  await putAside(books, 'big.test', REFUSED);
  await comes();
  const probing = await claim();
  await pauseReceiver(books, 'big.test', { ...STEER, reason: 'their postmaster asks' });
  await settleTry(books, probeOf(probing), true);
  expect(await big()).toMatchObject({ state: 'paused', reason: 'their postmaster asks', nextTryAt: null });
  // Nor does the breaker take it from whoever paused it.
  expect(await putAside(books, 'big.test', REFUSED)).toBeNull();
});

test('a pause waits for the claim that is under way, and then no claim takes a customer of it (I2)', async () => {
  let pausing: Promise<void> | null = null;
  const under = await ledger.claimIn('notify-2', {
    batchLimit: 4,
    decide: (candidate) => {
      pausing ??= pauseReceiver(ledger.books, 'big.test', { ...STEER, reason: 'x' });
      return books.decide(candidate);
    },
  });
  const before = await claim(under);
  expect(domainsIn(before)).toEqual({ 'example.test': 2, 'big.test': 2 });
  await pausing;
  expect(domainsIn(await claim())).toEqual({ 'example.test': 18 });
});

test('a paused receiver is waited for without end, and its time is nobody’s who waits', async () => {
  // Some were claimed, and given back.
  const before = await claim({ ...books, batchLimit: 8 });
  const givenBack = before.customers.map(({ customerId }) => ({ customerId, state: 'released' as const }));
  await settleClaim(ledger.books, refOf(before), givenBack);
  await pauseReceiver(books, 'big.test', { ...STEER, reason: 'x' });
  await settled(await claim(), 'sent');
  expect(await survey()).toMatchObject({ notices: { sent: 20, deferred: 20 }, due: 0, nextRetryAt: null });
  await wait(80 * 3_600);
  expect(await claim()).toMatchObject({ customers: [], keptBack: 0 });
  await resumeReceiver(books, 'big.test', STEER);
  expect((await survey()).due).toBe(20);
  const taken = await claim();
  expect(taken.customers).toHaveLength(20);
  expect(await settled(taken, 'deferred')).toEqual({ deferred: 20 });
  const { rows } = await sql<{ hours: string }>`
    SELECT MAX(TIMESTAMPDIFF(HOUR, first_deferred_at, UTC_TIMESTAMP(3))) AS hours FROM notices WHERE state = 'deferred'`.execute(
    books.db,
  );
  expect(Number(rows[0]!.hours)).toBe(0);
});

test('aside for as long as the file lets anybody wait: the receiver is asked about each before anybody has failed', async () => {
  await putAside(books, 'big.test', REFUSED);
  await settled(await claim(), 'sent');
  await wait(72 * 3_600 - 60);
  expect(await claim()).toMatchObject({ customers: [], keptBack: 0 });
  await wait(60);
  expect((await survey()).due).toBe(20);
  const last = await claim();
  expect([domainsIn(last), last.probes.size]).toEqual([{ 'big.test': 20 }, 0]);
});

test('a failover that lost the receiver loses nobody: whoever waits for it is due', async () => {
  await putAside(books, 'big.test', REFUSED);
  await settled(await claim(), 'sent');
  await sql`DELETE FROM receivers`.execute(books.db);
  expect(await survey()).toMatchObject({ due: 20, receivers: [] });
  expect(domainsIn(await claim())).toEqual({ 'big.test': 20 });
});

test('who has another address since is told there, once their receiver opens or their time is over', async () => {
  await putAside(books, 'big.test', REFUSED);
  await settled(await claim(), 'sent');
  const { db, companySchema } = ledger.database;
  await sql`UPDATE ${sql.id(companySchema, 'customers')} SET email = 'new@example.test' WHERE id = 20`.execute(
    db,
  );
  await wait(72 * 3_600);
  const late = await claim();
  expect(domainsIn(late)).toEqual({ 'example.test': 1, 'big.test': 19 });
});

test('the domains are counted by what became of each, those of a provider as one', async () => {
  const providers = { both: ['big.test', 'example.test'] };
  await putAside(books, 'big.test', REFUSED);
  await settled(await claim(), 'sent');
  const of = (names: Record<string, string[]>) =>
    listReceivers(books, { wave: 'notice', providers: names, most: 9, always: [] });
  const nothing = { refused: 0, putOff: 0 };
  expect(await of({})).toEqual([
    { receiver: 'big.test', customers: 20, told: 0, waiting: 20, ...nothing },
    { receiver: 'example.test', customers: 20, told: 20, waiting: 0, ...nothing },
  ]);
  expect(await of(providers)).toContainEqual({
    ...{ receiver: 'both', customers: 20, told: 20, waiting: 0, ...nothing },
  });
});

test('of a closed incident nothing is put aside, paused or resumed', async () => {
  await closeAgo(books, '1 DAY');
  await expect(putAside(books, 'big.test', REFUSED)).rejects.toThrow(IncidentOverError);
  await expect(pauseReceiver(books, 'big.test', { ...STEER, reason: 'x' })).rejects.toThrow(
    IncidentOverError,
  );
  await expect(resumeReceiver(books, 'big.test', STEER)).rejects.toThrow(IncidentOverError);
});

test('a claim reads no further than its range also while receivers are aside', async () => {
  await putAside(books, 'big.test', REFUSED);
  await pauseReceiver(books, 'example.test', { ...STEER, reason: 'x' });
  await claim();
  const query = candidatesQuery(
    books,
    { after: '100', upTo: '200' },
    10,
    'claimable',
    await readReceivers(books),
  );
  const plan = await explained(books.db, query);
  expect(plan.find(({ table }) => table === 'k')).toMatchObject({ type: 'range', key: 'PRIMARY' });
  expect(plan.find(({ table }) => table === 'n')!.type).toMatch(/ref|const/);
});
