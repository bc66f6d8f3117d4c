import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { sql } from 'kysely';
import { leaveOut, readRelays } from '../../src/books/relays';
import { sweepLeases } from '../../src/books/unsettled-claims';
import { BY_BREAKER } from '../../src/incident/goes-without';
import { untilLockWait } from '../lock-waits';
import { timesFired } from '../times-fired';
import { until } from '../until';
import { startTwoRelays, type TwoRelays } from './two-relays';

/** C112: a worker is killed around the moment in which a relay is left out. */
let two: TwoRelays;
let killed: ChildProcess;
afterEach(async () => {
  killed.kill('SIGKILL');
  await two.end();
});

/** One slice over everybody, in a process of its own, by these relays. */
function slice(smtpUrl: string): { ended: Promise<void> } {
  const input = {
    ...{ incidentId: 'test', ledgerId: two.ledger.ledgerId, lane: 'notify-1', lanes: 1, wave: 'notice' },
    ...{ range: { after: null, upTo: '999999' }, sliceSeconds: 20 },
  };
  const parts = { databaseUrl: two.ledger.url, smtpUrl, name: 'notifySlice', input };
  const script = join(__dirname, 'activity-process.ts');
  killed = spawn(process.execPath, ['--require', require.resolve('tsx/cjs'), script, JSON.stringify(parts)], {
    stdio: 'ignore',
  });
  return { ended: new Promise((resolve) => killed.once('close', () => resolve())) };
}

const REFUSES = { at: 'dot', reply: '554 5.6.0 a rule of mine', delayMs: 20 };
const stateOfOne = async () => (await readRelays(two.ledger.books)).find(({ relay }) => relay === 'one');
/** Whoever was put off is due. */
const due = () =>
  sql`UPDATE notices SET retry_at = UTC_TIMESTAMP(3) WHERE state = 'deferred'`.execute(two.ledger.books.db);

test('killed between what the relay said and leaving it out: it takes part, nobody has failed, and the next worker leaves it out; all are told once (I1, I2)', async () => {
  // The first claim is of that relay, as good as surely.
  const relay = { sessions: 8, messagesPerSession: null, relays: { one: { weight: 1_000 } } };
  two = await startTwoRelays(80, { relay });
  await two.relays.one.control({ add: REFUSES });
  const { database } = two.ledger;
  const running = slice(two.smtpUrl);
  await until('the first refusal', async () => (await timesFired(two.relays.one)) >= 1);
  await database.db.transaction().execute(async (holding) => {
    // Settling does not ask for this row; leaving out does.
    await sql`SELECT incident FROM incidents WHERE incident = ${two.ledger.incident} FOR UPDATE`.execute(
      holding,
    );
    await untilLockWait(database, (statement) => /closed_at/.test(statement));
    killed.kill('SIGKILL');
    await running.ended;
  });
  expect(await stateOfOne()).toMatchObject({ state: 'in' });
  expect((await two.states()).failed).toBeUndefined();
  for (let i = 0; i < 3; i++) {
    await due();
    expect(await two.pass()).toEqual([null, null]);
  }
  expect(await stateOfOne()).toMatchObject({ state: 'out', putBy: BY_BREAKER });
  expect(await two.states()).toEqual({ sent: 80 });
  expect(await two.verdict()).toMatchObject({ customersAcceptedOnce: 80, customersAcceptedTwiceOrMore: 0 });
});

test('killed between leaving out and giving back: whose dot that relay holds is in doubt, and told by no other one, also when it answers late (I2)', async () => {
  two = await startTwoRelays(80);
  const { books } = two.ledger;
  // The relay has the message in its log, and does not say so before it is released.
  await two.relays.one.control({ add: { at: 'dot', action: 'hold', after: 3, times: 1 } });
  const running = slice(two.smtpUrl.split('\n')[0]!);
  await until('the dot that is held back', async () => (await timesFired(two.relays.one)) === 1);
  // Another worker, which has both.
  const { fence } = (await stateOfOne())!;
  await two.slice(two.workers[1]!, 2).catch(() => undefined);
  expect(
    await leaveOut(books, { relay: 'one', fence }, { reason: 'x, then resume.' }, ['one', 'two']),
  ).toMatchObject({ kind: 'left-out' });
  killed.kill('SIGKILL');
  await running.ended;
  await two.relays.one.control({ release: true });
  await sql`UPDATE claims SET lease_until = claimed_at + INTERVAL 1 SECOND WHERE settled = 0`.execute(
    books.db,
  );
  await sweepLeases(books);
  for (let i = 0; i < 2; i++) expect(await two.pass()).toEqual([null, null]);
  const { in_doubt: doubtful = 0, sent = 0 } = await two.states();
  expect(doubtful).toBeGreaterThan(0);
  expect(doubtful + sent).toBe(80);
  // Without a journal the whole claim is in doubt, which is the honest answer; nobody of it is told again.
  expect(await two.verdict()).toMatchObject({ customersAcceptedTwiceOrMore: 0 });
  const { rows } = await sql<{ relay: string }>`
    SELECT DISTINCT c.relay FROM notices n JOIN claims c ON c.claim_id = n.claim_id WHERE n.state = 'in_doubt'`.execute(
    books.db,
  );
  expect(rows).toEqual([{ relay: 'one' }]);
});
