import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MockActivityEnvironment } from '@temporalio/testing';
import { sql } from 'kysely';
import pino from 'pino';
import { type RelayProcess, startRelayProcess } from '../../scripts/relay/relay-process';
import type { NotifyCounts, SliceResult } from '../../src/activities/contract';
import { type ActivitySet, createActivities } from '../../src/activities/create-activities';
import { surveyNotices } from '../../src/books/balance';
import { joinRelaysOf, type OwnLedger, ownLedger } from '../books/own-ledger';
import { untilLockWait } from '../lock-waits';

const folder = mkdtempSync(join(tmpdir(), 'slow-claim-'));
let relay: RelayProcess;
let ledger: OwnLedger;
let worker: ActivitySet;
beforeAll(async () => {
  relay = await startRelayProcess(folder);
});
beforeEach(async () => {
  ledger = await ownLedger('slowclaim', 10);
  await joinRelaysOf(ledger.books, `smtp://127.0.0.1:${relay.port}`);
  worker = createActivities({
    databaseUrl: ledger.url,
    smtpUrl: `smtp://127.0.0.1:${relay.port}`,
    workerName: 'test',
    log: pino({ level: 'silent' }),
  });
});
afterEach(async () => {
  jest.restoreAllMocks();
  await worker.close();
  await ledger.drop();
});
afterAll(async () => {
  await relay.stop();
  rmSync(folder, { recursive: true });
});

/** A slice whose first claim waits for a lock while so many seconds pass on this machine's clock. */
async function sliceWithFirstClaimOf(seconds: number): Promise<SliceResult<NotifyCounts>> {
  const realNow = Date.now;
  const { running } = await ledger.database.db.transaction().execute(async (trx) => {
    await sql`SELECT gate FROM incidents WHERE incident = ${ledger.incident} FOR UPDATE`.execute(trx);
    const running: Promise<SliceResult<NotifyCounts>> = new MockActivityEnvironment().run(
      worker.activities.notifySlice,
      {
        incidentId: 'test',
        ledgerId: ledger.ledgerId,
        lane: 'notify-1',
        lanes: 1,
        wave: 'notice' as const,
        range: { after: null, upTo: '999999' },
        sliceSeconds: 30,
      },
    );
    await untilLockWait(ledger.database, (statement) => statement.includes('LOCK IN SHARE MODE'));
    jest.spyOn(Date, 'now').mockImplementation(() => realNow() + seconds * 1000);
    return { running };
  });
  return running;
}

const told = async () => (await surveyNotices(ledger.books, 'notice')).notices;

test('the lease of 60 s runs from before its claim was asked for: one that took as long gives everybody back, and the next tells them (I2)', async () => {
  expect((await sliceWithFirstClaimOf(60)).counts).toMatchObject({ released: 10, sent: 10 });
  expect(await told()).toEqual({ sent: 10 });
});

test('a claim that took half of its lease tells everybody', async () => {
  expect((await sliceWithFirstClaimOf(30)).counts).toMatchObject({ released: 0, sent: 10 });
});
