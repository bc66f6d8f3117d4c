import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MockActivityEnvironment } from '@temporalio/testing';
import { sql } from 'kysely';
import pino from 'pino';
import { acceptancesIn } from '../../scripts/relay/acceptances';
import { type RelayProcess, startRelayProcess } from '../../scripts/relay/relay-process';
import { type ActivitySet, createActivities } from '../../src/activities/create-activities';
import { appendAudit, readHead } from '../../src/books/audit-chain';
import { beginDelay } from '../../src/books/delay';
import type { AuditHead } from '../../src/incident/audit-head';
import type { KeyRange } from '../../src/incident/vocabulary';
import { openJournals } from '../../src/journal/journals';
import { type OwnLedger, ownLedger } from '../books/own-ledger';

let folder: string;
let relay: RelayProcess;
let ledger: OwnLedger;
let worker: ActivitySet;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'nothing-lost-'));
  relay = await startRelayProcess(folder);
  ledger = await ownLedger('lost', 30);
  worker = await newWorker('first');
});
afterEach(async () => {
  await worker.close();
  await ledger.drop();
  await relay.stop();
  rmSync(folder, { recursive: true });
});

/** With its own journals beside those of the others of this machine, or with none. */
async function newWorker(id: string, journals: string | null = folder): Promise<ActivitySet> {
  return createActivities({
    databaseUrl: ledger.url,
    smtpUrl: `smtp://127.0.0.1:${relay.port}`,
    workerName: id,
    journals:
      journals === null
        ? null
        : await openJournals({ folder: journals, id, socket: join(folder, `${id}.sock`), worker: id }),
    log: pino({ level: 'silent' }),
  });
}
async function restartWorker(journals: string | null = folder): Promise<void> {
  await worker.close();
  worker = await newWorker('second', journals);
}
const slice = (range: KeyRange, more: { auditHead?: AuditHead } = {}) =>
  new MockActivityEnvironment().run(worker.activities.notifySlice, {
    incidentId: 'test',
    ledgerId: ledger.ledgerId,
    lane: 'notify-1',
    lanes: 1,
    wave: 'notice' as const,
    range,
    sliceSeconds: 30,
    ...more,
  });
const upTo = (last: string, more: Partial<KeyRange> = {}): KeyRange => ({ after: null, upTo: last, ...more });
/** The ledger as a copy has it that was made before customers after this one were claimed. */
async function restoreCopyOf(last: number): Promise<void> {
  const { db } = ledger.database;
  await sql`DELETE FROM notices WHERE customer_id > ${last}`.execute(db);
  await sql`DELETE FROM claims WHERE last_customer > ${last}`.execute(db);
}
async function told(): Promise<string[]> {
  const to: string[] = [];
  for (const acceptance of await acceptancesIn(relay.log)) to.push(acceptance.to);
  return to;
}
const LOST = { done: false, stop: { kind: 'lost-commits' }, counts: { sent: 0 } };

test('an older copy under a worker that goes on: its own last claim is missing, and nobody is told again (I2)', async () => {
  await slice(upTo('100'));
  await slice(upTo('200', { after: '100' }));
  await restoreCopyOf(100);
  expect(await slice(upTo('300'))).toMatchObject(LOST);
  expect(await told()).toHaveLength(20);
});

test("an older copy under a worker that was started anew: its predecessor's journal has a claim that is missing (I2)", async () => {
  await slice(upTo('100'));
  await slice(upTo('200', { after: '100' }));
  await restoreCopyOf(100);
  await restartWorker();
  expect(await slice(upTo('300'))).toMatchObject(LOST);
  expect(await told()).toHaveLength(20);
});

test('an older copy, a worker that was started anew, and no journals: the row where the range stood is missing (I2)', async () => {
  await slice(upTo('200'));
  await restoreCopyOf(100);
  await restartWorker(null);
  expect(await slice(upTo('300', { after: '200', begun: true }))).toMatchObject(LOST);
  expect(await told()).toHaveLength(20);
});

test('a worker that was started anew over books that have all goes on; no row is asked for where the range only begins', async () => {
  await slice(upTo('100'));
  await restartWorker();
  expect(await slice(upTo('200'))).toMatchObject({ done: true, stop: null, counts: { sent: 10 } });
  expect(await slice(upTo('300', { after: '250' }))).toMatchObject({ stop: null, counts: { sent: 5 } });
  expect(await told()).toHaveLength(25);
});

test("another ledger's journals in the same folder say nothing of this one", async () => {
  const other = await ownLedger('lost', 10);
  const own = ledger;
  try {
    ledger = other;
    const beside = await newWorker('beside');
    const ran = worker;
    worker = beside;
    expect(await slice(upTo('100'))).toMatchObject({ counts: { sent: 10 } });
    await beside.close();
    worker = ran;
  } finally {
    ledger = own;
    await other.drop();
  }
  expect(await slice(upTo('300'))).toMatchObject({ stop: null, counts: { sent: 30 } });
});

test('a copy that lacks a hold of law enforcement, which Temporal knows of, lets nobody be told until that is on record (I6)', async () => {
  const { books, database } = ledger;
  await beginDelay(books, 'Ann', 'FBI 12-345');
  const { seq, hash } = (await readHead(books))!;
  const auditHead = { seq, hash };
  await sql`DELETE FROM audit WHERE seq > 2`.execute(database.db);
  await sql`UPDATE incidents SET gate = 'open', fence = 0, delay_by = NULL, delay_reason = NULL, delay_since = NULL, delay_fence = NULL`.execute(
    database.db,
  );
  const reason = expect.stringContaining(
    'It has lost decisions: Temporal has entry 4 of the audit log, and this database does not (its own ends with entry 2)',
  );
  expect(await slice(upTo('100'), { auditHead })).toMatchObject({
    ...LOST,
    stop: { kind: 'lost-commits', reason },
  });
  // As long again, with other entries: it is not the one that Temporal knows.
  for (const action of ['retry', 'retry', 'retry'])
    await appendAudit(books, { who: 'Eve', action, detail: {} });
  expect(await slice(upTo('100'), { auditHead })).toMatchObject(LOST);
  expect(await told()).toEqual([]);
  await appendAudit(books, {
    who: 'Ann',
    action: 'reconcile',
    detail: { lostHeads: [{ seq: 9, hash: 'f'.repeat(64) }] },
  });
  expect(await slice(upTo('100'), { auditHead })).toMatchObject(LOST);
  await appendAudit(books, { who: 'Ann', action: 'reconcile', detail: { lostHeads: [auditHead] } });
  expect(await slice(upTo('100'), { auditHead })).toMatchObject({ done: true, stop: null });
});
