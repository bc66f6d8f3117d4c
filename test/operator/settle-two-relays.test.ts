import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { type RelayProcess, startRelayProcess } from '../../scripts/relay/relay-process';
import { searchRelayLog } from '../../src/activities/search-relay-log';
import { openBooks } from '../../src/books/incident-row';
import { approve } from '../../src/operator/approve';
import { lookup } from '../../src/operator/lookup';
import { report } from '../../src/operator/report';
import { weighEvidence } from '../../src/operator/weigh-evidence';
import { type RealRun, realRun } from '../real-run';
import { until } from '../until';

/** C112: a run by two relays, each of which has somebody in doubt whom it never took. */
let folder: string;
let relays: RelayProcess[];
let run: RealRun;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'two-logs-'));
  relays = await Promise.all(
    ['one', 'two'].map((name) => {
      mkdirSync(join(folder, name));
      return startRelayProcess(join(folder, name));
    }),
  );
  run = await realRun('twologs', {
    customers: 400,
    smtpUrl: `smtp://127.0.0.1:${relays[0]!.port}#one smtp://127.0.0.1:${relays[1]!.port}#two`,
    change: (file) => ({
      ...file,
      pace: { perSecond: 200 },
      relay: { ...file.relay, sessions: 2 },
      canary: { ...file.canary, customers: 0, mailboxes: [] },
    }),
  });
  for (const relay of relays)
    await relay.control({ add: { at: 'dot', action: 'drop', after: 30, times: 1 } });
  const { contentHash } = await run.until('approval', ({ waitingFor }) => waitingFor?.kind === 'approval');
  await approve(run.client, { incidentId: run.incidentId, by: 'Jane', contentHash: contentHash! });
  await until('the hold', async () => (await run.row()).hold_reason?.startsWith('In doubt: 2') === true);
  // The sessions end once they have nothing to send, and then the leases do: a second later at most, and the log goes on for two.
  const open = () =>
    relays.reduce((sum, { log }) => {
      const text = readFileSync(log, 'utf8');
      return sum + text.split(' connect from').length - text.split(' disconnect from').length;
    }, 0);
  await until('the end of the sessions', () => open() === 0, open);
  await sql`UPDATE claims SET lease_until = claimed_at + INTERVAL 1 SECOND`.execute(run.database.db);
});
afterAll(async () => {
  await run.end();
  await Promise.all(relays.map((relay) => relay.stop()));
  rmSync(folder, { recursive: true, force: true });
});

/** A relay's log, which begins before the run and goes on after it. @param more lines of others, of the same time. */
function logOf(which: number, more: string[] = []): string {
  const lines = readFileSync(relays[which]!.log, 'utf8').trimEnd().split('\n');
  const strangers = (line: string, seconds: number) =>
    line
      .replace(/postfix.*/, 'postfix/qmgr[9]: 4F1A2B3C: removed')
      .replace(/^\w{3} [ \d]\d [\d:]{8}/, (time) => {
        const [, day, month, , clock] = new Date(Date.parse(`${time} 2012 UTC`) + seconds * 1_000)
          .toUTCString()
          .split(' ');
        return `${month} ${day!.replace(/^0/, ' ')} ${clock}`;
      });
  const name = join(folder, `log-${which}`);
  const own = (line: string) => line.replace(' capture postfix', ` mx${which} postfix`);
  writeFileSync(
    name,
    `${[strangers(lines[0]!, -60), ...lines, ...more, strangers(lines.at(-1)!, 2)].map(own).join('\n')}\n`,
  );
  return name;
}

async function relayOfDoubt(): Promise<Map<string, string>> {
  const { rows } = await sql<{ id: string; relay: string }>`
    SELECT n.customer_id AS id, c.relay FROM notices n JOIN claims c ON c.claim_id = n.claim_id
    WHERE n.state = 'in_doubt'`.execute(run.database.db);
  return new Map(rows.map(({ id, relay }) => [relay, String(id)]));
}

async function found(...logs: string[]) {
  const given = { logs, events: [], quarantineSeconds: 0 };
  const { findings } = await weighEvidence(run.database, await run.row(), given);
  const doubtful = await relayOfDoubt();
  const about = (relay: string) => findings.find(({ customerId }) => customerId === doubtful.get(relay))!;
  return { one: about('one'), two: about('two') };
}

test('by the logs of both each is proven absent (I2)', async () => {
  expect(await found(logOf(0), logOf(1))).toMatchObject({
    one: { verdict: 'absent' },
    two: { verdict: 'absent' },
  });
});

test.each([
  ['one', 'two', 0],
  ['two', 'one', 1],
] as const)(
  'by the log of %s alone nobody is who was sent by %s, and it says which relay’s is missing (I2, I7)',
  async (own, other, which) => {
    const findings = await found(logOf(which));
    expect(findings[other]).toMatchObject({
      verdict: 'unknown',
      why: expect.stringMatching(new RegExp(`those not in the log went by ${other}\\)$`)),
    });
    // Its own log is whole; whether others' messages are of that time is a matter of moments.
    expect(findings[own].verdict).not.toBe('accepted');
  },
);

/** A monitor, or a dry run, that asks a relay without mail each time that a worker opens a session with another one. */
function asking(which: number): string[] {
  return readFileSync(relays[which]!.log, 'utf8')
    .split('\n')
    .filter((line) => / (dis)?connect from /.test(line))
    .map((line) =>
      line.replace(/smtpd\[\d+\]/, 'smtpd[99999]').replace(/ ehlo=.*/, ' ehlo=1 quit=1 commands=2'),
    );
}

test('a session by which nothing was sent at one relay stands for none with the other, whose log nobody named (I7)', async () => {
  const { rows } = await sql<{ sessions: number }>`
    SELECT COUNT(*) AS sessions FROM relay_sessions WHERE relay = 'two'`.execute(run.database.db);
  const { proof } = await report(run.database, {
    incidentId: run.incidentId,
    relayLogs: [logOf(0, asking(1))],
  });
  const { missing, tooRecent } = proof.relay!.sessions;
  expect((missing?.sessions ?? 0) + tooRecent).toBe(Number(rows[0]!.sessions));
});

test('the proof and a lookup say which relay took what', async () => {
  const { proof } = await report(run.database, {
    incidentId: run.incidentId,
    relayLogs: [logOf(0), logOf(1)],
  });
  expect(proof.relays.map(({ relay }) => relay)).toEqual(['one', 'two']);
  expect(proof.relays.reduce((sum, { sent }) => sum + sent, 0)).toBe(proof.sent);
  const { rows } = await sql<{ id: string; relay: string }>`
    SELECT n.customer_id AS id, c.relay FROM notices n JOIN claims c ON c.claim_id = n.claim_id
    WHERE n.state = 'sent' LIMIT 1`.execute(run.database.db);
  const { customers, relays: names } = await lookup(run.database, await run.row(), String(rows[0]!.id));
  expect(names).toEqual(['one', 'two']);
  expect(customers[0]!.booked!.notices[0]!.relay).toBe(rows[0]!.relay);
});

test('a lane that sent by both has a sender for each, so that no session stands for one with the other, whose sessions the log of the other shows (I2)', async () => {
  const row = await run.row();
  const files = [logOf(0), logOf(1)];
  const books = await openBooks(run.database, row);
  const { senderOf, relayOf } = await searchRelayLog(books, row, {
    ...{ wave: 'notice', files, inDoubt: [], spans: null },
  });
  const { rows } = await sql<{ worker: string; lane: string }>`
    SELECT worker, lane FROM relay_sessions GROUP BY worker, lane HAVING COUNT(DISTINCT relay) = 2`.execute(
    run.database.db,
  );
  expect(rows.length).toBeGreaterThan(0);
  for (const lane of rows)
    expect(['one', 'two'].map((relay) => relayOf(senderOf({ ...lane, relay })))).toEqual(['one', 'two']);
});
