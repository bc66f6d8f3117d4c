import { type RawBuilder, sql } from 'kysely';
import { verifyAudit } from '../../src/books/audit-chain';
import { setRate } from '../../src/books/incident-decisions';
import { CHAIN_START, entryHash } from '../../src/books/judge-audit';
import type { AuditTable } from '../../src/books/ledger-tables';
import { type OwnLedger, ownLedger } from './own-ledger';

let ledger: OwnLedger;
beforeEach(async () => {
  ledger = await ownLedger('audit', 1);
  for (const rate of [7, 8, 9]) await setRate(ledger.books, rate, 'ann');
});
afterEach(() => ledger.drop());

const run = (statement: RawBuilder<unknown>) => statement.execute(ledger.database.db);
const chain = async () =>
  (await sql<AuditTable>`SELECT * FROM audit ORDER BY seq`.execute(ledger.database.db)).rows;

test.each<[string, RawBuilder<unknown>]>([
  ['who', sql`who = 'eve'`],
  ['what', sql`action = 'resume'`],
  ['its details', sql`detail = '{"perSecond":6}'`],
  ['when', sql`at = at + INTERVAL 1 MICROSECOND`],
])('an entry that says something else by now is named: %s (I6)', async (_, change) => {
  expect(await verifyAudit(ledger.books)).toBeNull();
  await run(sql`UPDATE audit SET ${change} WHERE seq = 4`);
  expect(await verifyAudit(ledger.books)).toBe('entry 4 was changed after it was written');
});

test("another incident's entries do not pass for this one's (I6)", async () => {
  await run(sql`UPDATE audit SET incident = ${ledger.incident + 1}`);
  const other = { ...ledger.books, incident: ledger.incident + 1 };
  expect(await verifyAudit(other)).toBe('entry 1 was changed after it was written');
});

test('who rewrites an entry with a hash that fits must rewrite all after it, up to the head that is kept elsewhere (I6)', async () => {
  const entry = { ...(await chain())[3]!, who: 'eve' };
  await run(sql`UPDATE audit SET who = 'eve', hash = ${entryHash(entry)} WHERE seq = 4`);
  expect(await verifyAudit(ledger.books)).toBe('entry 5 does not follow from the entry before it');
  await run(sql`UPDATE audit SET prev_hash = ${entryHash(entry)} WHERE seq = 5`);
  expect(await verifyAudit(ledger.books)).toBe('entry 5 was changed after it was written');
});

test('each field of an entry is in its hash, and none runs into the next (I6)', () => {
  const entry = {
    incident: 1,
    seq: 2,
    at: '2026-11-25 02:00:00.000000',
    who: 'ann',
    action: 'rate',
    detail: '{}',
    prev_hash: CHAIN_START,
  };
  const others: Partial<typeof entry>[] = [
    { incident: 2 },
    { seq: 3 },
    { at: '2026-11-25 02:00:00.000001' },
    { who: 'eve' },
    { action: 'pause' },
    { detail: '{"reason":""}' },
    { prev_hash: Buffer.alloc(32, 1) },
    { who: 'annr', action: 'ate' },
  ];
  const hashes = [{}, ...others].map((other) => entryHash({ ...entry, ...other }).toString('hex'));
  expect(new Set(hashes).size).toBe(hashes.length);
});
