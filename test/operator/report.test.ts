import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { sql } from 'kysely';
import { type RelayProcess, startRelayProcess } from '../../scripts/relay/relay-process';
import { macOf } from '../../src/activities/search-relay-log';
import { findIncident } from '../../src/books/incident-row';
import { approve } from '../../src/operator/approve';
import { proofText } from '../../src/operator/proof';
import { type Report, report } from '../../src/operator/report';
import { type RealRun, realRun } from '../real-run';
import { until } from '../until';

let folder: string;
let relay: RelayProcess;
let run: RealRun;
const reportOn = (...relayLogs: string[]) => report(run.database, { incidentId: run.incidentId, relayLogs });

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
  const ends = (word: string) => logLines().filter((line) => line.includes(`: ${word} from`)).length;
  await until('the end of each session', () => ends('disconnect') === ends('connect'));
});
afterAll(async () => {
  await run.end();
  await relay.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** The first `count` customers who were told, in key order, each with what the relay's log says of them. */
async function told(count: number): Promise<{ customerId: string; lines: string[]; queueId: string }[]> {
  const row = (await findIncident(run.database.db, run.incidentId))!;
  const { rows } = await sql<{ id: string }>`
    SELECT customer_id AS id FROM notices WHERE state = 'sent' ORDER BY customer_id LIMIT ${count}`.execute(
    run.database.db,
  );
  const lines = logLines();
  return rows.map(({ id }) => {
    const mac = macOf(row, 'notice', String(id));
    const queueId = /\]: ([0-9A-Za-z]+):/.exec(lines.find((line) => line.includes(mac))!)![1]!;
    return {
      customerId: String(id),
      queueId,
      lines: lines.filter((line) => line.includes(`]: ${queueId}:`)),
    };
  });
}

function logLines(): string[] {
  return readFileSync(relay.log, 'utf8').trimEnd().split('\n');
}

let logs = 0;
function logOf(lines: string[]): string {
  const name = join(folder, `changed-${logs++}.log`);
  writeFileSync(name, `${lines.join('\n')}\n`);
  return name;
}

/** The log without some lines, and with others at its end. */
function changed({ without = [], more = [] }: { without?: string[]; more?: string[] }): string {
  const gone = new Set(without);
  return logOf([...logLines().filter((line) => !gone.has(line)), ...more]);
}

const again = (lines: string[], id = 'ZZZZZZZZ') =>
  lines.map((line) => line.replace(/(\]: )[0-9A-Za-z]+:/, `$1${id}:`));
const named = (
  { proof }: Report,
  remark: 'twice' | 'sent-not-accepted' | 'accepted-not-sent' | 'bounced' | 'thrown-away' | 'held',
) => {
  const { customers, first } = proof.relay!.remarks[remark];
  expect(first).toHaveLength(customers);
  return first.map(({ customerId }) => customerId).sort();
};

test("the books and the relay's own log agree, the canary mailboxes are nobody's", async () => {
  const proven = await reportOn(relay.log);
  const { proof, problems, notes } = proven;
  expect({ problems, notes }).toEqual({ problems: [], notes: [] });
  expect(proof).toMatchObject({
    finished: true,
    toCome: 0,
    relay: {
      customersAcceptedOnce: proof.sent,
      customersAcceptedTwiceOrMore: 0,
      customersNeverAccepted: proof.cohort - proof.sent,
      ofNobody: 0,
    },
  });
  expect(proof.sent).toBeGreaterThan(300);
  expect(readFileSync(relay.log, 'utf8')).toContain(`to=<${run.file.canary.mailboxes[0]}>`);
  const text = proofText(proven);
  expect(text).toMatch(/Everything adds up: by these logs nobody was told twice/);
  expect(text).toMatch(new RegExp(`Sent +${proof.sent} `));
});

const lastLine = (proven: Report) => proofText(proven).split('\n').at(-1)!;

test('every session by which the run sent is in the log, whole', async () => {
  const { proof } = await reportOn(relay.log);
  const { rows } = await sql<{ count: string }>`SELECT COUNT(*) AS count FROM relay_sessions`.execute(
    run.database.db,
  );
  const onRecord = Number(rows[0]!.count);
  expect(onRecord).toBeGreaterThan(3);
  expect(proof.relay!.sessions).toEqual({
    ...{ onRecord, whole: onRecord, open: 0, uncounted: 0, lacking: null, missing: null },
    ...{ tooRecent: 0, strange: 0, completeSince: null },
  });
});

test.each([
  [
    'another relay took meanwhile',
    0,
    /capture has other lines of the time of 1 of them: name the log of every/,
  ],
  ['stands in a rotated file', -3600, /Name the files of that time too, the rotated ones, of capture\.$/],
])(
  'a session that %s may have told somebody twice: nobody says that it did not (I2, I7)',
  async (_, shift, todo) => {
    const { db } = run.database;
    await sql`
    INSERT INTO relay_sessions (incident, worker, lane, slot, connecting_at, opened_at)
    SELECT incident, worker, 'other', 0, connecting_at + INTERVAL ${shift} SECOND,
      opened_at + INTERVAL ${shift} SECOND FROM relay_sessions ORDER BY session LIMIT 1`.execute(db);
    try {
      const proven = await reportOn(relay.log);
      expect(proven.proof.relay!.sessions.missing).toMatchObject({ sessions: 1 });
      expect(lastLine(proven)).toMatch(
        /^AS FAR AS THESE LOGS GO .*But 1 of the \d+ sessions .* is not in these logs/,
      );
      expect(lastLine(proven)).toMatch(todo);
    } finally {
      await sql`DELETE FROM relay_sessions WHERE lane = 'other'`.execute(db);
    }
  },
);

test('a session that has fewer messages than the relay counted in it may have told somebody twice (I7)', async () => {
  const mailbox = run.file.canary.mailboxes[0]!;
  const ids = logLines().flatMap((line) =>
    line.includes(`to=<${mailbox}>`) ? [/\]: (\w+):/.exec(line)![1]!] : [],
  );
  const without = logLines().filter((line) => ids.some((id) => line.includes(`]: ${id}:`)));
  const proven = await reportOn(changed({ without }));
  expect(proven.problems).toEqual([]);
  expect(lastLine(proven)).toMatch(
    /^AS FAR .* the relay counted other messages than these logs have: whether/,
  );
});

test('sessions that carried messages and that no worker has on record take the word (I7)', async () => {
  const { db } = run.database;
  await sql`UPDATE relay_sessions SET incident = incident + 1000`.execute(db);
  try {
    expect(lastLine(await reportOn(relay.log))).toMatch(
      /^AS FAR .*by \d+ sessions that no worker has on record: /,
    );
  } finally {
    await sql`UPDATE relay_sessions SET incident = incident - 1000`.execute(db);
  }
});

test('a log in pieces, gzipped, in any order, one of them twice, proves the same', async () => {
  const lines = logLines();
  const [older, newer] = [lines.slice(0, 700), lines.slice(700)];
  const gz = join(folder, 'mail.log.1.gz');
  writeFileSync(gz, gzipSync(`${older.join('\n')}\n`));
  const whole = await reportOn(relay.log);
  const pieces = await reportOn(logOf(newer), gz, logOf(older));
  expect(pieces.problems).toEqual([]);
  const { files: _, ...facts } = pieces.proof.relay!;
  expect(whole.proof.relay).toMatchObject(facts);
});

test('without a log it says that the relay was not looked at, and claims nothing of it (I7)', async () => {
  const proven = await reportOn();
  expect(proven.problems).toEqual([]);
  expect(proven.proof.relay).toBeNull();
  const last = proofText(proven).split('\n').at(-1);
  expect(last).toContain('The books add up');
  expect(last).toContain('NOT LOOKED AT: the relay. Whether anybody was told twice (I2)');
});

test('a message that the relay took twice is found in its log, with whose it is (I2)', async () => {
  const [ann] = await told(1);
  const proven = await reportOn(changed({ more: again(ann!.lines) }));
  expect(named(proven, 'twice')).toEqual([ann!.customerId]);
  expect(proven.proof.relay!.customersAcceptedTwiceOrMore).toBe(1);
  const text = proofText(proven);
  expect(text).toMatch(/IT DOES NOT ADD UP/);
  expect(text).toContain(`taken twice or more, which nobody decided (I2): ${ann!.customerId}`);
});

test('a notice that no relay took is missed, whatever the books say (I1)', async () => {
  const [ann] = await told(1);
  const proven = await reportOn(changed({ without: ann!.lines }));
  expect(named(proven, 'sent-not-accepted')).toEqual([ann!.customerId]);
  expect(proven.problems.join('\n')).toContain("name every relay's log");
});

test('two errors that cancel out in the totals are both listed (C84)', async () => {
  const [ann, bob] = await told(2);
  await sql`UPDATE notices SET state = 'failed', reason = '5xx', reply_code = 550, reply_text = 'no', queue_id = NULL
    WHERE customer_id = ${bob!.customerId}`.execute(run.database.db);
  try {
    const proven = await reportOn(changed({ without: ann!.lines }));
    expect(proven.proof.relay!.customersAcceptedOnce).toBe(proven.proof.sent);
    expect(named(proven, 'sent-not-accepted')).toEqual([ann!.customerId]);
    expect(named(proven, 'accepted-not-sent')).toEqual([bob!.customerId]);
  } finally {
    await sql`UPDATE notices SET state = 'sent', reason = NULL, reply_code = 250, reply_text = NULL, queue_id = 'x'
      WHERE customer_id = ${bob!.customerId}`.execute(run.database.db);
  }
});

test("a shop's order mail to the same address, and another incident's notice, change nothing (C83)", async () => {
  const [ann] = await told(1);
  const other = (id: string, queueId: string) =>
    again(ann!.lines, queueId).map((line) =>
      // Each by a session of its own: in ours nobody else sends.
      line.replace(/message-id=<[^>]*>/, `message-id=<${id}>`).replace(/smtpd\[\d+\]/, 'smtpd[99999]'),
    );
  const domain = run.file.from.address.split('@')[1]!;
  const shop = [...other(`order-7@${domain}`, 'SHPSHPSH'), ...other('order-8@elsewhere.test', 'SHPSHPSJ')];
  const before = await reportOn(relay.log);
  const { proof, problems, notes } = await reportOn(changed({ more: shop }));
  const { files: _, ...facts } = proof.relay!;
  expect(before.proof.relay).toMatchObject(facts);
  expect({ problems, notes }).toEqual({ problems: [], notes: [] });
  const incident = other(`${'ab'.repeat(20)}@${domain}`, 'NCDNTNCD');
  const beside = await reportOn(changed({ more: incident }));
  expect(beside.problems).toEqual([]);
  expect(beside.proof.relay).toMatchObject({ customersAcceptedTwiceOrMore: 0, ofNobody: 1 });
  expect(beside.notes.join()).toContain("of nobody in this incident's books");
});

test('a content filter that hands everybody back is one acceptance each, and the one true double is told (C85)', async () => {
  const customers = await told(10_000);
  const filtered: string[] = [];
  for (const [i, { lines }] of customers.entries()) {
    const second = `FLTRD${i.toString(16).toUpperCase().padStart(4, '0')}`;
    filtered.push(
      ...lines.map((line) =>
        line.replace(
          /status=sent \(.*\)$/,
          `status=sent (250 2.0.0 from MTA: 250 2.0.0 Ok: queued as ${second})`,
        ),
      ),
      ...again(lines, second),
    );
  }
  expect(filtered.filter((line) => line.includes('queued as FLTRD'))).toHaveLength(customers.length);
  const once = await reportOn(logOf(filtered));
  expect(once.problems).toEqual([]);
  expect(once.proof.relay).toMatchObject({
    customersAcceptedOnce: customers.length,
    customersAcceptedTwiceOrMore: 0,
  });
  const twice = await reportOn(logOf([...filtered, ...again(customers[3]!.lines)]));
  expect(named(twice, 'twice')).toEqual([customers[3]!.customerId]);
});

test('taken and then bounced, thrown away or held is told apart from sent, with whose it is (C86)', async () => {
  const [ann, bob, cy, dee] = await told(4);
  const isDelivery = (line: string) => line.includes(' status=');
  const ends = (lines: string[], end: string) => lines.map((line) => line.replace(/status=sent .*$/, end));
  const discarded = (customer: typeof ann, rule: string) => {
    const message = customer!.lines.find((line) => line.includes('message-id='))!;
    return [
      customer!.lines[0]!,
      message,
      message.replace(/message-id=.*/, `${rule}: END-OF-MESSAGE from app[127.0.0.1]: a rule says so`),
    ];
  };
  expect(ann!.lines.some(isDelivery)).toBe(true);
  const proven = await reportOn(
    changed({
      without: [ann, bob, cy, dee].flatMap((customer) => customer!.lines),
      more: [
        ...ends(ann!.lines, 'status=bounced (host x said: 550 no such user)'),
        ...discarded(bob, 'milter-discard'),
        ...discarded(cy, 'milter-hold'),
        ...ends(dee!.lines, 'status=sent (250 2.7.0 Ok, discarded, id=9-8 - SPAM)'),
      ],
    }),
  );
  expect(named(proven, 'bounced')).toEqual([ann!.customerId]);
  expect(named(proven, 'thrown-away')).toEqual([bob!.customerId, dee!.customerId].sort());
  expect(named(proven, 'held')).toEqual([cy!.customerId]);
  expect(proven.problems).toEqual([]);
  expect(proofText(proven)).toMatch(/then bounced +1 .*\n +thrown away +2 .*\n +on hold +1 /);
});

test('a customer told twice by a recorded decision is told apart from a breach, with its number in the audit (C89)', async () => {
  const [ann, bob] = await told(2);
  const { db } = run.database;
  await sql`UPDATE notices SET decision = 7, attempt = 2 WHERE customer_id = ${ann!.customerId}`.execute(db);
  const { rows: seventh } = await sql<{ action: string }>`SELECT action FROM audit WHERE seq = 7`.execute(db);
  await sql`UPDATE audit SET action = 'in-doubt-resend' WHERE seq = 7`.execute(db);
  try {
    const more = [...again(ann!.lines), ...again(bob!.lines, 'YYYYYYYY')];
    const proven = await reportOn(changed({ more }));
    expect(named(proven, 'twice')).toEqual([bob!.customerId]);
    expect(proven.notes.join()).toContain(
      `no more often than recorded decisions allowed: ${ann!.customerId} (the last is audit entry 7)`,
    );
    const thrice = await reportOn(changed({ more: [...more, ...again(ann!.lines, 'XXXXXXXX')] }));
    expect(named(thrice, 'twice')).toEqual([ann!.customerId, bob!.customerId].sort());
  } finally {
    await sql`UPDATE notices SET decision = NULL, attempt = 1`.execute(db);
    await sql`UPDATE audit SET action = ${seventh[0]!.action} WHERE seq = 7`.execute(db);
  }
});

test('a run that is under way is called that, and who was not reached yet is not missed (C90)', async () => {
  const [ann, bob] = await told(2);
  const { db } = run.database;
  await sql`CREATE TABLE kept AS SELECT * FROM notices WHERE customer_id = ${ann!.customerId}`.execute(db);
  await sql`DELETE FROM notices WHERE customer_id = ${ann!.customerId}`.execute(db);
  try {
    const lost = await reportOn();
    expect(lost.problems.join('\n')).toMatch(/1 of the cohort have no notice yet \(I1\)/);
    await sql`UPDATE incidents SET closed_at = NULL, phase = 'notify'`.execute(db);
    const proven = await reportOn(changed({ without: [...ann!.lines, ...bob!.lines] }));
    expect(proven.problems).toEqual([]);
    expect(proven.proof).toMatchObject({ finished: false, toCome: 1 });
    // Bob's notice was booked a moment ago: a logger is later than the books.
    expect(proven.proof.relay!.tooRecent).toBe(1);
    const { cohort, sent } = proven.proof;
    const { customersAcceptedOnce: once, customersNeverAccepted: never } = proven.proof.relay!;
    expect(never).toBe(cohort - sent - 1);
    // Each customer of the cohort is in one line.
    expect([once + never + 2, proofText(proven)]).toEqual([
      cohort,
      expect.stringMatching(/ {2}Not reached yet +1 {2}.*\n {2}Too recent to say +1 {2}/),
    ]);
    expect(proofText(proven).split('\n').at(-1)).toMatch(
      /^NOT FINISHED: .* 1 customer has no final answer yet\. So far: /,
    );
  } finally {
    await sql`UPDATE incidents SET closed_at = UTC_TIMESTAMP(6), phase = 'closed'`.execute(db);
    await sql`INSERT INTO notices SELECT * FROM kept`.execute(db);
    await sql`DROP TABLE kept`.execute(db);
  }
});

test('of each phase it says what is still to be done, and of a cancelled run that nothing is', async () => {
  const { db } = run.database;
  const inPhase = async (phase: string, closed: boolean) => {
    await sql`UPDATE incidents SET phase = ${phase}, closed_at = ${closed ? sql`UTC_TIMESTAMP(6)` : null}`.execute(
      db,
    );
    return reportOn();
  };
  await sql`CREATE TABLE kept AS SELECT * FROM notices`.execute(db);
  await sql`DELETE FROM notices`.execute(db);
  try {
    expect(lastLine(await inPhase('expire', false))).toMatch(
      /^NOT FINISHED: the run is not closed, and passwords are being expired: of \d+ customers so far, .* By the books nobody is told yet/,
    );
    expect(lastLine(await inPhase('approval', false))).toMatch(
      /and nobody is told yet of \d+ customers\. So far: /,
    );
    expect(lastLine(await inPhase('notify', false))).toMatch(
      /\d+ customers have no final answer yet\. .*NOT LOOKED AT/,
    );
    const { problems, proof } = await inPhase('cancelled', true);
    expect(problems).toEqual([
      expect.stringMatching(
        /^\d+ of the cohort were never told \(I1\): the run was cancelled .* --unreached FILE\.csv/,
      ),
    ]);
    expect(proof).toMatchObject({ finished: true, phase: 'cancelled' });
    await sql`INSERT INTO notices SELECT * FROM kept`.execute(db);
    expect(lastLine(await inPhase('cancelled', true))).toMatch(
      /^CANCELLED: .* before its end\. The books add up/,
    );
  } finally {
    await sql`UPDATE incidents SET phase = 'closed', closed_at = UTC_TIMESTAMP(6)`.execute(db);
    await sql`DELETE FROM notices`.execute(db);
    await sql`INSERT INTO notices SELECT * FROM kept`.execute(db);
    await sql`DROP TABLE kept`.execute(db);
  }
});

test('where a logger dropped lines, or a log is cut, it does not say that nobody was told twice (I7)', async () => {
  const lossy = await reportOn(
    changed({ more: ['Nov 25 02:06:31 mx rsyslogd: imjournal: 406 messages lost due to rate-limiting'] }),
  );
  expect(lossy.problems).toEqual([]);
  expect(lossy.notes.join()).toMatch(/^Loggers say that they dropped lines \(\d{4}-11-25 .* UTC\)/);
  const cut = join(folder, 'cut.log.gz');
  writeFileSync(cut, gzipSync(`${logLines().join('\n')}\n`).subarray(0, -4));
  for (const proven of [lossy, await reportOn(cut)]) {
    expect(proven.problems).toEqual([]);
    const last = proofText(proven).split('\n').at(-1);
    expect(last).toMatch(
      /^AS FAR AS THESE LOGS GO .* whether somebody was told twice, .* might show \(I2\)\.$/,
    );
  }
});

test('a log that cannot be read as one of a Postfix, beside one that can, is not passed over (I7)', async () => {
  const [ann] = await told(1);
  const last = async (lines: string[]) =>
    proofText(await reportOn(relay.log, logOf(lines)))
      .split('\n')
      .at(-1);
  const twice = again(ann!.lines).map((line) => line.replace('capture', 'mx2'));
  expect(await last(twice.map((line) => line.replace(/\[\d+\]: /, ': ')))).toMatch(
    /^AS FAR .*lines could not be read/,
  );
  expect(await last(twice.map((line) => line.replace('postfix/', 'relay-out/')))).toMatch(
    /^AS FAR .*lines could not be read/,
  );
  expect(await last(['Nov 25 02:06:31 mx2 kernel: hello'])).toMatch(
    /^AS FAR .*changed-\d+\.log has no line of a Postfix/,
  );
});

test('logs in which nothing is of ours show nothing, also where nobody is booked as sent (I7)', async () => {
  const { db } = run.database;
  await sql`CREATE TABLE kept AS SELECT * FROM notices`.execute(db);
  await sql`UPDATE notices SET state = 'left', reason = 'x' WHERE state = 'sent'`.execute(db);
  try {
    for (const lines of [[''], ['Nov 25 02:06:31 mx postfix/qmgr[9]: 4F1A2B3C: removed']]) {
      const proven = await reportOn(logOf(lines));
      expect(proofText(proven).split('\n').at(-1)).toMatch(/^NOT SHOWN: no message that is known to be sent/);
    }
  } finally {
    await sql`DELETE FROM notices`.execute(db);
    await sql`INSERT INTO notices SELECT * FROM kept`.execute(db);
    await sql`DROP TABLE kept`.execute(db);
  }
});

test('times of a relay whose clock no known message shows are not called UTC (I7)', async () => {
  const other = 'Nov 25 02:06:31 mx2 postfix/qmgr[9]: 4F1A2B3C: removed';
  const text = proofText(await reportOn(changed({ more: [other] })));
  expect(text).toMatch(/ {2}mx2: .* UTC, if its clock is in UTC: nothing in it shows that\n/);
  expect(text).toMatch(/ {2}capture: [^,]* UTC\n/);
});

test('a log that is not there, and an incident that was never started, are told with what to write', async () => {
  await expect(reportOn(join(folder, 'nothing.log'))).rejects.toThrow(/--relay-log FILE/);
  const unknown = report(run.database, { incidentId: 'nobody', relayLogs: [] });
  await expect(unknown).rejects.toThrow(/no incident nobody.*npm start/);
});
