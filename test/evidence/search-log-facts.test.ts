import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { knownMessages } from '../../src/evidence/known-messages';
import { type KnownSample, searchLog } from '../../src/evidence/search-log';

const folder = mkdtempSync(join(tmpdir(), 'search-log-facts-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const START = Date.parse('2026-11-25T02:00:00Z');
const macOf = (letter: string) => letter.repeat(40);
const [KNOWN, RETRIED, DOUBTED, ANOTHER, STRANGER] = ['a', 'b', 'c', 'd', 'e'].map(macOf) as [
  ...[string, string, string, string, string],
];
const at = (second: number) => `2026-11-25T02:00:${String(second).padStart(2, '0')}Z mx postfix/`;
/** A message by the session of that smtpd; `id` in full where it is not of ours. */
const message = (second: number, queueId: string, mac: string, { pid = 7, queued = true, id = '' } = {}) => [
  `${at(second)}smtpd[${pid}]: ${queueId}: client=app[10.0.0.5]`,
  `${at(second)}cleanup[8]: ${queueId}: message-id=<${id || `${mac}@shop.test`}>`,
  ...(queued ? [`${at(second)}qmgr[9]: ${queueId}: from=<n@shop.test>, size=9, nrcpt=1 (queue active)`] : []),
];
const session = (pid: number, messages: number, lines: string[]) => [
  `${at(0)}smtpd[${pid}]: connect from app[10.0.0.5]`,
  ...lines,
  `${at(50)}smtpd[${pid}]: disconnect from app[10.0.0.5] ehlo=1 mail=${messages} data=${messages} quit=1 commands=9`,
];

let count = 0;
/** Known: one of lane 1 at its first attempt, one of lane 2 at a later one. */
async function search(
  lines: string[],
  { inDoubt = new Map([[DOUBTED, 3]]), samples = [] as KnownSample[], shift = 0, cut = false } = {},
) {
  const known = knownMessages();
  known.add(KNOWN, { from: START + 1_000 - shift, to: START + 2_000 - shift }, true, 1);
  known.add(RETRIED, { from: START + 1_000 - shift, to: START + 2_000 - shift }, false, 2);
  const name = join(folder, `${count++}.log`);
  const text = lines.map((line) => `${line}\n`).join('');
  writeFileSync(name, cut ? gzipSync(text).subarray(0, -4) : text);
  const sought = { domain: 'shop.test', inDoubt, known, nearMs: START };
  return { name, known, search: await searchLog([name], sought, samples) };
}

test('whose message is in the log is known of those in doubt and those known to be sent, and of nobody else', async () => {
  const lines = [
    ...message(1, '4F1A2B01', KNOWN),
    ...message(2, '4F1A2B02', DOUBTED),
    ...message(3, '4F1A2B03', ANOTHER),
    ...message(4, '4F1A2B04', STRANGER, { id: `${macOf('b')}@other.test` }),
  ];
  const { known, search: found } = await search(lines);
  expect([...found.fates.keys()]).toEqual([DOUBTED]);
  expect(found.fates.get(DOUBTED)!.acceptances).toHaveLength(1);
  expect([known.isFound(0), known.isFound(1)]).toEqual([true, false]);
  expect([found.lines, found.files.length, found.unreadable, found.repeated]).toEqual([12, 1, 0, []]);
});

test('one who is known to be sent and in doubt by another wave is both', async () => {
  const { known, search: found } = await search(message(1, '4F1A2B01', KNOWN), {
    inDoubt: new Map([[KNOWN, 1]]),
  });
  expect([known.isFound(0), [...found.fates.keys()]]).toEqual([true, [KNOWN]]);
});

test('who sent by each session is told by first attempts and those in doubt; where nobody is in doubt, by nothing', async () => {
  const lines = [
    ...session(71, 1, message(1, '4F1A2B01', KNOWN, { pid: 71 })),
    ...session(72, 1, message(2, '4F1A2B02', RETRIED, { pid: 72 })),
    ...session(73, 1, message(3, '4F1A2B03', DOUBTED, { pid: 73 })),
    ...session(74, 1, message(4, '4F1A2B04', ANOTHER, { pid: 74 })),
    ...session(75, 1, message(5, '4F1A2B05', '', { pid: 75, id: 'orders1@shop.test' })),
  ];
  const senders = (await search(lines)).search.sessions.map((session) => [session.pid, [...session.senders]]);
  expect(Object.fromEntries(senders)).toEqual({ 71: [1], 72: [], 73: [3], 74: [] });
  expect((await search(lines, { inDoubt: new Map() })).search.sessions).toEqual([]);
});

test('by how much a clock is off is told by known messages that the relay had read', async () => {
  const { search: found } = await search(message(1, '4F1A2B01', KNOWN), { shift: 7_200_000 });
  const [clock] = found.sound.clocks;
  expect(clock).toMatchObject({ host: 'mx', agreeing: 1 });
  // Two hours ahead, but for the second and a half in which it was accepted.
  expect(clock!.first).toBeGreaterThanOrEqual(START + 1_000 - 7_200_000);
  expect(clock!.first).toBeLessThanOrEqual(START + 2_000 - 7_200_000);
  const unread = message(1, '4F1A2B01', KNOWN).filter((line) => !line.includes('message-id'));
  expect((await search(unread)).search.sound.clocks).toMatchObject([{ agreeing: null }]);
  expect((await search(message(1, '4F1A2B01', DOUBTED))).search.sound.clocks).toMatchObject([
    { agreeing: null },
  ]);
});

test.each<[string, string[], object]>([
  ['it is there', message(1, '4F1A2B01', KNOWN), { rewritten: 0, neverQueued: 0 }],
  ['it is not there', message(1, '4F1A2B09', KNOWN), { rewritten: 0, neverQueued: 0 }],
  [
    'under another Message-ID',
    message(1, '4F1A2B01', '', { id: '0100@ses.test' }),
    { rewritten: 1, neverQueued: 0 },
  ],
  [
    'its queue id came again for a stranger',
    [
      ...message(1, '4F1A2B01', KNOWN),
      `${at(1)}qmgr[9]: 4F1A2B01: removed`,
      ...message(9, '4F1A2B01', '', { id: 'x@y' }),
    ],
    { rewritten: 0, neverQueued: 0 },
  ],
  [
    'the log does not say which message it was',
    message(1, '4F1A2B01', KNOWN).filter((line) => !line.includes('message-id')),
    { rewritten: 0, neverQueued: 0 },
  ],
  [
    'it never came to the queue',
    message(1, '4F1A2B01', KNOWN, { queued: false }),
    { rewritten: 0, neverQueued: 1 },
  ],
  [
    'refused once, taken then under the same queue id',
    [...message(1, '4F1A2B01', KNOWN, { queued: false }), ...message(9, '4F1A2B01', KNOWN)],
    { rewritten: 0, neverQueued: 0 },
  ],
])('a known message looked at closely by its queue id: %s', async (_, lines, expected) => {
  const samples = [{ mac: KNOWN, queueId: '4F1A2B01' }];
  expect((await search(lines, { samples })).search.sound).toMatchObject({ sampled: 1, ...expected });
});

test('each of several looked at closely counts', async () => {
  const lines = [
    ...message(1, '4F1A2B01', KNOWN, { queued: false }),
    ...message(2, '4F1A2B02', RETRIED, { queued: false }),
  ];
  const samples = [
    { mac: KNOWN, queueId: '4F1A2B01' },
    { mac: RETRIED, queueId: '4F1A2B02' },
    { mac: ANOTHER, queueId: '4F1A2B02' },
    { mac: ANOTHER, queueId: '4F1A2B01' },
  ];
  const { sound } = (await search(lines, { samples })).search;
  expect(sound).toMatchObject({ sampled: 4, rewritten: 2, neverQueued: 2, lost: [], cut: [] });
});

test('a file that ends in the middle is named', async () => {
  const { name, search: found } = await search(message(1, '4F1A2B01', KNOWN), { cut: true });
  expect(found.sound.cut).toEqual([name]);
});
