import { coverOf, type RecordedOpening } from '../../src/evidence/cover-sessions';
import type { ShownSession } from '../../src/evidence/own-sessions';
import { T } from './relay-life';

const at = (seconds: number) => T + seconds * 1000;
const opened = (from: number, to = from + 0.2, relay: string | null = null): RecordedOpening => ({
  ...{ from: at(from), to: at(to), relay },
});
const shown = (seconds: number, change: Partial<ShownSession> = {}): ShownSession => ({
  connectedAt: at(seconds),
  state: 'whole',
  carried: 'customers',
  host: 'mx1',
  ...change,
});
const empty = { carried: null } as const;
const RELAYS = new Map([
  ['mx1', new Set(['one'])],
  ['mx2', new Set(['one', 'two'])],
]);
const cover = (recorded: RecordedOpening[], logged: ShownSession[], recentFrom = Number.POSITIVE_INFINITY) =>
  coverOf(recorded, logged, {
    spans: [{ from: at(0), to: at(1_000) }],
    recentFromMs: at(recentFrom),
    relaysOf: (host) => RELAYS.get(host) ?? new Set(),
  });
const ALL = { open: 0, uncounted: 0, lacking: null, missing: null, tooRecent: 0, strange: 0 };

test('sessions that the logs show whole leave nothing to say', () => {
  expect(cover([opened(1), opened(50)], [shown(50), shown(1)])).toEqual({ ...ALL, onRecord: 2, whole: 2 });
  expect(cover([], [])).toEqual({ ...ALL, onRecord: 0, whole: 0 });
});

test.each<[string, string | null, string, number]>([
  ['the relay whose log it is', 'one', 'mx1', 1],
  ['another relay, of which no log is there', 'two', 'mx1', 0],
  ['either relay, whose messages both came there', 'two', 'mx2', 1],
  ['a relay, in the log of a host of whose messages none is known', 'two', 'mx3', 1],
  ['a relay that nobody knows', null, 'mx1', 1],
])('a session stands for one with %s', (_, relay, host, whole) => {
  const covered = cover([opened(1, 1.2, relay)], [shown(1, { host, carried: null })]);
  expect([covered.whole, covered.missing?.sessions ?? 0]).toEqual([whole, 1 - whole]);
});

test('of several relays, at a host of whose messages none is known, an empty session stands for none, one by which customers were told for any', () => {
  const both = [opened(1, 1.2, 'one'), opened(100, 100.2, 'two')];
  const byHost = (change: Partial<ShownSession>) =>
    cover(both, [shown(1), shown(100, { host: 'mx3', ...change })]);
  expect(byHost(empty).missing).toMatchObject({ sessions: 1, from: at(100.2) });
  expect(byHost({}).missing).toBeNull();
});

// The first of a run and of its log are one, by a clock that is as far off as one may be.
test.each([
  [-3, 1],
  [-3.001, 0],
  [1_003, 1],
  [1_003.001, 0],
])('a session opened at %d s is of the time of a log from 0 to 1,000 s: %d', (second, withinLogs) => {
  expect(cover([opened(second, second)], []).missing).toMatchObject({ sessions: 1, withinLogs });
});

test.each<[string, RecordedOpening[], ShownSession[], object]>([
  [
    'none of them is in the logs, all of a time that they hold',
    [opened(1), opened(50)],
    [],
    { whole: 0, missing: { sessions: 2, from: at(1.2), to: at(50.2), withinLogs: 2 } },
  ],
  [
    'one is of a time that no log holds',
    [opened(1), opened(2_000)],
    [shown(1)],
    { whole: 1, missing: { sessions: 1, from: at(2_000.2), to: at(2_000.2), withinLogs: 0 } },
  ],
  [
    'two were opened at once, the logs show one',
    [opened(1), opened(1)],
    [shown(1)],
    { whole: 1, missing: { sessions: 1, withinLogs: 1 } },
  ],
  ['its end is not in the logs', [opened(1)], [shown(1, { state: 'open' })], { whole: 0, open: 1 }],
  ['nobody counted', [opened(1)], [shown(1, { state: 'uncounted' })], { whole: 0, uncounted: 1 }],
  [
    'lines of it are not in the logs',
    [opened(1)],
    [shown(1, { state: 'lacking' })],
    { whole: 0, lacking: { sessions: 1, from: at(1.2), to: at(1.2), withinLogs: 1 } },
  ],
  ['nothing came by it', [opened(1)], [shown(1, empty)], { whole: 1 }],
  [
    "somebody else's empty one began at the same time as one of ours",
    [opened(1)],
    [shown(1, empty), shown(1)],
    { whole: 1, strange: 0 },
  ],
  [
    "the company's own mailboxes alone were told by it",
    [opened(1)],
    [shown(1, { carried: 'mailboxes' })],
    { whole: 1 },
  ],
  [
    'customers were told by one that is not on record',
    [opened(1)],
    [shown(1), shown(90)],
    { whole: 1, strange: 1 },
  ],
  [
    'some of a second may be of others, and the next seconds have as many as were opened then',
    [opened(42), opened(43), opened(43), opened(46), opened(48), opened(49)],
    [
      shown(42),
      ...[43, 43].map((second) =>
        shown(second, { carried: 'perhaps' as const, state: 'uncounted' as const }),
      ),
      ...[46, 48, 49].map((second) => shown(second)),
    ],
    { whole: 4, uncounted: 2, missing: null, strange: 0 },
  ],
  [
    'each must move on to the next, for the last to have one',
    [opened(1), opened(4), opened(7)],
    [shown(4), shown(7), shown(1.2, empty)],
    { whole: 3, missing: null },
  ],
  [
    'each began nearer to another one than to its own',
    [opened(0), opened(3), opened(6)],
    [shown(2.9), shown(5.9), shown(8.9)],
    { whole: 3, missing: null, strange: 0 },
  ],
  ['an empty one is not on record', [], [shown(1, empty)], { strange: 0 }],
  ['the clock of the log is three seconds late', [opened(1)], [shown(4.2)], { whole: 1 }],
  ['the clock of the log is three seconds early', [opened(4)], [shown(1)], { whole: 1 }],
  ['it began four seconds later', [opened(1)], [shown(5.3)], { missing: { sessions: 1 }, strange: 1 }],
  [
    'it began four seconds later, and another one took a minute to be opened',
    [opened(1), opened(200, 260)],
    [shown(5.3), shown(230)],
    { missing: { sessions: 1 }, strange: 1 },
  ],
  ['it began four seconds earlier', [opened(5)], [shown(1.9)], { missing: { sessions: 1 }, strange: 1 }],
  [
    'one took minutes to be opened, and another was opened meanwhile',
    [opened(1, 300), opened(100)],
    [shown(100), shown(290)],
    { whole: 2, missing: null },
  ],
])('what the logs show where %s', (_, recorded, logged, expected) => {
  expect(cover(recorded, logged)).toMatchObject({ ...expected, onRecord: recorded.length });
  expect(cover([...recorded].reverse(), [...logged].reverse())).toMatchObject(expected);
});

test('what was opened a moment ago, while the run goes on, is not missed', () => {
  expect(cover([opened(1), opened(50)], [shown(1)], 50)).toMatchObject({ missing: null, tooRecent: 1 });
  expect(cover([opened(1), opened(50)], [shown(1)], 51)).toMatchObject({
    missing: { sessions: 1 },
    tooRecent: 0,
  });
});

test('what is missing in a long busy night is not made good by what is too much in another hour of it', () => {
  const recorded = Array.from({ length: 20_000 }, (_, i) => opened(i / 10));
  const logged = recorded.flatMap(({ to }, i) => (i % 4_000 === 7 ? [] : [{ ...shown(0), connectedAt: to }]));
  const late = logged.map((session) => ({ ...session, connectedAt: session.connectedAt + 2_500 }));
  const tooMany = Array.from({ length: 5 }, (_, i) => shown(150 + i * 300, empty));
  for (const sessions of [logged, late, [...logged, ...tooMany]])
    expect(cover(recorded, sessions)).toMatchObject({ whole: 19_995, missing: { sessions: 5 }, strange: 0 });
});
