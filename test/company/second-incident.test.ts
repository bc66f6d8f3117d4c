import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { takeLane } from '../../src/books/claim';
import { type ExpiryCounts, expireRange } from '../../src/company/expire-range';
import { verifyExpiry } from '../../src/company/verify-expiry';
import type { KeyRange } from '../../src/incident/vocabulary';
import { make, own, plain, run, users, values } from './small-company';

const [FIRST, SECOND] = [1, 2];
const all: KeyRange = { after: null, upTo: '9' };

/** Three customers; the first incident is long past its expiry, and customer 2 has chosen a new password since. */
async function afterFirst(): Promise<void> {
  await make(plain, [users()], { users: [1, 2, 3].map((id) => ({ id, pw: `p${id}` })) });
  for (const id of ['first', 'second'])
    await own().run(sql`INSERT INTO incidents (incident_id, title, file_hash, file, content_hash, cutoff, phase, gate, gate_reason,
      gate_by, gate_since, fence, rate_per_second, message_key, server_identity, started_by, started_at)
      VALUES (${id}, '', '', '{}', '', NOW(), 'expire', 'open', '', '', NOW(), 0, 1, ${Buffer.alloc(32)}, '', '', NOW())`);
  expect(await expire(FIRST, all)).toMatchObject({ expired: 3 });
  await own().run(
    sql`INSERT INTO audit SELECT ${FIRST}, 1, NOW(), 'x', 'phase', '{"phase":"verify"}', '', ''`,
  );
  await choose(2, 'new2');
}

async function expire(incident: number, range: KeyRange): Promise<ExpiryCounts> {
  const { db } = own().database;
  const laneToken = randomUUID();
  await takeLane({ db, incident }, 'expire-1', laneToken);
  return expireRange(db, own(), { incident, lane: 'expire-1', laneToken, range });
}
const choose = (id: number, password: string) =>
  run((table) => sql`UPDATE ${table('users')} SET pw = ${password} WHERE id = ${id}`);
const cohort = (incident: number) =>
  own().rows(sql<{ customer_id: number; password: string }>`
    SELECT customer_id, password, expired_at, fingerprints FROM cohort WHERE incident = ${incident} ORDER BY customer_id`);
const dispositions = async (incident: number) =>
  (await cohort(incident)).map(({ customer_id, password }) => `${Number(customer_id)} ${password}`);

test("the first incident's customers are the second's too, also of a chunk that is repeated because it was half done (I1, C78)", async () => {
  await afterFirst();
  const before = await cohort(FIRST);
  expect(await expire(SECOND, { after: null, upTo: '1' })).toMatchObject({ expired: 1 });
  expect(await expire(SECOND, all)).toEqual({ expired: 2, changed_since: 0, none: 0, revoked: 0 });
  expect(await dispositions(SECOND)).toEqual(['1 expired', '2 expired', '3 expired']);
  expect(await values('users', 'pw')).toEqual([null, null, null]);
  expect(await cohort(FIRST)).toEqual(before);
  expect(await verifyExpiry(own().database.db, own(), SECOND, Date.now())).toMatchObject({ clean: true });
});

test("a chunk of the second incident that is repeated changes nothing of the first's, and no password that was chosen since (I5)", async () => {
  await afterFirst();
  await expire(SECOND, all);
  const before = await cohort(FIRST);
  await choose(1, 'new1');
  // From before either incident, and from between the two.
  await choose(2, 'p2');
  await choose(3, 'p3');
  expect(await expire(SECOND, all)).toEqual({ expired: 0, changed_since: 0, none: 0, revoked: 0 });
  expect(await values('users', 'pw')).toEqual([null, null, 'new1']);
  await choose(2, 'new2');
  await expire(SECOND, all);
  expect(await values('users', 'pw')).toEqual([null, null, 'new1']);
  expect(await cohort(FIRST)).toEqual(before);
});
