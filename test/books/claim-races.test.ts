import { randomUUID } from 'node:crypto';
import { type RawBuilder, sql } from 'kysely';
import { surveyNotices } from '../../src/books/balance';
import { type Claimed, claimNotices, type LaneBooks, takeLane } from '../../src/books/claim';
import { type Settlement, settleClaim } from '../../src/books/settle-claim';
import { statementsIn } from '../faults/statements-in';
import { type OwnLedger, ownLedger, refOf } from './own-ledger';

const all = { after: null, upTo: '999999' };
let ledger: OwnLedger;
beforeEach(async () => {
  ledger = await ownLedger('races', 3);
});
afterEach(() => ledger.drop());

const states = async () => (await surveyNotices(ledger.books, 'notice')).notices;
const claimBy = async (books: LaneBooks) => (await claimNotices(books, all, randomUUID())) as Claimed;
const idsOf = ({ customers }: Claimed) => customers.map(({ customerId }) => customerId);
/** Until each of these claims is at work on such a statement, or waits for a lock; or one is over. */
async function untilAtWork(statement: string, claims: Promise<unknown>[]): Promise<void> {
  let over = false;
  for (const claim of claims)
    void claim.finally(() => {
      over = true;
    });
  const seen = async () =>
    (await statementsIn(ledger.database)).filter((running) => running.includes(statement)).length;
  while (!over && (await seen()) < claims.length);
}
/** What `first` has written is locked for all others while `meanwhile` runs. */
async function holding(
  first: RawBuilder<unknown>,
  meanwhile: () => Promise<void>,
  end: 'COMMIT' | 'ROLLBACK' = 'COMMIT',
): Promise<void> {
  await ledger.database.db.connection().execute(async (connection) => {
    await sql`BEGIN`.execute(connection);
    await first.execute(connection);
    await meanwhile();
    await sql.raw(end).execute(connection);
  });
}

const REFUSED = { replyCode: 451, replyText: 'later', reason: 'rcpt 4.5.1' };
const released = (customerId: string): Settlement => ({ customerId, state: 'released' });
const dueNow = (customerId: string): Settlement => ({
  customerId,
  state: 'deferred',
  ...REFUSED,
  retryAfterSeconds: 0,
});

/** Everybody has been claimed once, and is free for the next claim. */
async function settledOnce(settlement: (customerId: string) => Settlement): Promise<void> {
  const claim = await claimBy(await ledger.claimIn('notify-1'));
  await settleClaim(ledger.books, refOf(claim), idsOf(claim).map(settlement));
}

test.each([
  ['released', released],
  ['put off and due', dueNow],
])(
  'two claims that read the same customers, who are %s: each is of one claim alone (I2)',
  async (_, settlement) => {
    await settledOnce(settlement);
    const contexts = [await ledger.claimIn('notify-1'), await ledger.claimIn('notify-2')];
    let claims: Promise<Claimed>[] = [];
    // Both have read who is free, and wait to write.
    await holding(sql`UPDATE notices SET attempt = attempt`, async () => {
      claims = contexts.map(claimBy);
      await untilAtWork('UPDATE notices', claims);
    });
    const claimed = await Promise.all(claims);
    expect(claimed.flatMap(idsOf)).toEqual(['10', '20', '30']);
    const { rows: carried } = await sql<{ claims: string }>`
    SELECT COUNT(DISTINCT claim_id) AS claims FROM notices WHERE state = 'sending'`.execute(
      ledger.database.db,
    );
    expect([Number(carried[0]!.claims), await states()]).toEqual([1, { sending: 3 }]);
  },
);

test('two claims that read the same customers, who have no row yet: each is of one claim alone (I2)', async () => {
  const contexts = [await ledger.claimIn('notify-1'), await ledger.claimIn('notify-2')];
  let claims: Promise<Claimed>[] = [];
  const row = sql`INSERT INTO notices (incident, wave, customer_id, address_role, state, attempt, settled_at)
    VALUES (${ledger.incident}, 'notice', 10, 'primary', 'released', 0, UTC_TIMESTAMP(3))`;
  await holding(
    row,
    async () => {
      claims = contexts.map(claimBy);
      await untilAtWork('INSERT INTO notices', claims);
    },
    'ROLLBACK',
  );
  expect((await Promise.all(claims)).flatMap(idsOf)).toEqual(['10', '20', '30']);
  expect(await states()).toEqual({ sending: 3 });
});

test('whom another claim has had put off meanwhile is not tried again before the time', async () => {
  await settledOnce(released);
  const context = await ledger.claimIn('notify-1');
  let claim: Promise<Claimed> | undefined;
  const putOff = sql`UPDATE notices SET state = 'deferred', reason = 'rcpt 4.5.1', reply_code = 451, reply_text = 'later',
    first_deferred_at = UTC_TIMESTAMP(3), retry_at = UTC_TIMESTAMP(3) + INTERVAL 1 HOUR WHERE customer_id = 20`;
  await holding(putOff, async () => {
    claim = claimBy(context);
    await untilAtWork('UPDATE notices', [claim]);
  });
  expect(idsOf(await claim!)).toEqual(['10', '30']);
  expect(await states()).toEqual({ sending: 2, deferred: 1 });
});

test('who takes a lane over waits for the claim that is being made in it: none is committed after that (I2)', async () => {
  await settledOnce(released);
  const attempt = await ledger.claimIn('notify-1');
  const claims = async () => {
    const { rows } = await sql<{ n: string }>`SELECT COUNT(*) AS n FROM claims`.execute(ledger.database.db);
    return Number(rows[0]!.n);
  };
  let claim: Promise<Claimed> | undefined;
  let atTakeOver: Promise<number> | undefined;
  await holding(sql`UPDATE notices SET attempt = attempt`, async () => {
    claim = claimBy(attempt);
    await untilAtWork('UPDATE notices', [claim]);
    let taken = false;
    atTakeOver = takeLane(ledger.books, 'notify-1', randomUUID()).then(() => {
      taken = true;
      return claims();
    });
    const waits = async () =>
      (await statementsIn(ledger.database)).some((text) => text.includes('INTO lanes'));
    while (!taken && !(await waits()));
  });
  expect(idsOf(await claim!)).toEqual(['10', '20', '30']);
  expect([await atTakeOver, await claims()]).toEqual([2, 2]);
});

test("another incident's lanes and notices are nothing to this one's (I1, I2)", async () => {
  const { db } = ledger.database;
  const other = ledger.incident + 1;
  const attempt = await ledger.claimIn('notify-1');
  await takeLane({ db, incident: other }, 'notify-1', randomUUID());
  await sql`UPDATE lanes SET next_send_at = UTC_TIMESTAMP(6) + INTERVAL 1 HOUR WHERE incident = ${other}`.execute(
    db,
  );
  const times = async () =>
    (await sql`SELECT next_send_at FROM lanes WHERE incident = ${other}`.execute(db)).rows;
  const before = await times();
  const told = (incident: number, id: number, state: string) =>
    sql`INSERT INTO notices (incident, wave, customer_id, address_role, state, attempt, reason, settled_at)
      VALUES (${incident}, 'notice', ${id}, 'primary', ${state}, 0, ${state === 'skipped' ? 'x' : null}, UTC_TIMESTAMP(3))`.execute(
      db,
    );
  for (const [incident, id, state] of [
    [ledger.incident, 20, 'released'],
    [other, 10, 'skipped'],
    [other, 20, 'released'],
  ] as const)
    await told(incident, id, state);
  expect(idsOf(await claimBy(attempt))).toEqual(['10', '20', '30']);
  const { rows } = await sql`
    SELECT customer_id, state FROM notices WHERE incident = ${other} ORDER BY customer_id`.execute(db);
  expect(rows).toEqual([
    { customer_id: '10', state: 'skipped' },
    { customer_id: '20', state: 'released' },
  ]);
  expect(await times()).toEqual(before);
});
