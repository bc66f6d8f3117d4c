import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { type RelayProcess, startRelayProcess } from '../../scripts/relay/relay-process';
import { surveyNotices } from '../../src/books/balance';
import { readReceivers } from '../../src/books/receivers';
import { listAddresses } from '../../src/company/scan-customers';
import { type OwnLedger, ownLedger } from '../books/own-ledger';
import { judgeRelayLog } from '../judge-relay-log';
import { untilLockWait } from '../lock-waits';
import { timesFired } from '../times-fired';
import { until } from '../until';

let folder: string;
let relay: RelayProcess;
let ledger: OwnLedger;
let worker: ChildProcess | undefined;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'receiver-killed-'));
  relay = await startRelayProcess(folder);
  ledger = await ownLedger('receiverkilled', 80, { relay: { sessions: 2, messagesPerSession: null } });
  const { db, companySchema } = ledger.database;
  await sql`UPDATE ${sql.id(companySchema, 'customers')} SET email = CONCAT('c', id, '@big.test') WHERE id % 40 = 0`.execute(
    db,
  );
});
afterEach(async () => {
  worker?.kill('SIGKILL');
  await ledger.drop();
  await relay.stop();
  rmSync(folder, { recursive: true });
});

/** One slice over everybody, in a process of its own. */
function slice(): Promise<void> {
  const input = {
    ...{ incidentId: 'test', ledgerId: ledger.ledgerId, lane: 'notify-1', lanes: 1, wave: 'notice' },
    ...{ range: { after: null, upTo: '999999' }, sliceSeconds: 20 },
  };
  const parts = {
    databaseUrl: ledger.url,
    smtpUrl: `smtp://127.0.0.1:${relay.port}`,
    name: 'notifySlice',
    input,
  };
  const script = join(__dirname, 'activity-process.ts');
  const child = spawn(
    process.execPath,
    ['--require', require.resolve('tsx/cjs'), script, JSON.stringify(parts)],
    {
      stdio: 'ignore',
    },
  );
  worker = child;
  return new Promise((resolve) => child.once('close', () => resolve()));
}

const states = async () => (await surveyNotices(ledger.books, 'notice')).notices;
const verdict = () =>
  judgeRelayLog(relay.log, listAddresses(ledger.books.db, ledger.books.company, Date.now()));

test('killed between the refusals and the row of their receiver: nobody has failed, the next worker puts it aside, and all are told in the end (I1, I2)', async () => {
  const { database, books } = ledger;
  // One claim holds all 80, of whom 20 are at big.test.
  await relay.control({ add: { at: 'rcpt', match: '@big[.]test', reply: '550 go away', delayMs: 100 } });
  // These are left for later, so that the next worker sees the relay take others, too.
  await relay.control({ add: { at: 'rcpt', match: 'c[1-6]10@example', reply: '452 4.2.2 mailbox full' } });
  const killed = slice();
  await until('the first refusal', async () => (await timesFired(relay)) >= 1);
  await database.db.transaction().execute(async (holding) => {
    // Settling does not ask for this row; putting aside does.
    await sql`SELECT incident FROM incidents WHERE incident = ${ledger.incident} FOR UPDATE`.execute(holding);
    await until('the refused are settled', async () => ((await states()).deferred ?? 0) >= 10);
    await untilLockWait(database, (statement) => /closed_at/.test(statement));
    worker!.kill('SIGKILL');
    await killed;
  });
  expect(await readReceivers(books)).toEqual([]);
  expect((await states()).failed).toBeUndefined();

  await relay.control({ clear: true });
  await relay.control({ add: { at: 'rcpt', match: '@big[.]test', reply: '550 go away' } });
  await slice();
  await sql`UPDATE notices SET retry_at = UTC_TIMESTAMP(3) WHERE state = 'deferred' AND receiver IS NULL`.execute(
    books.db,
  );
  await slice();
  expect(await readReceivers(books)).toMatchObject([{ receiver: 'big.test', state: 'aside' }]);
  const { failed = 0, sent } = await states();
  // Whoever is refused once more while nobody has put it aside yet was refused by it twice.
  expect([failed, sent]).toEqual([0, 60]);

  await relay.control({ clear: true });
  await sql`UPDATE receivers SET next_try_at = UTC_TIMESTAMP(6)`.execute(books.db);
  for (let i = 0; i < 3; i++) {
    await slice();
    await sql`UPDATE notices SET retry_at = UTC_TIMESTAMP(3) WHERE state = 'deferred' AND receiver IS NULL`.execute(
      books.db,
    );
  }
  expect(await states()).toEqual({ sent: 80 });
  expect(await verdict()).toMatchObject({ customersAcceptedOnce: 80, customersAcceptedTwiceOrMore: 0 });
});
