import { sql } from 'kysely';
import { IncidentOverError } from '../../src/books/incident-decisions';
import { listDoubtful, listSent } from '../../src/books/notices';
import { REBUILT } from '../../src/books/rebuild-claim';
import { sqlTime, sqlTimeMs } from '../../src/books/rows';
import { releaseAbsent, settleAccepted } from '../../src/books/settle-doubt';
import { type OwnLedger, ownLedger } from './own-ledger';

let own: OwnLedger;
beforeEach(async () => {
  own = await ownLedger('evidence', 6);
});
afterEach(() => own.drop());

const CLAIMED = Date.now() - 3_600_000;
const entry = { by: 'Ben', detail: { files: [] } };

/** Customer `id` in doubt (or in another state) under claim `claim`. */
async function notice(id: number, claim: number, state = 'in_doubt', settledMs: number | null = null) {
  await sql`INSERT INTO notices (incident, wave, customer_id, address_role, state, claim_id, address, attempt, content_hash,
      claimed_at, settled_at, reply_code, queue_id)
    VALUES (${own.incident}, 'notice', ${id}, 'primary', ${state}, ${claim}, 'a@x.test', 1, ${Buffer.alloc(8)},
      ${sqlTime(CLAIMED)}, ${settledMs === null ? null : sqlTime(settledMs)}, ${state === 'sent' ? 250 : null}, ${state === 'sent' ? `Q${id}` : null})`.execute(
    own.database.db,
  );
}
const stateOf = async (id: number) => {
  const { rows } = await sql<{
    state: string;
    queueId: string | null;
    reason: string | null;
    settledAt: string | null;
  }>`
    SELECT state, queue_id AS queueId, reason, settled_at AS settledAt FROM notices WHERE customer_id = ${id}`.execute(
    own.database.db,
  );
  return rows[0]!;
};
const judged = (id: number, claim: number) => ({ customerId: String(id), claimId: String(claim) });
const accepted = (id: number, claim: number, acceptedMs: number | null = null) => ({
  ...judged(id, claim),
  queueId: 'A1B2C3',
  acceptedMs,
  by: 'log' as const,
});

// `claim_id = ...` and `state = 'in_doubt'` of settleEach in settle-doubt.ts.
test('only who is still in doubt under the same claim is settled', async () => {
  await notice(10, 1);
  await notice(20, 2);
  await notice(30, 1, 'sent', CLAIMED + 1);
  const { db } = own.database;
  const all = [accepted(10, 1), accepted(20, 1), accepted(30, 1), accepted(40, 1)];
  expect(await settleAccepted(own.books, 'notice', all, entry)).toBe(1);
  expect(await stateOf(10)).toMatchObject({ state: 'sent', queueId: 'A1B2C3', reason: 'settled from log' });
  expect(await stateOf(20)).toMatchObject({ state: 'in_doubt' });
  expect(await stateOf(30)).toMatchObject({ state: 'sent', queueId: 'Q30' });
  expect(await releaseAbsent(own.books, 'notice', [judged(20, 1), judged(10, 1)], entry)).toBe(0);
  expect(await releaseAbsent(own.books, 'notice', [judged(20, 2)], entry)).toBe(1);
  expect(await stateOf(20)).toMatchObject({ state: 'released' });
  const { rows } = await sql<{ action: string; who: string; detail: string }>`
    SELECT action, who, detail FROM audit WHERE action LIKE 'in-doubt%' ORDER BY seq`.execute(db);
  expect(rows.map(({ action, who, detail }) => [action, who, JSON.parse(detail).customers])).toEqual([
    ['in-doubt-accepted', 'Ben', 1],
    ['in-doubt-absent', 'Ben', 1],
  ]);
});

// GREATEST and LEAST of settleAccepted.
test.each([
  ['within', CLAIMED + 5_000, CLAIMED + 5_000],
  ['before the claim', CLAIMED - 5_000, CLAIMED],
])('the time of a settled notice is that of the log, never outside its life: %s', async (_, at, expected) => {
  await notice(10, 1);
  await settleAccepted(own.books, 'notice', [accepted(10, 1, at)], entry);
  expect(sqlTimeMs((await stateOf(10)).settledAt!)).toBe(expected);
});

test('a log from the future settles now at the latest', async () => {
  await notice(10, 1);
  await settleAccepted(own.books, 'notice', [accepted(10, 1, Date.now() + 86_400_000)], entry);
  expect(sqlTimeMs((await stateOf(10)).settledAt!)).toBeLessThan(Date.now() + 60_000);
});

// lockOpenIncident in settleEach.
test('nothing is settled in an incident that is over', async () => {
  await notice(10, 1);
  const { db } = own.database;
  await sql`UPDATE incidents SET phase = 'closed', closed_at = UTC_TIMESTAMP(6)`.execute(db);
  await expect(settleAccepted(own.books, 'notice', [accepted(10, 1)], entry)).rejects.toThrow(
    IncidentOverError,
  );
  expect(await stateOf(10)).toMatchObject({ state: 'in_doubt' });
});

// LEFT JOIN of notices.ts; the overlap of notices.ts.
test('a claim that is not in the ledger, or was rebuilt there, bounds nothing; known messages are those whose time overlaps', async () => {
  const { db } = own.database;
  await sql`INSERT INTO claims (claim_id, incident, lane, worker, token, claimed_at, lease_until, first_customer, last_customer)
    VALUES (1, ${own.incident}, 'l', 'w', 't', ${sqlTime(CLAIMED)}, ${sqlTime(CLAIMED + 60_000)}, 10, 60)`.execute(
    db,
  );
  await notice(10, 1);
  await notice(20, 2);
  await notice(30, 1, 'sent', CLAIMED + 1_000);
  await notice(40, 1);
  await sql`UPDATE notices SET reason = ${REBUILT} WHERE customer_id = 40`.execute(db);
  const doubtful = await listDoubtful(own.books, 'notice');
  expect(doubtful.map(({ customerId, claim }) => [customerId, claim])).toEqual([
    ['10', { worker: 'w', lane: 'l', relay: null, leaseUntilMs: CLAIMED + 60_000 }],
    ['20', null],
    ['40', null],
  ]);
  const sent = async (from: number, to: number) => {
    const customers: string[] = [];
    for await (const batch of listSent(own.books, 'notice', [{ from, to }]))
      customers.push(...batch.map(({ customerId }) => customerId));
    return customers;
  };
  expect(await sent(CLAIMED + 500, CLAIMED + 90_000)).toEqual(['30']);
  expect(await sent(CLAIMED + 1_001, CLAIMED + 90_000)).toEqual([]);
  expect(await sent(CLAIMED - 90_000, CLAIMED - 1)).toEqual([]);
});
