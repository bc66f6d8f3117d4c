import { sql } from 'kysely';
import { NOT_STARTED, recordNotStarted, verifyAudit } from '../../src/books/audit-chain';
import { auditEntries } from '../audit-entries';
import { type OwnLedger, ownLedger } from './own-ledger';

let ledger: OwnLedger;
beforeAll(async () => {
  ledger = await ownLedger('not-started', 1);
});
afterAll(() => ledger.drop());

test('without an entry the chain of files that were not started is whole', async () => {
  expect(await verifyAudit({ db: ledger.database.db, incident: NOT_STARTED })).toBeNull();
});

test('entries written at the same time keep one unbroken chain, and none is lost (I6)', async () => {
  const { db } = ledger.database;
  const entry = (i: number) => ({ who: `operator ${i}`, action: 'test-send', detail: { i } });
  await Promise.all(Array.from({ length: 30 }, (_, i) => recordNotStarted(db, entry(i))));
  expect(await verifyAudit({ db, incident: NOT_STARTED })).toBeNull();
  const written = await auditEntries(db, { incident: NOT_STARTED });
  expect(new Set(written.map(({ who }) => who)).size).toBe(30);
});

test('it verifies until somebody changes it (I6)', async () => {
  const { db } = ledger.database;
  await sql`UPDATE audit SET who = 'eve' WHERE incident = 0 AND seq = 7`.execute(db);
  expect(await verifyAudit({ db, incident: NOT_STARTED })).toBe('entry 7 was changed after it was written');
  await sql`DELETE FROM audit WHERE incident = 0 AND seq = 5`.execute(db);
  expect(await verifyAudit({ db, incident: NOT_STARTED })).toBe('entry 5 is missing: the next one is 6');
});
