import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'kysely';
import { listInDoubt } from '../../src/books/settle-doubt';
import { weighEvidence } from '../../src/operator/weigh-evidence';
import { type OwnResponse, ownResponse } from './own-response';
import { statementsIn } from './statements-in';

/** So few customers are one lane's, and that is a quarter of the sessions. */
const SESSIONS = 2;
let response: OwnResponse;
beforeEach(async () => {
  response = await ownResponse('dead', { customers: 800 });
});
afterEach(() => response.end());

/** Another worker goes on to the end; then by the relay's own log nobody was told twice, and by the books nobody is missing. */
async function anotherGoesOn(): Promise<{ inDoubt: number; acceptedOnce: number }> {
  const { row, books, verdict, database } = response;
  await response.worker();
  await response.untilOver();
  const { cohort, missing, notices } = await books();
  const { sent = 0, skipped = 0, in_doubt: inDoubt = 0, ...other } = notices;
  expect({ missing, other, sum: sent + skipped + inDoubt }).toEqual({ missing: 0, other: {}, sum: cohort });
  const { phase, incident, hold_reason } = await row();
  expect(phase).toBe(inDoubt === 0 ? 'closed' : 'settle');
  if (inDoubt > 0)
    expect(hold_reason).toMatch(new RegExp(`^In doubt: ${inDoubt} notice.*npm run cli -- settle`));
  expect(await listInDoubt({ db: database.db, incident }, 'notice', 10_000)).toHaveLength(inDoubt);
  const {
    customersAcceptedOnce: acceptedOnce,
    customersAcceptedTwiceOrMore: twice,
    strangers,
  } = await verdict();
  expect({ twice, strangers }).toEqual({ twice: 0, strangers: 0 });
  // Whom the relay has not taken is in doubt; nobody that the books call told is missing in its log (I1).
  expect(acceptedOnce).toBeGreaterThanOrEqual(sent);
  expect(acceptedOnce).toBeLessThanOrEqual(sent + inDoubt);
  return { inDoubt, acceptedOnce };
}

async function kill9(pid: number, ended: Promise<string>): Promise<void> {
  process.kill(pid, 'SIGKILL');
  expect(await ended).toBe('signal SIGKILL');
}

test('kill -9 before the dot: nobody is in doubt, everybody is told once (I1, I2)', async () => {
  const { relay, fired, until } = response;
  const worker = await response.worker();
  await relay.control({ add: { at: 'data', action: 'stall', after: 200 } });
  await response.begin();
  await until('every session to wait for its 354', async () => (await fired()) === SESSIONS);
  await kill9(worker.identity.pid, worker.ended);
  await relay.control({ clear: true });
  const { acceptedOnce, inDoubt } = await anotherGoesOn();
  expect({ inDoubt, acceptedOnce }).toEqual({
    inDoubt: 0,
    acceptedOnce: (await response.books()).notices.sent,
  });
});

test('kill -9 after the reply and before settle: what the relay said is known all the same (I1, I2)', async () => {
  const { relay, database, until } = response;
  const worker = await response.worker();
  await relay.control({ add: { at: 'dot', action: 'hold', after: 100 } });
  await response.begin();
  const locked = await database.db.transaction().execute(async (trx) => {
    // Every settling waits for these rows.
    const claims = sql<{ claim_id: string }>`SELECT claim_id FROM claims WHERE settled = 0 FOR UPDATE`;
    await until('a claim', async () => (await claims.execute(trx)).rows.length === 1);
    await relay.control({ clear: true });
    await until('its settling', async () => (await settling()) === 1);
    await kill9(worker.identity.pid, worker.ended);
    return (await claims.execute(trx)).rows.map((row) => row.claim_id);
  });
  const told = sql`SELECT 1 FROM notices WHERE state = 'sending' AND claim_id IN (${sql.join(locked)})`;
  expect((await told.execute(database.db)).rows.length).toBeGreaterThan(0);
  expect(await anotherGoesOn()).toMatchObject({ inDoubt: 0 });
});

async function settling(): Promise<number> {
  return (await statementsIn(response.database)).filter((statement) =>
    statement.includes('UPDATE claims SET settled = 1'),
  ).length;
}

test('a worker that runs out of memory after its dots: another goes on, one customer a session in doubt, nobody twice; a log with a hole calls nobody absent (I1, I2, C87)', async () => {
  const { relay, books, fired, until } = response;
  const worker = await response.worker({ NODE_OPTIONS: `--require ${join(__dirname, 'eat-memory.cjs')}` });
  // Taken, and the answer does not come before its end.
  await relay.control({ add: { at: 'dot', action: 'hold', after: 250 } });
  await response.begin();
  await until('a dot in every session', async () => (await fired()) === SESSIONS);
  process.kill(worker.identity.pid, 'SIGUSR2');
  expect(await worker.ended).toBe('signal SIGABRT');
  await relay.control({ clear: true });
  const { inDoubt, acceptedOnce } = await anotherGoesOn();
  const { sent = 0 } = (await books()).notices;
  expect({ inDoubt, acceptedOnce }).toEqual({ inDoubt: SESSIONS, acceptedOnce: sent + SESSIONS });
  await judgedByLogs();
});

/** Both were taken. What does a log say that lost just their lines, and the end of their sessions, and has everybody else's? */
async function judgedByLogs(): Promise<void> {
  const { relay, database, row } = response;
  const { rows: doubtful } = await sql<{ address: string }>`
    SELECT address FROM notices WHERE state = 'in_doubt'`.execute(database.db);
  // As if the minute of the leases had passed.
  await sql`UPDATE claims SET lease_until = claimed_at + INTERVAL 1 SECOND`.execute(database.db);
  const verdicts = async (lines: string[]) => {
    const file = join(response.folder, 'hole.log');
    writeFileSync(file, lines.join('\n'));
    const given = { logs: [file], events: [], quarantineSeconds: 0 };
    return (await weighEvidence(database, await row(), given)).findings.map(({ verdict, why }) => [
      verdict,
      why,
    ]);
  };
  const lines = readFileSync(relay.log, 'utf8').split('\n');
  expect((await verdicts(lines)).map(([verdict]) => verdict)).toEqual(['accepted', 'accepted']);
  const queueIds = doubtful.map(
    ({ address }) => / (\w+): to=</.exec(lines.find((line) => line.includes(`to=<${address}>`))!)![1]!,
  );
  const isOf = (line: string) => queueIds.some((id) => line.includes(` ${id}: `));
  const smtpds = lines
    .filter((line) => isOf(line) && line.includes('client='))
    .map((line) => /smtpd\[\d+\]/.exec(line)![0]);
  const ends = (line: string) =>
    smtpds.some((smtpd) => line.includes(smtpd)) && / (disconnect|lost connection) /.test(line);
  const unknown = (why: RegExp) => [
    ['unknown', expect.stringMatching(why)],
    ['unknown', expect.stringMatching(why)],
  ];
  expect(await verdicts(lines.filter((line) => !isOf(line) && !ends(line)))).toEqual(
    unknown(/the end of the session/),
  );
  expect(await verdicts(lines.filter((line) => !isOf(line)))).toEqual(unknown(/lacks lines of the session/));
  expect(
    await verdicts(
      lines.filter(
        (line) =>
          !isOf(line) && !(smtpds.some((smtpd) => line.includes(smtpd)) && line.includes(' connect ')),
      ),
    ),
  ).toEqual(unknown(/lacks the session that its worker opened/));
}
