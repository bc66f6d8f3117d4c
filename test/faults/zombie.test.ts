import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MockActivityEnvironment } from '@temporalio/testing';
import { sql } from 'kysely';
import pino from 'pino';
import { acceptancesIn } from '../../scripts/relay/acceptances';
import { type RelayProcess, startRelayProcess } from '../../scripts/relay/relay-process';
import { createActivities } from '../../src/activities/create-activities';
import { verifyAudit } from '../../src/books/audit-chain';
import { surveyNotices } from '../../src/books/balance';
import { closeGate, readGate } from '../../src/books/gate';
import { setRate } from '../../src/books/incident-decisions';
import type { LedgerDatabase } from '../../src/books/open-database';
import { decideInDoubt } from '../../src/books/settle-doubt';
import { sweepLeases } from '../../src/books/unsettled-claims';
import { type OwnLedger, ownLedger } from '../books/own-ledger';
import { timesFired } from '../times-fired';
import { until } from '../until';
import { statementsIn } from './statements-in';

const LEASE_SECONDS = 2;
let folder: string;
let relay: RelayProcess;
let ledger: OwnLedger;
let zombie: ChildProcess | undefined;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'zombie-'));
  relay = await startRelayProcess(folder);
  ledger = await ownLedger('zombie', 60, { relay: { sessions: 1, messagesPerSession: null } });
});
afterEach(async () => {
  zombie?.kill('SIGKILL');
  await ledger.drop();
  await relay.stop();
  rmSync(folder, { recursive: true });
});

const parts = () => ({ databaseUrl: ledger.url, smtpUrl: `smtp://127.0.0.1:${relay.port}` });
const theRun = () => ({ incidentId: 'test', ledgerId: ledger.ledgerId });
const sliceIn = (lane: string) => ({
  ...theRun(),
  lane,
  lanes: 1,
  wave: 'notice' as const,
  range: { after: null, upTo: '999999' },
  sliceSeconds: 30,
});

/** A process that does this one activity, and what comes of it. */
function begin(
  name: string,
  input: unknown,
  leaseSeconds = LEASE_SECONDS,
): { came: Promise<{ result?: unknown; error?: string }> } {
  const argument = JSON.stringify({ ...parts(), leaseSeconds, name, input });
  const script = join(__dirname, 'activity-process.ts');
  const child = spawn(process.execPath, ['--require', require.resolve('tsx/cjs'), script, argument], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  zombie = child;
  let [output, errors] = ['', ''];
  child.stdout.on('data', (bytes) => (output += bytes));
  child.stderr.on('data', (bytes) => (errors += bytes));
  const came = new Promise<never>((resolve, reject) => {
    child.once('close', () =>
      output === ''
        ? reject(new Error(`it said nothing, but: ${errors}`))
        : resolve(JSON.parse(output) as never),
    );
  });
  return { came };
}

/** Does it here, in a worker of ours. */
async function sliceHere(lane: string): Promise<void> {
  const set = createActivities({ ...parts(), workerName: 'here', log: pino({ level: 'silent' }) });
  await new MockActivityEnvironment().run(set.activities.notifySlice, sliceIn(lane));
  await set.close();
}
const ruleFired = async () => (await timesFired(relay)) === 1;
/** Stops it inside a transaction: in front of `statement`, whose row we hold meanwhile. */
async function stopBefore(
  statement: string,
  holdRow: (trx: LedgerDatabase) => Promise<unknown>,
  name: string,
  input: unknown,
) {
  const { database } = ledger;
  let begun: ReturnType<typeof begin> | undefined;
  const done = new Error('row let go');
  const held = database.db.transaction().execute(async (trx) => {
    await holdRow(trx);
    begun = begin(name, input);
    await until(statement, async () =>
      (await statementsIn(database)).some((running) => running.includes(statement)),
    );
    zombie!.kill('SIGSTOP');
    throw done;
  });
  await held.catch((error) => {
    if (error !== done) throw error;
  });
  return begun!;
}
const states = async () => (await surveyNotices(ledger.books, 'notice')).notices;
async function acceptances(): Promise<string[]> {
  const to: string[] = [];
  for (const acceptance of await acceptancesIn(relay.log)) to.push(acceptance.to);
  return to;
}

test('stopped past its lease between claim and dot, then woken: no dot goes out that another has sent (I2, C09)', async () => {
  await relay.control({ add: { at: 'data', after: 10, times: 1, action: 'hold' } });
  const { came } = begin('notifySlice', sliceIn('notify-1'));
  await until('its eleventh DATA', ruleFired);
  zombie!.kill('SIGSTOP');
  // The ten before may be told, so they stay in doubt; of the eleventh an operator decides.
  await until('the end of its lease', async () => (await sweepLeases(ledger.books)) === 60);
  const decision = {
    decision: 'resend' as const,
    by: 'ann',
    reason: 'that worker is dead',
    customerId: '110',
  };
  await relay.control({ release: true });
  await decideInDoubt(ledger.books, 'notice', decision);
  await sliceHere('notify-2');
  expect(await acceptances()).toContain('c110@example.test');

  zombie!.kill('SIGCONT');
  expect(await came).toMatchObject({ result: { done: true, stop: null } });
  const told = await acceptances();
  expect([told.length, new Set(told).size]).toEqual([60, 60]);
  expect(await states()).toEqual({ sent: 60 });
});

test('an attempt that was given up but still runs ends at its next claim, beside its retry in the lane (I2)', async () => {
  const { db } = ledger.database;
  await setRate(ledger.books, 50, 'ann');
  await relay.control({ add: { at: 'dot', after: 1, times: 1, action: 'hold' } });
  const { came } = begin('notifySlice', sliceIn('notify-1'), 600);
  await until('its second dot', ruleFired);
  zombie!.kill('SIGSTOP');
  const token = async () =>
    (await sql<{ token: string }>`SELECT token FROM lanes`.execute(db)).rows[0]!.token;
  const first = await token();
  const here = sliceHere('notify-1');
  await until('the lane to be taken over', async () => (await token()) !== first);
  await relay.control({ release: true });
  zombie!.kill('SIGCONT');
  await here;
  expect(await came).toEqual({ error: 'Another attempt took over the lane' });
  // What it did not dare to send, with its view of the gate as old as its sleep.
  await sliceHere('notify-1');
  const told = await acceptances();
  expect([told.length, new Set(told).size]).toEqual([60, 60]);
  expect(await states()).toEqual({ sent: 60 });
});

test('stopped inside a claim: a pause returns and stands, and nobody is told after it (I2)', async () => {
  const row = sql`INSERT INTO notices (incident, wave, customer_id, address_role, state, attempt, reason, settled_at)
    VALUES (${ledger.incident}, 'notice', 10, 'primary', 'skipped', 0, 'held by the test', UTC_TIMESTAMP(3))`;
  const { came } = await stopBefore(
    'INSERT INTO notices',
    (trx) => row.execute(trx),
    'notifySlice',
    sliceIn('notify-1'),
  );
  expect(await closeGate(ledger.books, 'stop', 'ann')).toMatchObject({
    gate: 'closed',
    liveClaims: 0,
  });
  zombie!.kill('SIGCONT');
  await came;
  expect(await acceptances()).toEqual([]);
  expect(await states()).toEqual({});
});

test('stopped inside an opening of the gate: a later pause returns and stands (I2)', async () => {
  const { fence } = await closeGate(ledger.books, 'first', 'ann');
  const entry = sql`INSERT INTO audit SELECT incident, seq + 1, at, who, action, detail, prev_hash, hash
    FROM audit WHERE incident = ${ledger.incident} ORDER BY seq DESC LIMIT 1`;
  const opening = { ...theRun(), fence, by: 'ann' };
  const { came } = await stopBefore('INSERT INTO audit', (trx) => entry.execute(trx), 'openGate', opening);
  await closeGate(ledger.books, 'second', 'bob');
  zombie!.kill('SIGCONT');
  await came;
  const again = begin('openGate', opening);
  expect(await again.came).toMatchObject({ result: { opened: false } });
  expect(await readGate(ledger.books)).toMatchObject({
    ...{ gate: 'closed', reason: 'first; then by bob: second', by: 'ann' },
  });
  expect(await verifyAudit(ledger.books)).toBeNull();
});
