import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { neverSettles, toFailure } from '../../src/activities/failure';
import { checkBooks, surveyNotices } from '../../src/books/balance';
import { candidatesQuery } from '../../src/books/candidates';
import { type Claimed, type ClaimResult, claimNotices } from '../../src/books/claim';
import { setRate } from '../../src/books/incident-decisions';
import { ClaimLostError, settleClaim } from '../../src/books/settle-claim';
import { decideInDoubt, listInDoubt } from '../../src/books/settle-doubt';
import { releaseUnacknowledged, sweepLeases } from '../../src/books/unsettled-claims';
import { problemWords } from '../../src/incident/books-problems';
import { auditEntries } from '../audit-entries';
import { explained, type OwnLedger, ownLedger, refOf } from './own-ledger';

const all = { after: null, upTo: '999999' };
let ledger: OwnLedger;
beforeEach(async () => {
  ledger = await ownLedger('claim', 50);
});
afterEach(() => ledger.drop());

const ids = (claim: ClaimResult) => (claim as Claimed).customers.map((customer) => customer.customerId);
const states = async () => (await surveyNotices(ledger.books, 'notice')).notices;

test('a claim takes the next customers in key order and says where it stands', async () => {
  const context = await ledger.claimIn('notify-1', { batchLimit: 3 });
  const first = (await claimNotices(context, all, randomUUID())) as Claimed;
  expect(ids(first)).toEqual(['10', '20', '30']);
  expect(first).toMatchObject({ at: '30', rangeDone: false });
  expect(first.customers[0]).toEqual({
    customerId: '10',
    disposition: 'expired',
    present: true,
    setAsideBefore: false,
    email: 'c10@example.test',
    name: 'N10',
    language: 'en',
    country: null,
    region: null,
    unreminded: null,
    deferredForSeconds: 0,
    refusedBefore: false,
    waitsFor: null,
    address: 'c10@example.test',
  });
  const last = (await claimNotices(
    { ...context, batchLimit: 100 },
    { after: '30', upTo: '60' },
    randomUUID(),
  )) as Claimed;
  expect(ids(last)).toEqual(['40', '50', '60']);
  expect(last).toMatchObject({ at: '60', rangeDone: true });
});

test('many claims at once over one range: everybody is claimed once, nobody twice (I1, I2)', async () => {
  const claimedIds: string[] = [];
  const lane = async (name: string) => {
    const context = await ledger.claimIn(name, { batchLimit: 3 });
    for (;;) {
      const claim = (await claimNotices(context, all, randomUUID())) as Claimed;
      claimedIds.push(...ids(claim));
      if (claim.rangeDone && claim.customers.length === 0) return;
    }
  };
  await Promise.all(['a', 'b', 'c', 'd', 'e'].map(lane));
  expect(claimedIds.length).toBe(50);
  expect(new Set(claimedIds).size).toBe(50);
});

test('an attempt whose lane was taken over claims nothing', async () => {
  const zombie = await ledger.claimIn('notify-1');
  await ledger.claimIn('notify-1');
  expect(await claimNotices(zombie, all, randomUUID())).toEqual({ kind: 'lane-lost' });
  expect(await states()).toEqual({});
});

test('another server than the one on which the incident began is refused', async () => {
  const context = await ledger.claimIn('notify-1');
  await sql`UPDATE incidents SET server_identity = 'another'`.execute(ledger.database.db);
  expect(await claimNotices(context, all, randomUUID())).toEqual({ kind: 'other-server' });
});

test('the rate holds a lane back, also for its next attempt', async () => {
  await setRate(ledger.books, 1, 'tester');
  const context = await ledger.claimIn('notify-1');
  expect(ids(await claimNotices(context, all, randomUUID()))).toEqual(['10']);
  expect(await claimNotices(context, all, randomUUID())).toMatchObject({ kind: 'wait' });
  const retry = await ledger.claimIn('notify-1');
  const wait = await claimNotices(retry, all, randomUUID());
  expect(wait).toMatchObject({ kind: 'wait' });
});

test('a lane that lay idle does not make up for it: the relay would get an hour at once', async () => {
  await setRate(ledger.books, 1, 'tester');
  const context = await ledger.claimIn('notify-1');
  await sql`UPDATE lanes SET next_send_at = next_send_at - INTERVAL 1 HOUR`.execute(ledger.database.db);
  expect(ids(await claimNotices(context, all, randomUUID()))).toEqual(['10']);
  expect(await claimNotices(context, all, randomUUID())).toMatchObject({ kind: 'wait' });
});

test('who cannot be mailed is skipped with the reason, a deleted customer too, and nobody stops the others', async () => {
  const { db, companySchema } = ledger.database;
  await sql`UPDATE ${sql.id(companySchema, 'customers')} SET email = NULL WHERE id = 20`.execute(db);
  await sql`DELETE FROM ${sql.id(companySchema, 'customers')} WHERE id = 30`.execute(db);
  const context = await ledger.claimIn('notify-1', {
    decide: ({ present, email }) =>
      present && email
        ? { address: email, contentHash: Buffer.alloc(8) }
        : { skip: present ? 'no-address' : 'customer-deleted' },
  });
  const claim = (await claimNotices(context, { after: null, upTo: '40' }, randomUUID())) as Claimed;
  expect(ids(claim)).toEqual(['10', '40']);
  expect(claim.skipped).toEqual({ 'no-address': 1, 'customer-deleted': 1 });
  expect(await states()).toEqual({ sending: 2, skipped: 2 });
});

test('a batch in which nobody can be mailed is not the end of the range (C38)', async () => {
  const context = await ledger.claimIn('notify-1', { batchLimit: 5, decide: () => ({ skip: 'no-address' }) });
  const claim = (await claimNotices(context, all, randomUUID())) as Claimed;
  expect(claim).toMatchObject({ claimId: null, customers: [], at: '50', rangeDone: false });
});

test('outcomes settle, released and due ones are claimed again, sent ones never (I2)', async () => {
  const context = await ledger.claimIn('notify-1', { batchLimit: 6 });
  const claim = (await claimNotices(context, all, randomUUID())) as Claimed;
  const settled = await settleClaim(ledger.books, refOf(claim), [
    { customerId: '10', state: 'sent', replyCode: 250, queueId: 'Q1' },
    {
      customerId: '20',
      state: 'failed',
      replyCode: 550,
      replyText: 'no such user',
      reason: 'address-refused',
    },
    {
      customerId: '30',
      state: 'deferred',
      replyCode: 451,
      replyText: 'later',
      reason: 'put-off',
      retryAfterSeconds: 0,
    },
    { customerId: '40', state: 'released' },
    { customerId: '50', state: 'in_doubt' },
    { customerId: '60', state: 'skipped', reason: 'smtputf8-not-offered' },
  ]);
  expect(settled).toEqual({ sent: 1, failed: 1, deferred: 1, released: 1, in_doubt: 1, skipped: 1 });
  const again = (await claimNotices(context, { after: null, upTo: '60' }, randomUUID())) as Claimed;
  expect(ids(again)).toEqual(['30', '40']);
  const { rows: attempts } = await sql`
    SELECT attempt, state FROM notices WHERE customer_id IN (30, 40)`.execute(ledger.database.db);
  expect(attempts).toEqual([
    { attempt: 2, state: 'sending' },
    { attempt: 2, state: 'sending' },
  ]);
});

test('a deferred notice tells how long it has been put off', async () => {
  const context = await ledger.claimIn('notify-1', { batchLimit: 1 });
  const claim = (await claimNotices(context, { after: null, upTo: '10' }, randomUUID())) as Claimed;
  await settleClaim(ledger.books, refOf(claim), [
    {
      customerId: '10',
      state: 'deferred',
      replyCode: 451,
      replyText: 'later',
      reason: 'put-off',
      retryAfterSeconds: 0,
    },
  ]);
  await sql`UPDATE notices SET first_deferred_at = first_deferred_at - INTERVAL 2 HOUR`.execute(
    ledger.database.db,
  );
  const again = (await claimNotices(context, { after: null, upTo: '10' }, randomUUID())) as Claimed;
  expect(again.customers[0]).toMatchObject({ deferredForSeconds: 7200 });
});

test('what was due or free and was not asked about has not been put off meanwhile: a pause of three days costs nobody a try', async () => {
  const { db } = ledger.database;
  const context = await ledger.claimIn('notify-1', { batchLimit: 1 });
  const claimed = async () =>
    (await claimNotices(context, { after: null, upTo: '10' }, randomUUID())) as Claimed;
  const refusal = { replyCode: 451, replyText: 'later', reason: 'put-off', retryAfterSeconds: 600 };
  await settleClaim(ledger.books, refOf(await claimed()), [
    { customerId: '10', state: 'deferred', ...refusal },
  ]);
  const pass = (hours: number) =>
    sql`
    UPDATE notices SET claimed_at = claimed_at - INTERVAL ${hours} HOUR, settled_at = settled_at - INTERVAL ${hours} HOUR, retry_at = retry_at - INTERVAL ${hours} HOUR,
      first_deferred_at = first_deferred_at - INTERVAL ${hours} HOUR`.execute(db);
  for (const hours of [72, 2, 5]) {
    await pass(hours);
    const again = await claimed();
    expect([hours, again.customers[0]!.deferredForSeconds]).toEqual([hours, 600]);
    await settleClaim(ledger.books, refOf(again), [{ customerId: '10', state: 'released' }]);
  }
  await settleClaim(ledger.books, refOf(await claimed()), [
    { customerId: '10', state: 'deferred', ...refusal },
  ]);
  await pass(1);
  expect((await claimed()).customers[0]!.deferredForSeconds).toBe(1_200);
});

test('the time from a claim until it is given back is no wait for the relay: in doubt over a weekend, then free by the journal', async () => {
  const { db } = ledger.database;
  const context = await ledger.claimIn('notify-1', { batchLimit: 1 });
  const claimed = async () =>
    (await claimNotices(context, { after: null, upTo: '10' }, randomUUID())) as Claimed;
  const refusal = { replyCode: 451, replyText: 'later', reason: 'put-off', retryAfterSeconds: 0 };
  await settleClaim(ledger.books, refOf(await claimed()), [
    { customerId: '10', state: 'deferred', ...refusal },
  ]);
  for (let weekend = 1; weekend <= 3; weekend++) {
    const again = await claimed();
    expect(again.customers[0]!.deferredForSeconds).toBe(0);
    await sql`
      UPDATE notices SET claimed_at = claimed_at - INTERVAL 73 HOUR,
        first_deferred_at = first_deferred_at - INTERVAL 73 HOUR`.execute(db);
    await settleClaim(ledger.books, refOf(again), [{ customerId: '10', state: 'released' }]);
  }
});

test('whom an operator has sent to again out of doubt begins to wait anew', async () => {
  const context = await ledger.claimIn('notify-1', { batchLimit: 1 });
  const claimed = async () =>
    (await claimNotices(context, { after: null, upTo: '10' }, randomUUID())) as Claimed;
  const refusal = { replyCode: 451, replyText: 'later', reason: 'put-off', retryAfterSeconds: 0 };
  await settleClaim(ledger.books, refOf(await claimed()), [
    { customerId: '10', state: 'deferred', ...refusal },
  ]);
  await sql`UPDATE notices SET first_deferred_at = first_deferred_at - INTERVAL 80 HOUR`.execute(
    ledger.database.db,
  );
  await settleClaim(ledger.books, refOf(await claimed()), [{ customerId: '10', state: 'in_doubt' }]);
  await decideInDoubt(ledger.books, 'notice', { decision: 'resend', by: 'Ann', reason: 'the log lacks it' });
  expect((await claimed()).customers[0]!.deferredForSeconds).toBe(0);
});

test('who was put off is claimed again once it is due, not before', async () => {
  const context = await ledger.claimIn('notify-1', { batchLimit: 1 });
  const claim = (await claimNotices(context, { after: null, upTo: '10' }, randomUUID())) as Claimed;
  const refusal = { replyCode: 451, replyText: 'later', reason: 'put-off', retryAfterSeconds: 600 };
  await settleClaim(ledger.books, refOf(claim), [{ customerId: '10', state: 'deferred', ...refusal }]);
  const next = async () => ids(await claimNotices(context, { after: null, upTo: '10' }, randomUUID()));
  expect(await next()).toEqual([]);
  await sql`UPDATE notices SET retry_at = retry_at - INTERVAL 600 SECOND`.execute(ledger.database.db);
  expect(await next()).toEqual(['10']);
});

test('a lease that ran out leaves its customers in doubt, and a late 250 still settles them', async () => {
  const { db } = ledger.database;
  const context = await ledger.claimIn('notify-1', { batchLimit: 2, leaseSeconds: 600 });
  const claim = (await claimNotices(context, all, randomUUID())) as Claimed;
  expect(await sweepLeases(ledger.books)).toBe(0);
  await sql`UPDATE claims SET claimed_at = claimed_at - INTERVAL 600 SECOND, lease_until = lease_until - INTERVAL 600 SECOND`.execute(
    db,
  );
  expect(await sweepLeases(ledger.books)).toBe(2);
  const next = (await claimNotices(context, { after: null, upTo: '30' }, randomUUID())) as Claimed;
  expect(ids(next)).toEqual(['30']);
  await settleClaim(ledger.books, refOf(claim), [
    { customerId: '10', state: 'sent', replyCode: 250, queueId: 'Q1' },
    { customerId: '20', state: 'in_doubt' },
  ]);
  expect(await states()).toEqual({ sent: 1, in_doubt: 1, sending: 1 });
});

test('outcomes never settle under the number of a claim with another token: that number was given away again (I2)', async () => {
  const context = await ledger.claimIn('notify-1', { batchLimit: 1 });
  const otherClaim = (await claimNotices(context, all, randomUUID())) as Claimed;
  const foreign = { ...refOf(otherClaim), token: randomUUID() };
  await expect(
    settleClaim(ledger.books, foreign, [{ customerId: '10', state: 'sent', replyCode: 250, queueId: 'Q' }]),
  ).rejects.toThrow(ClaimLostError);
  expect(await states()).toEqual({ sending: 1 });
  const { rows: claims } = await sql`SELECT settled FROM claims`.execute(ledger.database.db);
  expect(claims).toEqual([{ settled: 0 }]);
});

test('a claim that is not mine any more is not settled by me', async () => {
  const context = await ledger.claimIn('notify-1', { batchLimit: 1 });
  const mine = (await claimNotices(context, all, randomUUID())) as Claimed;
  await settleClaim(ledger.books, refOf(mine), [{ customerId: '10', state: 'released' }]);
  const otherClaim = (await claimNotices(context, { after: null, upTo: '10' }, randomUUID())) as Claimed;
  expect(otherClaim.claimId).not.toBe(mine.claimId);
  expect(
    await settleClaim(ledger.books, refOf(mine), [
      { customerId: '10', state: 'sent', replyCode: 250, queueId: 'Q' },
    ]),
  ).toEqual({});
  expect(await states()).toEqual({ sending: 1 });
});

test('a claim whose acknowledgement was lost is found by its token and released', async () => {
  const context = await ledger.claimIn('notify-1', { batchLimit: 2 });
  const token = randomUUID();
  await claimNotices(context, all, token);
  await releaseUnacknowledged(context, randomUUID());
  expect(await states()).toEqual({ sending: 2 });
  await releaseUnacknowledged(context, token);
  expect(await states()).toEqual({ released: 2 });
});

test('a claim reads the range only, by primary keys (EXPLAIN)', async () => {
  const { db, companySchema } = ledger.database;
  const more = Array.from({ length: 6_000 }, (_, i) => 1_000 + i);
  await sql`INSERT INTO ${sql.id(companySchema, 'customers')} (id) VALUES ${sql.join(more.map((id) => sql`(${id})`))}`.execute(
    db,
  );
  await sql`INSERT INTO cohort (incident, customer_id, password, expired_at) SELECT ${ledger.incident}, id, 'none', UTC_TIMESTAMP(6)
    FROM ${sql.id(companySchema, 'customers')} WHERE id >= 1000`.execute(db);
  await sql`ANALYZE TABLE cohort, notices`.execute(db);
  const query = candidatesQuery(await ledger.claimIn('notify-1'), { after: '5000', upTo: '5600' }, 200);
  const rows = await explained(db, query);
  expect(rows.map(({ table, type, key }) => [table, type, key])).toEqual([
    ['k', 'range', 'PRIMARY'],
    ['n', 'eq_ref', 'PRIMARY'],
    ['c', 'eq_ref', 'PRIMARY'],
  ]);
  expect(Number(rows[0]!.rows)).toBeLessThan(1_000);
});

test('ids above 2^53 stay apart (C31)', async () => {
  const { db, companySchema } = ledger.database;
  const big = ['9007199254740992', '9007199254740993', '18446744073709551615'];
  for (const id of big) {
    await sql`INSERT INTO ${sql.id(companySchema, 'customers')} (id, email) VALUES (${BigInt(id)}, 'big@example.test')`.execute(
      db,
    );
    await sql`INSERT INTO cohort (incident, customer_id, password, expired_at) VALUES (${ledger.incident}, ${BigInt(id)}, 'none', UTC_TIMESTAMP(6))`.execute(
      db,
    );
  }
  const context = await ledger.claimIn('notify-1', { batchLimit: 1 });
  const range = { after: '1000', upTo: '18446744073709551615' };
  for (const id of big) {
    const claim = (await claimNotices(context, range, randomUUID())) as Claimed;
    expect(ids(claim)).toEqual([id]);
    await settleClaim(ledger.books, refOf(claim), [
      { customerId: id, state: 'sent', replyCode: 250, queueId: 'Q' },
    ]);
  }
  expect(await states()).toEqual({ sent: 3 });
});

test.each([
  ['sent without a 2xx reply', sql`UPDATE notices SET state = 'sent', settled_at = NOW()`],
  ['sent with a refusal', sql`UPDATE notices SET state = 'sent', settled_at = NOW(), reply_code = 550`],
  ['sending without its claim', sql`UPDATE notices SET claim_id = NULL`],
  ['failed without a reason', sql`UPDATE notices SET state = 'failed', settled_at = NOW()`],
  [
    'deferred without a time to try again',
    sql`UPDATE notices SET state = 'deferred', settled_at = NOW(), reason = 'x'`,
  ],
  ['settled and in doubt', sql`UPDATE notices SET state = 'in_doubt', settled_at = NOW()`],
])('the schema itself refuses a notice that is %s', async (_, statement) => {
  const context = await ledger.claimIn('notify-1', { batchLimit: 1 });
  await claimNotices(context, all, randomUUID());
  const refusal = await statement.execute(ledger.database.db).catch((error) => error);
  expect(refusal).toMatchObject({ sqlState: expect.stringMatching(/^(23000|HY000)$/) });
  // By whichever name the driver calls it: MariaDB's number is another error's of MySQL.
  expect([neverSettles(refusal), toFailure(refusal).type]).toEqual([true, 'ER_CHECK_CONSTRAINT_VIOLATED']);
});

test('the books name everything that does not add up (I1, I4)', async () => {
  const { db } = ledger.database;
  const context = await ledger.claimIn('notify-1', { batchLimit: 4 });
  const claim = (await claimNotices(context, all, randomUUID())) as Claimed;
  await settleClaim(ledger.books, refOf(claim), [
    { customerId: '10', state: 'sent', replyCode: 250, queueId: 'Q1' },
    { customerId: '20', state: 'in_doubt' },
    { customerId: '30', state: 'released' },
  ]);
  await sql`DELETE FROM cohort WHERE customer_id = 10`.execute(db);
  expect(
    (await checkBooks(ledger.books, 'notice')).map((problem) => problemWords(problem).slice(0, 30)),
  ).toEqual([
    '46 of the cohort have no notic',
    '1 are being sent at this momen',
    '1 were released (by a pause, a',
    '1 are in doubt: the relay may ',
    '1 notices belong to nobody in ',
  ]);
});

test('those in doubt are sent again or left by a recorded decision only (I2, I6)', async () => {
  const { db } = ledger.database;
  const context = await ledger.claimIn('notify-1', { batchLimit: 3 });
  const claim = (await claimNotices(context, all, randomUUID())) as Claimed;
  const doubtful = ['10', '20', '30'].map((customerId) => ({ customerId, state: 'in_doubt' as const }));
  await settleClaim(ledger.books, refOf(claim), doubtful);
  expect((await listInDoubt(ledger.books, 'notice', 2)).map((notice) => notice.customerId)).toEqual([
    '10',
    '20',
  ]);
  const decide = (decision: 'resend' | 'leave', customerId?: string) =>
    decideInDoubt(ledger.books, 'notice', {
      decision,
      by: 'ann',
      reason: 'the relay says so',
      ...(customerId === undefined ? {} : { customerId }),
    });
  expect(await decide('resend', '20')).toBe(1);
  expect(await decide('leave')).toBe(2);
  expect(await decide('leave')).toBe(0);
  expect(await states()).toEqual({ released: 1, left: 2 });
  const entries = await auditEntries(db);
  expect(entries.slice(2)).toEqual([
    { who: 'ann', action: 'in-doubt-resend', detail: '{"customers":1,"reason":"the relay says so"}' },
    { who: 'ann', action: 'in-doubt-leave', detail: '{"customers":2,"reason":"the relay says so"}' },
  ]);
});
