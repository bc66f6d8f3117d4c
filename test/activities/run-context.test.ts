import { sql } from 'kysely';
import { runContexts } from '../../src/activities/run-context';
import { type OwnLedger, ownLedger } from '../books/own-ledger';

let ledger: OwnLedger;
beforeEach(async () => {
  ledger = await ownLedger('context', 1);
});
afterEach(() => ledger.drop());

test('a file that an older copy of the ledger was amended to is another one, although its version has the same number (I2, C103)', async () => {
  const runs = runContexts(ledger.database);
  const before = await runs('test');
  expect(await runs('test')).toBe(before);
  await sql`UPDATE incidents SET file_hash = ${'0'.repeat(64)}`.execute(ledger.database.db);
  const after = await runs('test');
  expect([after.row.version, after.row.file_hash]).toEqual([before.row.version, '0'.repeat(64)]);
});

// Templates come with the program: a worker of another version makes another notice of the same file.
test('notices that nobody approved are not sent, by any attempt of this worker; another may do better (C50)', async () => {
  const approved = await runContexts(ledger.database)('test');
  expect((await approved.notices()).contentHash).toBe(approved.row.content_hash);
  await sql`UPDATE incidents SET content_hash = ${'0'.repeat(64)}`.execute(ledger.database.db);
  const other = await runContexts(ledger.database)('test');
  for (const _ of [1, 2]) {
    const refused = other.notices();
    await expect(refused).rejects.toMatchObject({ type: 'OtherContent', nonRetryable: false });
  }
});
