import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { verifyAudit } from '../../src/books/audit-chain';
import { surveyNotices } from '../../src/books/balance';
import { transaction } from '../../src/books/books';
import { type Claimed, claimNotices } from '../../src/books/claim';
import { closeIncident, lastDecision, lockOpenIncident } from '../../src/books/incident-decisions';
import {
  type Cause,
  databaseNow,
  reopenNotices,
  reopenWindow,
  surveyReopenable,
} from '../../src/books/reopen-notices';
import { type Settlement, settleClaim } from '../../src/books/settle-claim';
import { auditEntries } from '../audit-entries';
import { untilLockWait } from '../lock-waits';
import { type OwnLedger, ownLedger, refOf } from './own-ledger';

let ledger: OwnLedger;
let begun: string;
beforeEach(async () => {
  ledger = await ownLedger('reopen', 6);
  begun = await databaseNow(ledger.database.db);
});
afterEach(() => ledger.drop());

const states = async () => (await surveyNotices(ledger.books, 'notice')).notices;
const refused = (customerId: string, replyCode: number, enhanced: string): Settlement => ({
  customerId,
  state: 'failed',
  replyCode,
  replyText: `${enhanced} no, ${customerId}`,
  reason: `rcpt ${enhanced}`,
});

/** Claims whoever can be claimed and settles them so; who is not named is sent. Returns whom it claimed. */
async function pass(outcomes: (id: string) => Settlement | undefined): Promise<string[]> {
  const context = await ledger.claimIn('notify-1', { batchLimit: 6 });
  const claim = (await claimNotices(context, { after: null, upTo: '60' }, randomUUID())) as Claimed;
  const claimed = claim.customers.map(({ customerId }) => customerId);
  if (claim.claimId === null) return claimed;
  const settlements = claimed.map(
    (id): Settlement => outcomes(id) ?? { customerId: id, state: 'sent', replyCode: 250, queueId: 'Q' },
  );
  await settleClaim(ledger.books, refOf(claim), settlements);
  return claimed;
}

async function retry(cause: Cause, since = begun): Promise<number> {
  const window = await reopenWindow(ledger.books, since);
  return reopenNotices(ledger.books, 'notice', { cause, window, by: 'ann', reason: 'unblocked' });
}

const blocked: Cause = { failed: { code: 550, enhanced: '5.7.1' } };

test('only what failed with this code is reopened, and told once more (I2)', async () => {
  await pass((id) => ({ '10': refused(id, 550, '5.7.1'), '20': refused(id, 550, '5.1.1') })[id]);
  const { db } = ledger.database;
  const window = await reopenWindow(ledger.books, begun);
  expect(await surveyReopenable(ledger.books, 'notice', { cause: blocked, window })).toEqual({
    groups: [
      { customers: 1, replyCode: 550, reason: 'rcpt 5.7.1', replyText: '5.7.1 no, 10', example: '10' },
    ],
    customers: 1,
    later: 0,
  });
  expect(await retry({ failed: { code: 554, enhanced: null } })).toBe(0);
  expect(await retry(blocked, await databaseNow(db))).toBe(0);
  expect(await retry(blocked)).toBe(1);
  expect(await states()).toEqual({ sent: 4, failed: 1, released: 1 });
  expect(await pass(() => undefined)).toEqual(['10']);
});

test('the row has the number of the retry in the audit: where the relay took it all the same, that was decided (C89)', async () => {
  await pass((id) => (id === '10' ? refused(id, 550, '5.7.1') : undefined));
  expect(await retry(blocked)).toBe(1);
  const { db } = ledger.database;
  const { rows } = await sql<{ action: string }>`
    SELECT a.action FROM notices n JOIN audit a ON a.incident = n.incident AND a.seq = n.decision`.execute(
    db,
  );
  expect(rows).toEqual([{ action: 'retry' }]);
});

test('the same retry again reopens nobody, also who failed again; a later --since does', async () => {
  await pass((id) => refused(id, 550, '5.7.1'));
  expect(await retry(blocked)).toBe(6);
  expect(await retry(blocked)).toBe(0);
  await pass((id) => (id === '10' ? refused(id, 550, '5.7.1') : undefined));
  expect(await retry(blocked)).toBe(0);
  expect(await retry({ failed: { code: 550, enhanced: null } })).toBe(0);
  const window = await reopenWindow(ledger.books, begun);
  expect(window.endedByRetry).toBe(true);
  const survey = await surveyReopenable(ledger.books, 'notice', { cause: blocked, window });
  expect(survey).toMatchObject({ customers: 0, groups: [], later: 1 });
  const later = new Date(Date.parse(window.upTo) + 1).toISOString();
  expect(await retry(blocked, later)).toBe(1);
  expect(await retry(blocked, later)).toBe(0);
});

test('a retry ends at the first one after its --since, not at the last: who failed again in between stays (I2)', async () => {
  await pass((id) => refused(id, 550, '5.7.1'));
  expect(await retry(blocked)).toBe(6);
  const between = await databaseNow(ledger.database.db);
  await pass((id) => refused(id, 550, id === '10' ? '5.1.1' : '5.7.1'));
  expect(await retry(blocked, between)).toBe(5);
  expect(await retry({ failed: { code: 550, enhanced: null } })).toBe(0);
});

test('two operators who retry at once reopen everybody once', async () => {
  await pass((id) => refused(id, 550, '5.7.1'));
  let both: Promise<number[]>;
  // Each has found them all before either may change one.
  await transaction(ledger.books, async (locked) => {
    await lockOpenIncident(locked);
    both = Promise.all([retry(blocked), retry(blocked)]);
    const waits = (statement: string) => statement.includes('FROM incidents');
    await untilLockWait(ledger.database, waits, () => false, 2);
  });
  expect((await both!).sort()).toEqual([0, 6]);
  expect(await auditEntries(ledger.database.db, { action: 'retry' })).toHaveLength(1);
});

test('each retry is on the record: who, why, which, how many (I6)', async () => {
  await pass((id) => refused(id, 550, '5.7.1'));
  await retry(blocked);
  const [entry] = await auditEntries(ledger.database.db, { action: 'retry' });
  expect(entry!.who).toBe('ann');
  expect(JSON.parse(entry!.detail)).toMatchObject({
    customers: 6,
    code: 550,
    enhanced: '5.7.1',
    since: begun,
    reason: 'unblocked',
  });
  expect(await verifyAudit(ledger.books)).toBeNull();
});

test('who failed without a reply is reopened by that alone, and by no code (C95)', async () => {
  const lost = (customerId: string): Settlement => {
    return { customerId, state: 'failed', replyCode: null, replyText: 'lost', reason: 'rcpt session lost' };
  };
  await pass((id) => ({ '10': lost(id), '20': refused(id, 550, '5.7.1') })[id]);
  const none: Cause = { failed: { code: null, enhanced: null } };
  expect(await retry(none)).toBe(1);
  expect(await states()).toEqual({ sent: 4, failed: 1, released: 1 });
  expect(await retry(blocked)).toBe(1);
});

test('what was given up after its deferrals begins them anew', async () => {
  const { db } = ledger.database;
  await pass((id) => ({
    customerId: id,
    state: 'deferred',
    replyCode: 452,
    replyText: 'full',
    reason: 'rcpt 452',
    retryAfterSeconds: 0,
  }));
  await sql`UPDATE notices SET first_deferred_at = UTC_TIMESTAMP(3) - INTERVAL 80 HOUR`.execute(db);
  await pass((id) => refused(id, 452, '4.2.2'));
  expect(await retry({ failed: { code: null, enhanced: '4.2.2' } })).toBe(6);
  const context = await ledger.claimIn('notify-1');
  const claim = (await claimNotices(context, { after: null, upTo: '60' }, randomUUID())) as Claimed;
  expect(claim.customers.map(({ deferredForSeconds }) => deferredForSeconds)).toEqual([0, 0, 0, 0, 0, 0]);
});

test('a reason that names a character is reopened by its kind, or by that character alone (C107)', async () => {
  const { db, companySchema } = ledger.database;
  await sql`UPDATE ${sql.id(companySchema, 'customers')} SET email = NULL WHERE id IN (10, 20, 30)`.execute(
    db,
  );
  await pass(() => undefined);
  for (const [id, codePoint] of [
    [10, 'U+FE0F'],
    [20, 'U+3164'],
    [30, 'U+FE0F'],
  ] as const)
    await sql`UPDATE notices SET reason = ${`address-unreadable ${codePoint}`} WHERE customer_id = ${id}`.execute(
      db,
    );
  expect(await retry({ skipped: 'address' })).toBe(0);
  expect(await retry({ skipped: 'address-unreadable U+3164' })).toBe(1);
  expect(await retry({ skipped: 'address-unreadable' })).toBe(2);
});

test('who was skipped is told at the address that was fixed since', async () => {
  const { db, companySchema } = ledger.database;
  const customers = sql.id(companySchema, 'customers');
  await sql`UPDATE ${customers} SET email = NULL WHERE id IN (10, 20)`.execute(db);
  await pass(() => undefined);
  expect(await states()).toEqual({ sent: 4, skipped: 2 });
  await sql`UPDATE ${customers} SET email = 'new@example.test' WHERE id = 20`.execute(db);
  expect(await retry({ skipped: 'no-address' })).toBe(2);
  expect(await pass(() => undefined)).toEqual(['20']);
  expect(await states()).toEqual({ sent: 5, skipped: 1 });
  expect(await retry({ skipped: 'no-address' })).toBe(0);
});

test('nothing of a closed incident is reopened (I1)', async () => {
  await pass((id) => refused(id, 550, '5.7.1'));
  const checkedAt = await lastDecision(ledger.books);
  await closeIncident(ledger.books, { by: 'the workflow', facts: {}, checkedAt });
  await expect(retry(blocked)).rejects.toMatchObject({ code: 'INCIDENT_OVER' });
  expect(await states()).toEqual({ failed: 6 });
});
