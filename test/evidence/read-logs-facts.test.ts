import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BUCKETS } from '../../src/evidence/buckets';
import { EvidenceError, openLogFile } from '../../src/evidence/log-file';
import { loggedSessions } from '../../src/evidence/logged-sessions';
import { readLogs } from '../../src/evidence/read-logs';

const folder = mkdtempSync(join(tmpdir(), 'read-logs-facts-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const START = Date.parse('2026-11-25T02:00:00Z');
let count = 0;
const postfix = (second: string, text: string, host = 'mx') =>
  `2026-11-25T02:00:${second}Z ${host} postfix/${text}`;
/** A message of ours, one second off our own clock: message n went out at minute n. */
const ours = (message: number, second: string, queueId: string, host = 'mx') => [
  postfix(second, `smtpd[7]: ${queueId}: client=app[10.0.0.5]`, host),
  postfix(second, `cleanup[8]: ${queueId}: message-id=<ours${message}@shop.test>`, host),
  postfix(second, `qmgr[9]: ${queueId}: from=<n@shop.test>, size=9, nrcpt=1 (queue active)`, host),
];
const question = { nearMs: START, whose: (id: string) => /^<?ours(\d+)@/.exec(id)?.[1] ?? null };
const file = (lines: string[]) => {
  const name = join(folder, `${count++}.log`);
  writeFileSync(name, lines.map((line) => `${line}\n`).join(''));
  return name;
};
const reading = async (files: string[], more: Partial<Parameters<typeof readLogs>[1]> = {}) => {
  const read = await readLogs(await Promise.all(files.map(openLogFile)), { ...question, ...more });
  const lives = Array.from({ length: BUCKETS }, (_, bucket) => [...read.messages(bucket)]).flat();
  read.close();
  return { ...read, lives };
};

test('what each file holds is counted: its lines, those of a relay, those that cannot be read, and whether it is there twice', async () => {
  const lines = [
    '',
    '  ',
    'no line of a log',
    '2026-11-25T02:00:00Z mx sshd[1]: x',
    ...ours(0, '01', '4F1A2B01'),
  ];
  const [other, whole, again] = [file([...lines, 'no line either']), file(lines), file(lines)];
  const [empty, blank] = [file([]), file([''])];
  const read = await reading([other, whole, empty, again, blank, empty]);
  const { files, lines: all, unreadable, repeated } = read;
  expect({ all, unreadable, repeated }).toEqual({ all: 16, unreadable: 4, repeated: [again] });
  expect(files.map(({ name, lines, ofRelays, cut }) => [name, lines, ofRelays, cut])).toEqual([
    [other, 6, 3, false],
    [whole, 5, 3, false],
    [empty, 0, 0, false],
    [again, 5, 3, false],
    [blank, 0, 0, false],
    [empty, 0, 0, false],
  ]);
  expect([files[1]!.sha256 === files[3]!.sha256, files[1]!.bytes]).toEqual([true, statSync(whole).size]);
});

test('each clock has its first and last time and each life its times, as known messages calibrate them', async () => {
  const lines = [...ours(0, '05', '4F1A2B01'), postfix('02', 'smtpd[7]: connect from app[10.0.0.5]')];
  const read = await reading([file([...lines, postfix('09', 'x[1]: y', 'mx2')])], {
    // Whatever our own clock said, the log is five seconds ahead.
    clockSample: () => ({ from: 5_000, to: 5_000, firstAttempt: true }),
    queueIds: new Set(['4F1A2B01']),
  });
  expect(read.clocks).toEqual([
    { host: 'mx', filtered: false, first: START - 3_000, last: START, agreeing: 1, byHops: false },
    {
      host: 'mx2',
      filtered: false,
      first: START + 9_000,
      last: START + 9_000,
      agreeing: null,
      byHops: false,
    },
  ]);
  const life = { host: 'mx', zoned: true, queueId: '4F1A2B01', readAt: START, queuedAt: START };
  expect(read.lives).toEqual([['0', [expect.objectContaining(life)]]]);
  expect(read.ofQueueIds).toEqual([expect.objectContaining(life)]);
  expect(Object.keys(read.lives[0]![1][0]!)).not.toEqual(expect.arrayContaining(['clock']));
  expect(Object.keys(read.lives[0]![1][0]!)).not.toEqual(expect.arrayContaining(['begun']));
});

test('by which process of the relay, and when, a life began is told where sessions are asked for; of one whose begin is not there nothing', async () => {
  const [, ...beheaded] = ours(1, '07', '4F1A2B02');
  const { lives } = await reading([file([...ours(0, '05', '4F1A2B01'), ...beheaded])], {
    clockSample: () => ({ from: 5_000, to: 5_000, firstAttempt: true }),
    sessions: loggedSessions(() => true),
  });
  const begun = lives.map(([whose, told]) => [whose, told.map((life) => life.begun)]);
  expect(Object.fromEntries(begun)).toEqual({ 0: [{ pid: '7', ms: START }], 1: [undefined] });
});

test('a file that is gone when its turn comes ends the reading with its name', async () => {
  const [here, gone] = [file(ours(0, '01', '4F1A2B01')), file(ours(1, '02', '4F1A2B02'))];
  const opened = await Promise.all([here, gone].map(openLogFile));
  rmSync(gone);
  await expect(readLogs(opened, question)).rejects.toThrow(EvidenceError);
  await expect(readLogs(opened, question)).rejects.toThrow(gone);
});

test('a life that began, or came to the queue, at a time that is not in the log has none', async () => {
  const [begun, named] = ours(0, '05', '4F1A2B01');
  const { lives } = await reading([file([begun!, named!])]);
  expect(lives).toEqual([['0', [expect.objectContaining({ readAt: START + 5_000, queuedAt: null })]]]);
});

test('of queue ids that nobody asks about no life is kept, and of messages of nobody neither', async () => {
  const { lives, ofQueueIds } = await reading(
    [file([...ours(0, '01', '4F1A2B01'), ...ours(0, '02', '4F1A2B02')])],
    { whose: () => null, queueIds: new Set(['4F1A2B02']) },
  );
  expect([lives, ofQueueIds.map(({ queueId }) => queueId)]).toEqual([[], ['4F1A2B02']]);
});

test.each([
  ['n@shop.test', 'shop.test', true],
  ['n@shop.test', 'other.test', false],
  ['n@shop.test', undefined, false],
])(
  'a relay is filtered whose filter took what %s sent, where our domain is %s: %s',
  async (from, domain, filtered) => {
    const accepted = `smtpd[7]: proxy-accept: END-OF-MESSAGE: 250 ok; from=<${from}> to=<a@x.test>`;
    const lines = [
      ...ours(0, '01', '4F1A2B01'),
      postfix('01', accepted),
      postfix('02', 'smtpd[7]: proxy-accept: END-OF-MESSAGE: 250 ok; from=<> to=<a@x.test>'),
    ];
    const { clocks } = await reading([file(lines)], domain === undefined ? {} : { domain });
    expect(clocks.map((clock) => clock.filtered)).toEqual([filtered]);
  },
);

test('when a logger dropped lines is told in the time of its own clock, else as by every clock that is known', async () => {
  const lostBy = async (...loggers: string[]) => {
    const told = loggers.map(
      (logger) => `${logger} rsyslogd: imjournal: 4 messages lost due to rate-limiting`,
    );
    const ofMx2 = postfix('09', 'x[1]: y', 'mx2'); // its clock nobody knows
    const { lost } = await reading([file([...ours(0, '05', '4F1A2B01'), ofMx2, ...told])], {
      clockSample: () => ({ from: 5_000, to: 5_000, firstAttempt: true }),
    });
    return lost.map((ms) => (ms === null ? null : ms - START));
  };
  const at = '2026-11-25T02:00:30Z';
  expect(await lostBy(`${at} mx`, `${at} mx`)).toEqual([25_000, 25_000]);
  expect(await lostBy(`${at} loghost`)).toEqual([30_000, 25_000]);
  expect(await lostBy(`${at} mx2`)).toEqual([30_000, 25_000]);
  expect(await lostBy('then mx')).toEqual([null]);
});

test('a message that is named amid a life whose queue id comes again is of the life that named it', async () => {
  const removed = (second: string) => postfix(second, 'qmgr[9]: 4F1A2B01: removed');
  const lines = [...ours(0, '01', '4F1A2B01'), removed('02'), ...ours(1, '03', '4F1A2B01'), removed('04')];
  const { lives } = await reading([file(lines)]);
  const times = lives.map(([whose, told]) => [whose, told.map(({ readAt }) => readAt! - START)]);
  expect(Object.fromEntries(times)).toEqual({ 0: [1_000], 1: [3_000] });
});
