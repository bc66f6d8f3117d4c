import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { verdictsByLogs } from './doubt-by-logs';

const folder = mkdtempSync(join(tmpdir(), 'hops-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const START = Date.parse('2026-11-25T02:00:00.000Z');
const APP = 'app[10.0.0.5]';
const FILTER = 'localhost[127.0.0.1]';
const [W1, W2] = [1, 2];
/** In doubt: sent by the second worker, or by the first where a test says so. */
const X = 9001;
type Line = [second: number, text: string];

const mac = (n: number) => n.toString(16).padStart(8, '0').repeat(5);
const queueId = (n: number, prefix = '4F') => `${prefix}${n.toString(16).toUpperCase().padStart(8, '0')}`;
const id = (n: number) => `<${mac(n)}@shop.test>`;

function life(
  n: number,
  second: number,
  pid: number,
  client: string,
  prefix?: string,
  relay = 'x[192.0.2.1]:25, dsn=2.0.0, status=sent (ok)',
): Line[] {
  const q = queueId(n, prefix);
  return [
    [second, `smtpd[${pid}]: ${q}: client=${client}`],
    [second, `cleanup[8]: ${q}: message-id=${id(n)}`],
    [second, `qmgr[9]: ${q}: from=<n@shop.test>, size=9, nrcpt=1 (queue active)`],
    [second + 0.4, `smtp[7]: ${q}: to=<c${n}@x.test>, relay=${relay}`],
    [second + 0.4, `qmgr[9]: ${q}: removed`],
  ];
}

function session(pid: number, from: number, to: number, lines: Line[], data: number, client = APP): Line[] {
  return [
    [from, `smtpd[${pid}]: connect from ${client}`],
    ...lines,
    [
      to,
      `smtpd[${pid}]: disconnect from ${client} ehlo=1 mail=${data} data=${data} quit=1 commands=${2 * data + 2}`,
    ],
  ];
}

const numbers = (from: number, count: number) => Array.from({ length: count }, (_, i) => from + i);
/** Message n of a session that began at `from` comes a second after n - 1. */
const direct = (pid: number, from: number, ns: number[]) =>
  session(
    pid,
    from,
    from + ns.length + 1,
    ns.flatMap((n, i) => life(n, from + 0.1 + i, pid, APP)),
    ns.length,
  );
/** A content filter takes each, and hands it in again by a session of its own. */
const filtered = (pid: number, from: number, ns: number[]) =>
  session(
    pid,
    from,
    from + ns.length + 1,
    ns.flatMap((n, i) => {
      const at = from + 0.1 + i;
      const taken = `${FILTER}:10024, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as ${queueId(n, '5B')})`;
      return [
        ...life(n, at, pid, APP, '4F', taken),
        ...session(5_000 + n, at + 0.2, at + 0.3, life(n, at + 0.25, 5_000 + n, FILTER, '5B'), 1, FILTER),
      ];
    }),
    ns.length,
  );

let count = 0;
function file(lines: Line[], host = 'mx'): string {
  const name = join(folder, `${count++}.log`);
  const around: Line[] = [
    [-600, 'anvil[4]: statistics'],
    [3_000, 'anvil[4]: statistics'],
  ];
  const text = [...around, ...lines]
    .sort(([one], [other]) => one - other)
    .map(([second, words]) => `${new Date(START + second * 1000).toISOString()} ${host} postfix/${words}\n`);
  writeFileSync(name, text.join(''));
  return name;
}

const opened = (second: number, slot = 0, sender = W1) => ({
  sender,
  relay: null,
  slot,
  opened: { from: START + second * 1000, to: START + second * 1000 + 50 },
});

/** @param known when each was sent, and by whom. */
async function verdict(
  files: string[],
  known: { n: number; at: number; sender?: number }[],
  recorded: ReturnType<typeof opened>[],
  { from, sender = W2 }: { from: number; sender?: number },
) {
  const messages = known.map(({ n, at, sender: by = W1 }) => ({
    mac: mac(n),
    accepted: { from: START + at * 1000 - 1_000, to: START + at * 1000 + 1_000 },
    sender: by,
    queueId: queueId(n),
  }));
  const doubtful = [{ mac: mac(X), sender, span: { from: START + from * 1000, to: START + 700_000 } }];
  const [told] = await verdictsByLogs(files, { known: messages, opened: recorded, doubtful });
  return `${told!.verdict}: ${told!.why}`;
}

const sent = (ns: number[], from: number, sender = W1) => ns.map((n, i) => ({ n, at: from + i, sender }));
const FIRST = numbers(1, 20);
const LATER = numbers(101, 10);

test('sessions that the log shows to their end prove who is absent, also behind a content filter and in two logs', async () => {
  const known = [...sent(FIRST, 0), ...sent(LATER, 300)];
  const recorded = [opened(0), opened(300)];
  for (const through of [direct, filtered]) {
    const lines = [...through(100, 0, FIRST), ...through(100, 300, LATER)];
    const whole = file(lines);
    const doubted = { from: 5, sender: W1 };
    expect(await verdict([whole], known, recorded, doubted)).toMatch(/^absent/);
    expect(await verdict([whole, file(lines, 'mx.shop.test')], known, recorded, doubted)).toMatch(/^absent/);
    const without = lines.filter(([, words]) => !words.includes(queueId(7)));
    expect(
      await verdict(
        [file(without)],
        known.filter(({ n }) => n !== 7),
        recorded,
        doubted,
      ),
    ).toMatch(/^unknown: the log lacks lines/);
  }
});

test('what a filter hands in again by sessions of its own stands for no session of a worker that was killed alone (C87)', async () => {
  const lines = [...filtered(100, 0, FIRST), ...filtered(101, 22.5, [X]), ...filtered(100, 300, LATER)];
  const known = [...sent(FIRST, 0), ...sent(LATER, 300)];
  const recorded = [opened(0), opened(22.5, 0, W2), opened(300)];
  expect(await verdict([file(lines)], known, recorded, { from: 22.6 })).toMatch(/^accepted/);
  const holed = lines.filter(([second]) => second < 21.5 || second > 40);
  expect(await verdict([file(holed)], known, recorded, { from: 22.6 })).toMatch(
    /^unknown: the log lacks the session that its worker opened/,
  );
});

test("one lane's sessions at the relay whose log is here stand for no other lane's at the one whose log is not", async () => {
  // All opened in one second; the second lane's went to the other relay, and came back here.
  const [ours, theirs] = [numbers(1, 5), numbers(51, 5)];
  const lines = [...direct(100, 0, ours), ...direct(101, 300, theirs)];
  const recorded = [opened(0, 0, W2), opened(0.2), opened(300, 0, W2)];
  const known = [...sent(ours, 0), ...sent(theirs, 300, W2)];
  expect(await verdict([file(lines)], known, recorded, { from: 1 })).toMatch(
    /^unknown: the log lacks the session/,
  );
});

test('behind a filter before the queue, whose sessions come one a message, nobody is absent', async () => {
  const back = FIRST.flatMap((n, i) =>
    session(600 + n, 0.1 + i / 10, 0.15 + i / 10, life(n, 0.12 + i / 10, 600 + n, FILTER), 1, FILTER),
  );
  const lines = [...session(100, 0, 120, back, 21), ...direct(102, 300, LATER)];
  const known = [...FIRST.map((n, i) => ({ n, at: 0.1 + i / 10 })), ...sent(LATER, 300)];
  expect(await verdict([file(lines)], known, [opened(0), opened(300)], { from: 1, sender: W1 })).toMatch(
    /^unknown: .*something stands between/,
  );
});

test('two relays of one first name, and an smtpd of one number in each, are not copies of each other', async () => {
  const [ours, theirs] = [numbers(1, 5), numbers(51, 5)];
  const fra = session(
    95,
    0,
    20,
    ours.flatMap((n, i) => life(n, 0.1 + i, 95, APP)),
    6,
  );
  const ams = direct(95, 0, theirs);
  const known = [...sent(ours, 0), ...sent(theirs, 0, W2)];
  const recorded = [opened(0), opened(0, 0, W2)];
  const logs = [file(fra, 'mail.fra'), file(ams, 'mail.ams')];
  expect(await verdict(logs, known, recorded, { from: 1, sender: W1 })).toMatch(/^unknown/);
});

test('one process that has two sessions of ours within seconds has two', async () => {
  const [first, second] = [numbers(1, 1), numbers(51, 5)];
  const lines = [...direct(100, 0, first), ...direct(100, 2.2, second)];
  const known = [...sent(first, 0), ...sent(second, 2.2)];
  expect(await verdict([file(lines)], known, [opened(0), opened(2.2)], { from: 2.5, sender: W1 })).toMatch(
    /^absent/,
  );
});

test('two relays of one first name, whose smtpd have one number and as many conversations, tell of two sessions each to its end', async () => {
  const [ours, theirs] = [numbers(1, 5), numbers(51, 4)];
  const logs = [file(direct(95, 0, ours), 'mail.fra'), file(direct(95, 0, theirs), 'mail.ams')];
  const known = [...sent(ours, 0), ...sent(theirs, 0, W2)];
  const doubted = { from: 1, sender: W1 };
  expect(await verdict(logs, known, [opened(0), opened(0, 0, W2)], doubted)).toMatch(/^absent/);
});

test.each(['mx', 'mx.shop.test'])(
  'of two logs of one relay that of %s lacks the end of a session: nobody is absent',
  async (host) => {
    const lines = direct(100, 0, FIRST);
    const cut = lines.filter(([, words]) => !words.includes('disconnect'));
    const other = host === 'mx' ? 'mx.shop.test' : 'mx';
    const doubted = { from: 5, sender: W1 };
    expect(
      await verdict([file(lines, other), file(cut, host)], sent(FIRST, 0), [opened(0)], doubted),
    ).toMatch(/^unknown/);
  },
);
