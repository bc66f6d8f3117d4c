import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { surveyNotices, toldBeforeExpiry } from '../../src/books/balance';
import { type Claimed, claimNotices } from '../../src/books/claim';
import { type Settlement, settleClaim } from '../../src/books/settle-claim';
import { type OwnLedger, ownLedger, refOf } from './own-ledger';

let ledger: OwnLedger;
beforeEach(async () => {
  ledger = await ownLedger('balance', 5);
});
afterEach(() => ledger.drop());

async function settleAs(settlements: Settlement[]): Promise<void> {
  const context = await ledger.claimIn('notify-1', { batchLimit: 5 });
  const claim = (await claimNotices(context, { after: null, upTo: '50' }, randomUUID())) as Claimed;
  await settleClaim(ledger.books, refOf(claim), settlements);
}

const putOff = (customerId: string, retryAfterSeconds: number): Settlement => ({
  customerId,
  state: 'deferred',
  replyCode: 452,
  replyText: '4.2.2 full',
  reason: 'rcpt 4.2.2',
  retryAfterSeconds,
});

test('who is due is counted among those who were put off, beside whatever else is open (I1)', async () => {
  await settleAs([
    putOff('10', 0),
    putOff('20', 600),
    { customerId: '30', state: 'released' },
    { customerId: '40', state: 'sent', replyCode: 250, queueId: 'Q' },
    { customerId: '50', state: 'in_doubt' },
  ]);
  const { due, nextRetryAt, notices, lastSentAt } = await surveyNotices(ledger.books, 'notice');
  expect(notices).toEqual({ deferred: 2, released: 1, sent: 1, in_doubt: 1 });
  expect(due).toBe(1);
  const wait = Date.parse(nextRetryAt!) - Date.parse(lastSentAt!);
  expect(wait / 60_000).toBeCloseTo(10, 1);
});

test.each([
  ['half a second ahead is not early: one moment may be rounded twice', 500, 0],
  ['two seconds ahead is early', 2_000, 1],
  ['ten minutes ahead is early', 600_000, 1],
])("a notice whose claim stands before its customer's expiry: %s (I4)", async (_, milliseconds, early) => {
  await settleAs([]);
  await sql`UPDATE cohort k JOIN notices n ON n.incident = k.incident AND n.customer_id = k.customer_id
    SET k.expired_at = n.claimed_at + INTERVAL ${milliseconds * 1_000} MICROSECOND WHERE k.customer_id = 30`.execute(
    ledger.database.db,
  );
  expect(await toldBeforeExpiry(ledger.books, 'notice')).toBe(early);
});
