import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { sql } from 'kysely';
import { type RelayProcess, startRelayProcess } from '../../scripts/relay/relay-process';
import { macOf } from '../../src/activities/search-relay-log';
import { approve } from '../../src/operator/approve';
import { report } from '../../src/operator/report';
import { weighEvidence } from '../../src/operator/weigh-evidence';
import { type RealRun, realRun } from '../real-run';
import { until } from '../until';

let folder: string;
let relay: RelayProcess;
let run: RealRun;
/** One of the customers in doubt was taken, the other was not; of the others two were told. */
let taken: Customer;
let lost: Customer;
let ann: Customer;
let bob: Customer;

interface Customer {
  id: string;
  /** What the relay's log says of their message. */
  lines: string[];
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ten-logs-'));
  relay = await startRelayProcess(folder);
  run = await realRun('tenlogs', {
    customers: 400,
    smtpUrl: `smtp://127.0.0.1:${relay.port}`,
    change: (file) => ({
      ...file,
      pace: { perSecond: 100_000 },
      relay: { ...file.relay, sessions: 2 },
      canary: { ...file.canary, customers: 0, mailboxes: [] },
    }),
  });
  await relay.control({ add: { at: 'dot', action: 'drop-after', after: 60, times: 1 } });
  await relay.control({ add: { at: 'dot', action: 'drop', after: 120, times: 1 } });
  const { contentHash } = await run.until('approval', ({ waitingFor }) => waitingFor?.kind === 'approval');
  await approve(run.client, { incidentId: run.incidentId, by: 'Jane', contentHash: contentHash! });
  await until('the hold', async () => (await run.row()).hold_reason?.startsWith('In doubt: 2') === true);
  // The sessions end once they have nothing to send, and then the leases do: a second later at most, and the log goes on for two.
  const sessions = () => Math.abs(count(' connect from') - count(' disconnect from'));
  await until('the end of the sessions', () => sessions() === 0, sessions);
  await sql`UPDATE claims SET lease_until = claimed_at + INTERVAL 1 SECOND`.execute(run.database.db);
  // And the minute in which a booking is younger than its line.
  await sql`UPDATE incidents SET closed_at = UTC_TIMESTAMP(6), phase = 'closed'`.execute(run.database.db);
  const doubtful = await customers('in_doubt');
  taken = doubtful.find(({ lines }) => lines.some((line) => line.includes('status=sent')))!;
  lost = doubtful.find((customer) => customer !== taken)!;
  [ann, bob] = (await customers('sent')).slice(0, 2) as [Customer, Customer];
});
afterAll(async () => {
  await run.end();
  await relay.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** The relay's log, which begins before the run and goes on after it. */
function logLines(): string[] {
  const lines = readFileSync(relay.log, 'utf8').trimEnd().split('\n');
  return [strangersLine(lines[0]!, -60), ...lines, strangersLine(lines.at(-1)!, 2)];
}
/** So many seconds after that one. */
function strangersLine(line: string, seconds: number): string {
  return later(line, seconds).replace(/postfix.*/, 'postfix/qmgr[9]: 4F1A2B3C: removed');
}
function later(line: string, seconds: number): string {
  return line.replace(/^\w{3} [ \d]\d [\d:]{8}/, (time) => {
    const there = new Date(Date.parse(`${time} 2012 UTC`) + seconds * 1_000).toUTCString();
    const [, day, month, , clock] = there.split(' ');
    return `${month} ${day!.replace(/^0/, ' ')} ${clock}`;
  });
}
const count = (words: string) => logLines().filter((line) => line.includes(words)).length;
const smtpdOf = (line: string) => /smtpd\[\d+\]/.exec(line)?.[0] ?? null;

async function customers(state: string): Promise<Customer[]> {
  const row = await run.row();
  const { rows } = await sql<{ id: string }>`
    SELECT customer_id AS id FROM notices WHERE state = ${state} ORDER BY customer_id`.execute(
    run.database.db,
  );
  const lines = logLines();
  return rows.map(({ id }) => {
    const named = lines.find((line) => line.includes(macOf(row, 'notice', String(id))));
    const queueId = named === undefined ? null : /\]: (\w+):/.exec(named)![1]!;
    const own = lines.filter((line) => queueId !== null && line.includes(`]: ${queueId}:`));
    return { id: String(id), lines: own };
  });
}

let logs = 0;
function logOf(content: string[] | Buffer): string {
  const name = join(folder, `log-${logs++}`);
  writeFileSync(name, Array.isArray(content) ? `${content.join('\n')}\n` : content);
  return name;
}
const without = (...gone: string[][]) => {
  const all = new Set(gone.flat());
  return logLines().filter((line) => !all.has(line));
};
const again = (lines: string[], queueId: string) =>
  lines.map((line) => line.replace(/(\]: )\w+:/, `$1${queueId}:`));

/** What the two verbs say: of report who is remarked, and whether it has nothing else to say; of settle each one in doubt, and why not more. */
async function said(...files: string[]) {
  const proven = await report(run.database, { incidentId: run.incidentId, relayLogs: files });
  const { 'taken-in-doubt': doubted, ...others } = proven.proof.relay!.remarks;
  const remarks = Object.entries(others).flatMap(([remark, { first }]) =>
    first.map(({ customerId }) => `${remark}: ${customerId}`),
  );
  const given = { logs: files, events: [], quarantineSeconds: 0 };
  const { findings } = await weighEvidence(run.database, await run.row(), given);
  const about = ({ id }: Customer) => findings.find(({ customerId }) => customerId === id)!;
  return {
    remarks,
    inLogAndDoubt: doubted.first.map(({ customerId }) => customerId),
    // That two are in doubt is a problem of every log; that it shows one of them, a note.
    isSound: proven.problems.length === 1 && proven.notes.length === Math.sign(doubted.customers),
    taken: about(taken).verdict,
    lost: about(lost).verdict,
    why: about(lost).why,
  };
}
const SOUND = {
  ...{ remarks: [], isSound: true, taken: 'accepted', lost: 'absent' },
  why: expect.stringMatching(/^not in the log, which is whole|^the relay read the message/),
};

describe('what report and settle say of ten logs of one run:', () => {
  test('the whole one', async () => {
    expect(await said(logOf(logLines()))).toMatchObject({ ...SOUND, inLogAndDoubt: [taken.id] });
  });

  test('one in which a customer is missing', async () => {
    expect(await said(logOf(without(ann.lines)))).toMatchObject({
      remarks: [`sent-not-accepted: ${ann.id}`],
      isSound: false,
      taken: 'accepted',
      lost: 'unknown',
    });
  });

  test('one in which a customer stands twice', async () => {
    const log = [...logLines(), ...again(ann.lines, 'ZZZZZZZZ')];
    expect(await said(logOf(log))).toMatchObject({ remarks: [`twice: ${ann.id}`], isSound: false });
  });

  test('one with a content filter that hands every message back, and one of them twice', async () => {
    const second = (queueId: string) => `FLT${queueId}`;
    const handedOn = logLines().map((line) => {
      const to = `relay=127.0.0.1[127.0.0.1]:10024, delay=0, delays=0/0/0/0, dsn=2.0.0, status=sent (250 2.0.0 from MTA: 250 2.0.0 Ok: queued as`;
      return line.replace(/\]: (\w+): (to=<[^>]*>), .*status=sent .*$/, (_, queueId, recipient) => {
        return `]: ${queueId}: ${recipient}, ${to} ${second(queueId)})`;
      });
    });
    const filters = logLines()
      .filter((line) => /\]: \w{12,}:/.test(line))
      .map((line) =>
        line
          .replace(/postfix\/smtpd\[\d+\]/, 'postfix/smtpd[777]')
          .replace(/\]: (\w+):/, (_, id) => `]: ${second(id)}:`),
      );
    expect(filters.length).toBeGreaterThan(1_000);
    const log = [...handedOn, ...filters];
    expect(await said(logOf(log))).toMatchObject(SOUND);
    expect(await said(logOf([...log, ...again(bob.lines, 'ZZZZZZZZ')]))).toMatchObject({
      remarks: [`twice: ${bob.id}`],
    });
  });

  test('one with a rule that throws one away, and a receiver that sends one back', async () => {
    const named = ann.lines.find((line) => line.includes('message-id='))!;
    const log = [
      ...without(
        ann.lines.filter((line) => !line.includes('smtpd') && line !== named),
        bob.lines,
      ),
      named.replace(
        /message-id=.*/,
        'milter-discard: END-OF-MESSAGE from localhost[127.0.0.1]: a rule says so',
      ),
      ...bob.lines.map((line) =>
        line.replace(/status=sent .*$/, 'status=bounced (host x said: 550 no such user)'),
      ),
    ];
    const { remarks } = await said(logOf(log));
    expect(remarks.sort()).toEqual([`bounced: ${bob.id}`, `thrown-away: ${ann.id}`]);
  });

  test('one with a hole, in which just the lines of those in doubt are, and the ends of their sessions', async () => {
    const isEnd = (line: string) => / (disconnect|lost connection) /.test(line);
    const ends = logLines().filter(isEnd);
    expect(await said(logOf(without(taken.lines, ends)))).toMatchObject({
      taken: 'unknown',
      lost: 'unknown',
    });
    expect(await said(logOf(without(taken.lines)))).toMatchObject({ taken: 'unknown' });
  });

  test('those of two relays, one of which writes the time of another zone', async () => {
    const sessions = new Map(
      logLines().flatMap((line) => {
        const begun = /(smtpd\[\d+\]): (\w+): client=/.exec(line);
        return begun === null ? [] : [[begun[2]!, begun[1]!] as const];
      }),
    );
    const [one] = new Set(sessions.values());
    const isOfOne = (line: string) => {
      const queueId = /\]: (\w+):/.exec(line)?.[1];
      return (sessions.get(queueId ?? '') ?? smtpdOf(line)) === one;
    };
    const inIndia = (line: string) => later(line, 330 * 60).replace(' capture ', ' mx2 ');
    const isStrangers = (line: string) => line.includes(' 4F1A2B3C: ');
    const here = logOf(logLines().filter((line) => !isOfOne(line)));
    const there = logOf(
      logLines()
        .filter((line) => isOfOne(line) || isStrangers(line))
        .map(inIndia),
    );
    const both = await said(here, there);
    expect(both).toMatchObject(SOUND);
    expect(await said(there, here)).toEqual(both);
  });

  test('one whose logger says that it dropped lines', async () => {
    const [, time] = /^(\w{3} [ \d]\d [\d:]{8})/.exec(logLines().at(-1)!)!;
    const log = [
      ...logLines(),
      `${time} capture rsyslogd: imuxsock lost 53 messages from pid 977 due to rate-limiting`,
    ];
    expect(await said(logOf(log))).toMatchObject({
      taken: 'accepted',
      lost: 'unknown',
      isSound: false,
    });
  });

  test('one that is cut', async () => {
    const cut = gzipSync(`${logLines().join('\n')}\n`).subarray(0, -6);
    expect(await said(logOf(cut))).toMatchObject({ lost: 'unknown', isSound: false });
  });

  test("one in pieces, the newest first, one packed, one there twice, with a shop's order to one who was told", async () => {
    const lines = logLines();
    const [older, newer] = [lines.slice(0, 700), lines.slice(700)];
    const order = again(ann.lines, 'SHPSHPSHPSHP').map((line) =>
      line.replace(/message-id=.*/, 'message-id=<order-7@zappos.test>').replace(/smtpd\[\d+\]/, 'smtpd[778]'),
    );
    const whole = await said(logOf(logLines()));
    const packed = logOf(gzipSync(`${older.join('\n')}\n`));
    expect(await said(logOf([...newer, ...order]), packed, logOf(older))).toEqual(whole);
  });
});
