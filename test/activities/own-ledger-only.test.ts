import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import pino from 'pino';
import { type ActivitySet, createActivities } from '../../src/activities/create-activities';
import { readGate } from '../../src/books/gate';
import { type OwnLedger, ownLedger } from '../books/own-ledger';

let ledger: OwnLedger;
let worker: ActivitySet;
beforeAll(async () => {
  ledger = await ownLedger('own-only', 1);
  const log = pino({ level: 'silent' });
  worker = createActivities({
    ...{ databaseUrl: ledger.url, smtpUrl: 'smtp://127.0.0.1:9', workerName: 'test', log },
  });
});
afterAll(async () => {
  await worker.close();
  await ledger.drop();
});

const close = (ledgerId: string) =>
  worker.activities.closeGate({ incidentId: 'test', ledgerId, reason: 'stray', by: 'ann' });
const gate = async () => (await readGate(ledger.database.db, ledger.incident)).gate;

// Guarded by ownLedgerOnly() in create-activities.ts.
test('the work of another ledger is not done, and another worker may try it (C80)', async () => {
  const other = randomUUID();
  const refused = close(other);
  await expect(refused).rejects.toMatchObject({ type: 'OtherLedger', nonRetryable: false });
  await expect(refused).rejects.toThrow(
    `belongs to the ledger ${other}, and a worker's database ${ledger.database.address} holds the ledger ${ledger.ledgerId}`,
  );
  expect(await gate()).toBe('open');
});

test('a ledger that was put in the place of the one that the worker knew does not get its work (C80)', async () => {
  const other = randomUUID();
  await sql`UPDATE ledger SET id = ${other}`.execute(ledger.database.db);
  await expect(close(ledger.ledgerId)).rejects.toMatchObject({ type: 'OtherLedger' });
  expect(await gate()).toBe('open');
  await sql`UPDATE ledger SET id = ${ledger.ledgerId}`.execute(ledger.database.db);
  expect(await close(ledger.ledgerId)).toMatchObject({ gate: 'closed', reason: 'stray' });
});
