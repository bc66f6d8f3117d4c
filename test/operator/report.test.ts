import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { type RelayProcess, startRelayProcess } from '../../scripts/relay/relay-process';
import { approve } from '../../src/operator/approve';
import { proofProblems, proofText } from '../../src/operator/proof';
import { type Proof, report } from '../../src/operator/report';
import { type RealRun, realRun } from '../real-run';

const whole: Proof = {
  cohort: 100,
  expired: 90,
  changedSince: 7,
  noPassword: 3,
  sent: 95,
  skipped: 4,
  failed: 1,
  deferred: 0,
  inDoubt: 0,
  expirePerSecond: 1000,
  notifyPerSecond: 500,
  relay: { customersAcceptedOnce: 95, customersAcceptedTwiceOrMore: 0, customersNeverAccepted: 5 },
  reminders: null,
};
const nothingBeside = { strangers: 0, resent: 0, left: 0, tests: 0 };

test('a proof of one piece has no problem and needs no note', () => {
  expect(proofProblems(whole, nothingBeside)).toEqual({ problems: [], notes: [] });
});

type Change = Partial<Omit<Proof, 'relay' | 'reminders'>> & { relay?: Partial<NonNullable<Proof['relay']>> };

test.each<[string, Change, Partial<typeof nothingBeside>, RegExp]>([
  ['a customer without a disposition', { noPassword: 2 }, {}, /add up to 99, the cohort is 100 \(I1\)/],
  ['a customer without an answer', { skipped: 3 }, {}, /in doubt add up to 99, the cohort is 100 \(I1\)/],
  [
    'a customer told twice',
    { relay: { customersAcceptedOnce: 94, customersAcceptedTwiceOrMore: 1 } },
    {},
    /for 1 customer \(I2\)/,
  ],
  [
    'more told twice than decided',
    { relay: { customersAcceptedOnce: 93, customersAcceptedTwiceOrMore: 2 } },
    { resent: 1 },
    /for 2 customers \(I2\)/,
  ],
  [
    'a notice that the relay never had',
    { relay: { customersAcceptedOnce: 94, customersNeverAccepted: 6 } },
    {},
    /the relay accepted only 94 \(I1\)/,
  ],
  [
    'a message that the ledger knows nothing of',
    { relay: { customersAcceptedOnce: 96, customersNeverAccepted: 4 } },
    {},
    /for 96 customers, the ledger knows of 95 \(I2\)/,
  ],
  ['a message to a stranger', {}, { strangers: 1 }, /for 96 customers, the ledger knows of 95 \(I2\)/],
])('%s is a problem', (_, { relay, ...change }, beside, words) => {
  const proof = { ...whole, ...change, relay: { ...whole.relay!, ...relay } };
  const { problems } = proofProblems(proof, { ...nothingBeside, ...beside });
  expect(problems.join('\n')).toMatch(words);
});

test.each<[string, Change, Partial<typeof nothingBeside>, RegExp]>([
  [
    'told twice by decision',
    { relay: { customersAcceptedOnce: 94, customersAcceptedTwiceOrMore: 1 } },
    { resent: 1 },
    /decision allowed/,
  ],
  [
    'an address changed since',
    { relay: { customersAcceptedOnce: 94, customersNeverAccepted: 6 } },
    { strangers: 1 },
    /changed or deleted since/,
  ],
  ['an account deleted since', { relay: { customersNeverAccepted: 4 } }, {}, /lists 99 accounts/],
  ['tests that were sent', {}, { tests: 2 }, /^Not counted: 2 test mails, on the record/],
  ['left in doubt', { sent: 94, relay: { customersAcceptedOnce: 95 } }, { left: 1 }, /1 were left in doubt/],
])('%s is a note, no problem', (_, { relay, ...change }, beside, words) => {
  const proof = { ...whole, ...change, relay: { ...whole.relay!, ...relay } };
  const { problems, notes } = proofProblems(proof, { ...nothingBeside, ...beside });
  expect(problems).toEqual([]);
  expect(notes.join('\n')).toMatch(words);
});

test('without a relay log the relay part is null, and it says so', () => {
  const { problems, notes } = proofProblems({ ...whole, relay: null }, nothingBeside);
  expect(problems).toEqual([]);
  expect(notes.join('\n')).toMatch(/--relay-log FILE/);
});

describe('the report of a run that is over', () => {
  let folder: string;
  let relay: RelayProcess;
  let run: RealRun;
  const reportOn = (relayLog: string | null) =>
    report(run.database, { incidentId: run.incidentId, relayLog });

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'breach-response-report-'));
    relay = await startRelayProcess(folder);
    run = await realRun('report', {
      customers: 400,
      smtpUrl: `smtp://127.0.0.1:${relay.port}`,
      change: (file) => ({
        ...file,
        pace: { perSecond: 100_000 },
        canary: { ...file.canary, customers: 10, afterwards: 'continue' },
      }),
    });
    const { contentHash } = await run.until('approval', ({ waitingFor }) => waitingFor?.kind === 'approval');
    await approve(run.client, { incidentId: run.incidentId, by: 'Jane', contentHash: contentHash! });
    await run.until('closed', ({ phase }) => phase === 'closed');
  });
  afterAll(async () => {
    await run.end();
    await relay.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  test("the ledger and the relay's own log agree, the canary mailboxes are nobody's", async () => {
    const { proof, problems, notes } = await reportOn(relay.log);
    expect({ problems, notes }).toEqual({ problems: [], notes: [] });
    expect(proof.relay).toEqual({
      customersAcceptedOnce: proof.sent,
      customersAcceptedTwiceOrMore: 0,
      customersNeverAccepted: proof.cohort - proof.sent,
    });
    expect(proof.sent).toBeGreaterThan(300);
    expect(readFileSync(relay.log, 'utf8')).toContain(`to=<${run.file.canary.mailboxes[0]}>`);
    const text = proofText(await reportOn(relay.log));
    expect(text).toMatch(/Everything adds up/);
    expect(text).toMatch(new RegExp(`Sent +${proof.sent} `));
  });

  test('a message that the relay took twice is found in its log (I2)', async () => {
    const again = withOneChanged(relay.log, /to=<customer\d+@/, (lines) => [
      ...lines,
      ...lines.map((line) => line.replace(QUEUE_ID, '$1ZZZZZZZZ:')),
    ]);
    const { proof, problems } = await reportOn(again);
    expect(proof.relay!.customersAcceptedTwiceOrMore).toBe(1);
    expect(problems.join('\n')).toMatch(/two or more messages for 1 customer \(I2\)/);
    expect(proofText(await reportOn(again))).toMatch(/IT DOES NOT ADD UP/);
  });

  test('a notice that the relay never took is missed, whatever the ledger says (I1)', async () => {
    const { problems } = await reportOn(withOneChanged(relay.log, /to=<customer\d+@/, () => []));
    expect(problems.join('\n')).toMatch(/the relay accepted only/);
  });

  test('a customer whose notice the ledger has lost is missed (I1)', async () => {
    const { db } = run.database;
    await sql`CREATE TABLE kept AS SELECT * FROM notices WHERE state = 'sent' LIMIT 1`.execute(db);
    await sql`DELETE n FROM notices n JOIN kept k ON k.customer_id = n.customer_id`.execute(db);
    try {
      const { problems } = await reportOn(null);
      expect(problems.join('\n')).toMatch(/1 of the cohort have no notice yet \(I1\)/);
    } finally {
      await sql`INSERT INTO notices SELECT * FROM kept`.execute(db);
      await sql`DROP TABLE kept`.execute(db);
    }
  });

  test('a log that is not there, and an incident that was never started, are told with what to write', async () => {
    await expect(reportOn(join(folder, 'nothing.log'))).rejects.toThrow(/--relay-log FILE/);
    const unknown = report(run.database, { incidentId: 'nobody', relayLog: null });
    await expect(unknown).rejects.toThrow(/no incident nobody.*npm start/);
  });

  const QUEUE_ID = /(\]: )[0-9A-Za-z]+:/;

  /** A copy of the log in which the lines of the first message to such a recipient are others. */
  function withOneChanged(log: string, recipient: RegExp, change: (lines: string[]) => string[]): string {
    const lines = readFileSync(log, 'utf8').trimEnd().split('\n');
    const id = /\]: ([0-9A-Za-z]+):/.exec(lines.find((line) => recipient.test(line))!)![1]!;
    const ofIt = (line: string) => line.includes(`]: ${id}:`);
    const copy = join(folder, 'changed.log');
    writeFileSync(
      copy,
      `${[...lines.filter((line) => !ofIt(line)), ...change(lines.filter(ofIt))].join('\n')}\n`,
    );
    return copy;
  }
});
