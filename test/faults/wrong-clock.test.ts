import { join } from 'node:path';
import { sql } from 'kysely';
import { verifyAudit } from '../../src/books/audit-chain';
import { type OwnResponse, ownResponse } from './own-response';

const HOUR = 3_600_000;
let response: OwnResponse;
afterEach(() => response.end());

test("two workers whose clocks are an hour fast and an hour slow: nobody twice, no new password dies, all times are the database's (I1, I2, I5)", async () => {
  // For one of them the cutoff is still to come, and for the other every retry is long over.
  const cutoff = new Date(Date.now() - 40 * 60_000).toISOString();
  response = await ownResponse('clock', {
    customers: 800,
    change: (file) => ({ ...file, cutoff, retry: { firstAfterSeconds: 1, forHours: 1 } }),
  });
  const { database, relay, row, books, verdict } = response;
  const customers = sql.id(database.companySchema, 'customers');
  const rows = async <T>(statement: ReturnType<typeof sql<T>>) => (await statement.execute(database.db)).rows;
  const chosenSince = () =>
    rows(sql`
    SELECT id, password_hash FROM ${customers} WHERE password_set_at > ${cutoff.slice(0, 19).replace('T', ' ')} ORDER BY id`);
  const before = await chosenSince();
  const [start] = await rows(sql<{ at: string }>`SELECT UTC_TIMESTAMP(6) AS at`);
  await relay.control({ add: { at: 'rcpt', reply: '451 4.2.0 try again later', times: 5 } });
  for (const off of [HOUR, -HOUR]) {
    const preload = `--require ${join(__dirname, 'wrong-clock.cjs')}`;
    await response.worker({ NODE_OPTIONS: preload, CLOCK_OFF_MILLISECONDS: String(off) });
  }
  await response.begin();
  await response.untilOver();

  expect(await row()).toMatchObject({ phase: 'closed', hold_reason: null });
  const { cohort, missing, notices } = await books();
  const { sent = 0, skipped = 0, ...other } = notices;
  expect({ missing, other, sum: sent + skipped }).toEqual({ missing: 0, other: {}, sum: cohort });
  expect(await verdict()).toMatchObject({ customersAcceptedOnce: sent, customersAcceptedTwiceOrMore: 0 });
  expect(before.length).toBeGreaterThan(0);
  expect(await chosenSince()).toEqual(before);
  const outside = (column: string) => sql`NOT ${sql.ref(column)} BETWEEN ${start!.at} AND UTC_TIMESTAMP(6)`;
  const wrong = await rows(sql`
    SELECT customer_id FROM notices WHERE ${outside('settled_at')} OR ${outside('claimed_at')} OR ${outside('first_deferred_at')}
    UNION ALL SELECT customer_id FROM cohort WHERE ${outside('expired_at')}
    UNION ALL SELECT claim_id FROM claims WHERE ${outside('claimed_at')}
    UNION ALL SELECT seq FROM audit WHERE seq > 2 AND ${outside('at')}`);
  expect(wrong).toEqual([]);
  expect(await verifyAudit({ db: database.db, incident: (await row()).incident })).toBeNull();
});
