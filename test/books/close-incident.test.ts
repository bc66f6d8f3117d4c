import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { checkBooks, listOpenNotices } from '../../src/books/balance';
import { type Claimed, claimNotices } from '../../src/books/claim';
import { closeGate, openGate } from '../../src/books/gate';
import { closeIncident, lastDecision } from '../../src/books/incident-decisions';
import { findIncident } from '../../src/books/incident-row';
import { type Settlement, settleClaim } from '../../src/books/settle-claim';
import { decideInDoubt } from '../../src/books/settle-doubt';
import type { OpenKind } from '../../src/incident/books-problems';
import { type OwnLedger, ownLedger, refOf } from './own-ledger';

let ledger: OwnLedger;
beforeEach(async () => {
  ledger = await ownLedger('close', 6);
});
afterEach(() => ledger.drop());

const row = async () => (await findIncident(ledger.database.db, 'test'))!;
const close = (checkedAt: number) =>
  closeIncident(ledger.books, { by: 'the workflow', facts: {}, checkedAt });
const decide = (decision: 'resend' | 'leave') =>
  decideInDoubt(ledger.books, 'notice', {
    decision,
    by: 'ann',
    reason: 'r',
  });

async function settleAs(outcomes: Settlement[]): Promise<void> {
  const context = await ledger.claimIn('notify-1', { batchLimit: 6 });
  const range = { after: null, upTo: '60' };
  const claim = (await claimNotices(context, range, randomUUID())) as Claimed;
  await settleClaim(ledger.books, refOf(claim), outcomes);
}

test('a decision that came after the books were checked keeps the incident open (I1)', async () => {
  await settleAs([{ customerId: '10', state: 'in_doubt' }]);
  const checkedAt = await lastDecision(ledger.books);
  await decide('resend');
  expect(await close(checkedAt)).toBe(false);
  expect(await row()).toMatchObject({ phase: 'expire', closed_at: null, gate: 'open' });
  expect(await close(await lastDecision(ledger.books))).toBe(true);
  expect(await row()).toMatchObject({ phase: 'closed', gate: 'closed' });
  expect(await close(0)).toBe(true);
});

test('an incident whose row is lost is not closed', async () => {
  await sql`DELETE FROM incidents`.execute(ledger.database.db);
  await expect(close(0)).rejects.toThrow(/There is no incident/);
});

test('once it is closed nothing can be decided any more, and nothing is changed', async () => {
  const { db } = ledger.database;
  await settleAs([{ customerId: '10', state: 'in_doubt' }]);
  await close(await lastDecision(ledger.books));
  const last = await lastDecision(ledger.books);
  await expect(decide('resend')).rejects.toMatchObject({ code: 'INCIDENT_OVER' });
  expect(await lastDecision(ledger.books)).toBe(last);
  const { rows } = await sql<{ state: string }>`SELECT state FROM notices WHERE customer_id = 10`.execute(db);
  expect(rows).toEqual([{ state: 'in_doubt' }]);
});

test('a resume that somebody gave before it was closed does not open its gate (I2)', async () => {
  const { fence } = await closeGate(ledger.books, 'a pause', 'ann');
  await openGate(ledger.books, fence, 'ann');
  await close(await lastDecision(ledger.books));
  expect(await openGate(ledger.books, fence, 'ann')).toMatchObject({ opened: false, gate: 'closed' });
});

test('who keeps it from closing is listed by kind, in key order, with the words of the relay', async () => {
  const { db } = ledger.database;
  await settleAs([
    { customerId: '10', state: 'in_doubt' },
    {
      customerId: '20',
      state: 'deferred',
      replyCode: 452,
      replyText: '4.2.2 full',
      reason: 'rcpt 4.2.2',
      retryAfterSeconds: 60,
    },
    { customerId: '30', state: 'released' },
    { customerId: '40', state: 'sent', replyCode: 250, queueId: 'Q' },
  ]);
  await sql`INSERT INTO cohort (incident, customer_id, password, expired_at) VALUES (${ledger.incident}, 70, 'none', UTC_TIMESTAMP(6)), (${ledger.incident}, 80, 'none', UTC_TIMESTAMP(6))`.execute(
    db,
  );
  await sql`UPDATE cohort SET expired_at = UTC_TIMESTAMP(6) + INTERVAL 1 HOUR WHERE customer_id = 60`.execute(
    db,
  );
  await sql`DELETE FROM cohort WHERE customer_id = 40`.execute(db);
  const listed = async (kind: OpenKind, limit = 20) =>
    (await listOpenNotices(ledger.books, 'notice', { kind, limit })).map((notice) => notice.customerId);
  expect(await listed('in_doubt')).toEqual(['10']);
  expect(await listed('released')).toEqual(['30']);
  expect(await listed('stranger')).toEqual(['40']);
  expect(await listed('sending')).toEqual(['50', '60']);
  expect(await listed('early')).toEqual(['60']);
  expect(await listed('missing')).toEqual(['70', '80']);
  expect(await listed('missing', 1)).toEqual(['70']);
  const deferred = await listOpenNotices(ledger.books, 'notice', { kind: 'deferred', limit: 20 });
  expect(deferred).toEqual([
    expect.objectContaining({
      customerId: '20',
      replyCode: 452,
      replyText: '4.2.2 full',
      retryAt: expect.stringMatching(/Z$/),
    }),
  ]);
  const kinds = (await checkBooks(ledger.books, 'notice')).map(({ kind, count }) => [kind, count]);
  expect(kinds).toEqual([
    ['missing', 2],
    ['sending', 2],
    ['released', 1],
    ['deferred', 1],
    ['in_doubt', 1],
    ['stranger', 1],
    ['early', 1],
  ]);
});
