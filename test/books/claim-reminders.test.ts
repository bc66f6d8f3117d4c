import { randomUUID } from 'node:crypto';
import { type RawBuilder, sql } from 'kysely';
import { decideNotice } from '../../src/activities/decide-notice';
import { candidatesQuery } from '../../src/books/candidates';
import { type Claimed, claimNotices } from '../../src/books/claim';
import { countRemindable } from '../../src/books/cohort';
import { compileNotices } from '../../src/notice/compile-notice';
import { testIncident } from '../notice/test-incident';
import { explained, type OwnLedger, ownLedger } from './own-ledger';

const all = { after: null, upTo: '1000' };
let ledger: OwnLedger;
const run = (statement: RawBuilder<unknown>) => statement.execute(ledger.database.db);
const customers = () => sql.id(ledger.database.companySchema, 'customers');

beforeEach(async () => {
  ledger = await ownLedger('remind', 8);
  // 80 was told, and is told about below by each test.
  for (const id of [10, 20, 30, 40, 50, 60, 80]) await noticed(id, 'sent');
  await noticed(70, 'failed');
});
afterEach(() => ledger.drop());

function noticed(id: number, state: 'sent' | 'failed' | 'left') {
  const told = state === 'failed' ? sql`550, 'rcpt 5.1.1', NULL, NULL` : sql`250, 'x', 1, ${Buffer.alloc(8)}`;
  return run(sql`
    INSERT INTO notices (incident, wave, customer_id, address_role, state, attempt, address, claimed_at, settled_at,
      reply_code, reason, claim_id, content_hash)
    VALUES (${ledger.incident}, 'notice', ${id}, 'primary', ${state}, 1, 'x@example.test', UTC_TIMESTAMP(3), UTC_TIMESTAMP(3), ${told})`);
}

async function reminding(remindAfterSeconds = 0) {
  const notices = await compileNotices(remindable());
  return ledger.claimIn('notify-1', {
    wave: 'reminder',
    remindAfterSeconds,
    decide: (candidate) => decideNotice(notices, 'reminder', candidate),
  });
}

function remindable() {
  const file = testIncident();
  const reminder = { subject: 'Reminder', preheader: 'p', heading: 'h', text: 't' };
  const texts = Object.entries(file.texts).map(([language, textsOfLanguage]) => [
    language,
    { ...textsOfLanguage, reminder },
  ]);
  return { ...file, reminder: { afterDays: 14 }, texts: Object.fromEntries(texts) };
}

const ids = (claim: Claimed) => claim.customers.map(({ customerId }) => customerId);

test('whoever has a new password, had none expired, or was not told is passed over, with the reason, and has a row (I1)', async () => {
  await run(
    sql`UPDATE ${customers()} SET password_hash = 'new', password_set_at = UTC_TIMESTAMP() WHERE id IN (20, 30)`,
  );
  await run(sql`UPDATE cohort SET password = 'changed_since' WHERE customer_id = 40`);
  await run(sql`UPDATE cohort SET password = 'none' WHERE customer_id = 50`);
  await run(sql`DELETE FROM ${customers()} WHERE id = 60`);
  const claim = (await claimNotices(await reminding(), all, randomUUID())) as Claimed;
  expect(ids(claim)).toEqual(['10', '80']);
  expect(claim.skipped).toEqual({
    'new-password-chosen': 2,
    'password-not-expired': 2,
    'customer-deleted': 1,
    'notice-not-sent': 1,
  });
  const { rows } = await sql<{ state: string; n: string }>`
    SELECT state, COUNT(*) AS n FROM notices WHERE wave = 'reminder' GROUP BY state ORDER BY state`.execute(
    ledger.database.db,
  );
  expect(rows.map(({ state, n }) => [state, Number(n)])).toEqual([
    ['sending', 2],
    ['skipped', 6],
  ]);
});

test('a password that is chosen between two claims spares its customer', async () => {
  const context = await reminding();
  const first = (await claimNotices({ ...context, batchLimit: 2 }, all, randomUUID())) as Claimed;
  expect(ids(first)).toEqual(['10', '20']);
  await run(
    sql`UPDATE ${customers()} SET password_hash = 'new', password_set_at = UTC_TIMESTAMP() WHERE id = 30`,
  );
  const second = (await claimNotices(
    { ...context, batchLimit: 2 },
    { ...all, after: '20' },
    randomUUID(),
  )) as Claimed;
  expect(ids(second)).toEqual(['40']);
});

test('one who was released and has chosen meanwhile is passed over at the second claim', async () => {
  const context = await reminding();
  await claimNotices({ ...context, batchLimit: 1 }, all, randomUUID());
  await run(sql`UPDATE notices SET state = 'released', claim_id = NULL, settled_at = UTC_TIMESTAMP(3)
    WHERE wave = 'reminder' AND customer_id = 10`);
  await run(
    sql`UPDATE ${customers()} SET password_hash = 'new', password_set_at = UTC_TIMESTAMP() WHERE id = 10`,
  );
  const again = (await claimNotices(context, all, randomUUID())) as Claimed;
  expect(ids(again)).not.toContain('10');
  expect(again.skipped['new-password-chosen']).toBe(1);
});

test('who was told only lately is not reminded: an account that came back late', async () => {
  await run(sql`UPDATE notices SET settled_at = settled_at - INTERVAL 2 DAY WHERE customer_id <> 30`);
  const claim = (await claimNotices(await reminding(86_400), all, randomUUID())) as Claimed;
  expect(claim.skipped).toMatchObject({ 'notice-sent-lately': 1 });
  expect(ids(claim)).toEqual(['10', '20', '40', '50', '60', '80']);
});

test('whom the operator left in doubt may be reminded: nobody knows whether the notice came', async () => {
  await run(sql`UPDATE notices SET state = 'left', reason = 'decided' WHERE customer_id = 20`);
  expect(ids((await claimNotices(await reminding(), all, randomUUID())) as Claimed)).toContain('20');
});

test('what remind shows is what it then does', async () => {
  await run(
    sql`UPDATE ${customers()} SET password_hash = 'new', password_set_at = UTC_TIMESTAMP() WHERE id IN (20, 30)`,
  );
  expect(await countRemindable(ledger.books)).toEqual({
    customers: 5,
    spared: { 'new-password-chosen': 2, 'notice-not-sent': 1 },
  });
});

test('a claim of the reminder reads the range only, by primary keys (EXPLAIN)', async () => {
  const { db } = ledger.database;
  const more = Array.from({ length: 6_000 }, (_, i) => 1_000 + i);
  await run(sql`INSERT INTO ${customers()} (id) VALUES ${sql.join(more.map((id) => sql`(${id})`))}`);
  await run(
    sql`INSERT INTO cohort (incident, customer_id, password, expired_at) SELECT ${ledger.incident}, id, 'expired', UTC_TIMESTAMP(6) FROM ${customers()} WHERE id >= 1000`,
  );
  await run(sql`INSERT INTO notices (incident, wave, customer_id, address_role, state, attempt, reason, settled_at)
    SELECT incident, 'notice', customer_id, 'primary', 'skipped', 0, 'x', UTC_TIMESTAMP(3) FROM cohort WHERE customer_id >= 1000`);
  await run(sql`ANALYZE TABLE cohort, notices`);
  const query = candidatesQuery(await reminding(), { after: '5000', upTo: '5600' }, 200);
  const rows = await explained(db, query);
  expect(rows.map(({ table, type, key }) => [table, type, key])).toEqual([
    ['k', 'range', 'PRIMARY'],
    ['n', 'eq_ref', 'PRIMARY'],
    ['t', 'eq_ref', 'PRIMARY'],
    ['c', 'eq_ref', 'PRIMARY'],
  ]);
  expect(Number(rows[0]!.rows)).toBeLessThan(1_000);
});
