import { sql } from 'kysely';
import { snapshot } from '../../src/books/books';
import { countCohort } from '../../src/books/cohort';
import { listCohortNotices } from '../../src/books/list-booked';
import { decideInDoubt, releaseAbsent } from '../../src/books/settle-doubt';
import type { OwnLedger } from './own-ledger';
import { ownLedger } from './own-ledger';

let ledger: OwnLedger;
beforeAll(async () => {
  ledger = await ownLedger('snapshot', 20);
});
afterAll(() => ledger.drop());

const cohort = async () => {
  const customers = [];
  for await (const batch of listCohortNotices(ledger.books, 'notice')) customers.push(...batch);
  return customers;
};

test('what is read at one moment stays as it was, whatever others commit meanwhile; nothing can be written (I7)', async () => {
  const { books } = ledger;
  const [before, after, refused] = await snapshot(books, async (moment) => {
    const first = await countCohort(moment);
    await sql`DELETE FROM cohort WHERE customer_id = 200`.execute(books.db);
    const written = sql`DELETE FROM cohort`.execute(moment.db).catch((error) => error.errno);
    return [first, await countCohort(moment), await written];
  });
  expect(after).toEqual(before);
  expect(refused).toBe(1792);
  expect((await countCohort(books)).expired).toBe(before.expired - 1);
  // The connection goes back to the pool as it was.
  await sql`UPDATE incidents SET title = 'written'`.execute(books.db);
});

test('the cohort is listed whole, with or without a notice, each once', async () => {
  await sql`INSERT INTO notices (incident, wave, customer_id, address_role, state, claim_id, attempt, reason, claimed_at, settled_at)
    VALUES (${ledger.incident}, 'notice', 10, 'primary', 'skipped', NULL, 0, 'no-address', NULL, UTC_TIMESTAMP(3)),
      (${ledger.incident}, 'reminder', 20, 'primary', 'skipped', NULL, 0, 'no-address', NULL, UTC_TIMESTAMP(3))`.execute(
    ledger.database.db,
  );
  const customers = await cohort();
  expect(customers.map(({ customerId }) => customerId)).toEqual(
    Array.from({ length: 19 }, (_, i) => String((i + 1) * 10)),
  );
  expect(customers.filter(({ state }) => state !== null)).toMatchObject([
    { customerId: '10', state: 'skipped' },
  ]);
});

test('whoever is sent again out of doubt carries the number of that decision in the audit (C89)', async () => {
  const { db } = ledger.database;
  await sql`INSERT INTO notices (incident, wave, customer_id, address_role, state, claim_id, attempt, address, content_hash, claimed_at)
    VALUES ${sql.join(
      [30, 40, 50].map(
        (id) =>
          sql`(${ledger.incident}, 'notice', ${id}, 'primary', 'in_doubt', 7, 1, 'a@x.test', x'0101010101010101', UTC_TIMESTAMP(3))`,
      ),
    )}`.execute(db);
  await decideInDoubt(ledger.books, 'notice', {
    decision: 'resend',
    by: 'Ann',
    reason: 'x',
    customerId: '30',
  });
  await releaseAbsent(ledger.books, 'notice', [{ customerId: '40', claimId: '7' }], {
    by: 'Ben',
    detail: {},
  });
  await decideInDoubt(ledger.books, 'notice', {
    decision: 'leave',
    by: 'Ann',
    reason: 'x',
    customerId: '50',
  });
  const { rows } = await sql<{ id: string; action: string | null }>`
    SELECT n.customer_id AS id, a.action FROM notices n LEFT JOIN audit a ON a.incident = n.incident AND a.seq = n.decision
    WHERE n.customer_id IN (30, 40, 50) ORDER BY n.customer_id`.execute(db);
  expect(rows.map(({ id, action }) => [String(id), action])).toEqual([
    ['30', 'in-doubt-resend'],
    ['40', 'in-doubt-absent'],
    ['50', null],
  ]);
});
