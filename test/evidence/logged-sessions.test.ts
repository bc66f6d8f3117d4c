import {
  type LoggedSession,
  loggedSessions,
  sessionSenders,
  transferOf,
} from '../../src/evidence/logged-sessions';
import type { RelayLife } from '../../src/evidence/message-fate';
import { relayLife, T } from './relay-life';

const [W1, W2] = [1, 2];
const CLIENT = 'app[10.0.0.5]';
const SHOP = 'shop[10.0.0.9]';

const session = (from: number, to: number | null, change: Partial<LoggedSession> = {}): LoggedSession => ({
  ...{
    host: 'mx',
    zoned: false,
    pid: '7',
    client: CLIENT,
    messages: 1,
    senders: new Set(),
    own: true,
    silence: 0,
  },
  connectedAt: T + from,
  endedAt: to === null ? null : T + to,
  flaw: to === null ? 'open' : null,
  ...change,
});
const begun = (queueId: string, ms: number, change: Partial<RelayLife> = {}, pid = '7') =>
  relayLife(queueId, { begun: { pid, ms: T + ms }, readAt: T + ms, queuedAt: T + ms, ...change });

/** Of each session that is left when it began, and who sent by it. */
function told(sessions: LoggedSession[], messages: [RelayLife[], sender: number][]) {
  const senders = sessionSenders(sessions.map((logged) => ({ ...logged, senders: new Set(logged.senders) })));
  for (const [lives, sender] of messages) senders.add(lives, sender);
  return senders.sessions().map((logged) => [logged.connectedAt - T, [...logged.senders].sort()]);
}

test.each<[string, Partial<RelayLife>, { accepted: boolean; refused: boolean; own: boolean }]>([
  ['queued under an id of ours', {}, { accepted: true, refused: false, own: true }],
  ["queued under a shop's id", { messageIds: ['<shop>'] }, { accepted: true, refused: false, own: false }],
  [
    'under one of ours among others',
    { messageIds: ['<shop>', '<ours>'] },
    { accepted: true, refused: false, own: true },
  ],
  ['queued, whose header the log lacks', { messageIds: [] }, { accepted: false, refused: false, own: false }],
  ['read and not queued', { queuedAt: null }, { accepted: false, refused: false, own: true }],
  ['refused', { queuedAt: null, refused: true }, { accepted: false, refused: true, own: true }],
  ['refused and queued all the same', { refused: true }, { accepted: true, refused: false, own: true }],
  ['held by a rule', { queuedAt: null, withheld: 'held' }, { accepted: true, refused: false, own: true }],
  [
    'refused and held by a rule',
    { queuedAt: null, refused: true, withheld: 'held' },
    { accepted: true, refused: false, own: true },
  ],
])('a message %s: what smtpd counts it as', (_, change, expected) => {
  expect(transferOf(relayLife('A', change), T, (messageId) => messageId === '<ours>')).toEqual({
    ...{ ms: T, kind: 'transfer', queueId: 'A', client: '10.0.0.5' },
    ...expected,
  });
});

test('the sessions of logs are those by which messages of ours came, in the database’s time', () => {
  const reader = loggedSessions(() => true);
  for (const [pid, own] of [
    ['7', true],
    ['8', false],
  ] as const) {
    reader.events.add('mx', pid, { ms: 50, kind: 'connect', client: CLIENT });
    reader.events.add('mx', pid, {
      ...{ ms: 51, kind: 'transfer', queueId: 'A', client: null, accepted: true, refused: false, own },
    });
    reader.events.add('mx', pid, { ms: 52, kind: 'disconnect', client: CLIENT, accepted: 1, uncertain: 0 });
  }
  reader.events.add('mx', '9', { ms: 60, kind: 'connect', client: CLIENT });
  reader.events.add('mx', '9', {
    ...{ ms: 60, kind: 'transfer', queueId: 'B', client: null, accepted: true, refused: false, own: true },
  });
  reader.read((clock) => ({ host: `${clock}.shop.test`, zoned: true, shift: 50 }));
  const common = {
    host: 'mx.shop.test',
    zoned: true,
    client: CLIENT,
    senders: new Set(),
    messages: 1,
    own: true,
  };
  expect([...reader.sessions].sort((one, other) => one.connectedAt - other.connectedAt)).toEqual([
    { ...common, pid: '7', connectedAt: 0, endedAt: 2, flaw: null, silence: 1 },
    { ...common, pid: '9', connectedAt: 10, endedAt: null, flaw: 'open', silence: 0 },
  ]);
  reader.events.close();
});

test.each<[string, LoggedSession[], RelayLife[], unknown[]]>([
  [
    'that was open then',
    [session(0, 10), session(20, 30)],
    [begun('A', 25)],
    [
      [0, []],
      [20, [W1]],
    ],
  ],
  [
    'that has no end',
    [session(0, 10), session(20, null)],
    [begun('A', 9_999)],
    [
      [0, []],
      [20, [W1]],
    ],
  ],
  ['at its first moment', [session(5, 10)], [begun('A', 5)], [[5, [W1]]]],
  ['at its last', [session(5, 10)], [begun('A', 10)], [[5, [W1]]]],
  ['but not before it', [session(5, 10)], [begun('A', 4)], [[5, []]]],
  ['nor after it', [session(5, 10)], [begun('A', 11)], [[5, []]]],
  ['of the same process alone', [session(0, 10, { pid: '8' })], [begun('A', 5)], [[0, []]]],
  ['of the same relay alone', [session(0, 10, { host: 'mx2' })], [begun('A', 5)], [[0, []]]],
  ['of the same log alone', [session(0, 10, { zoned: true })], [begun('A', 5)], [[0, []]]],
  ['and without its beginning by none', [session(0, 10)], [relayLife('A')], [[0, []]]],
  [
    'of its own client, where two share a second',
    [session(-5, 0, { client: SHOP }), session(0, 10)],
    [begun('A', 0)],
    [
      [-5, []],
      [0, [W1]],
    ],
  ],
])('a message came by the session %s', (_, sessions, lives, expected) => {
  expect(told(sessions, [[lives, W1]])).toEqual(expected);
});

test('nobody’s messages tell nothing of a session', () => {
  expect(told([session(0, 10)], [[[begun('A', 5)], 0]])).toEqual([[0, []]]);
});

test('a session has every worker whose messages came by it', () => {
  const messages: [RelayLife[], number][] = [
    [[begun('A', 5)], W1],
    [[begun('B', 6)], W2],
    [[begun('C', 7)], W2],
  ];
  expect(told([session(0, 10)], messages)).toEqual([[0, [W1, W2]]]);
});

test('what a filter handed in again came by a session of its own', () => {
  const [own, filters] = [session(0, 10), session(0, 10, { pid: '8', client: 'filter[127.0.0.1]' })];
  const again = (ms: number, change: Partial<RelayLife> = {}) =>
    begun('B', ms, { client: '127.0.0.1', ...change }, '8');
  const handing = begun('A', 5, { handedOn: ['B'] });
  for (const lives of [
    [handing, again(6)],
    [again(6), handing],
    // Within one second the filter's lines may stand first.
    [again(5), handing],
    [again(4), handing],
  ])
    expect(told([own, filters], [[lives, W1]])).toEqual([
      [0, [W1]],
      [0, []],
    ]);
  // Where nothing says who handed it on, when smtpd began it counts, not when its header was read.
  const slow = begun('A', 5, { readAt: T + 20, queuedAt: T + 20 });
  expect(told([own, filters], [[[again(6), slow], W1]])).toEqual([
    [0, [W1]],
    [0, []],
  ]);
  // So it is by the clock alone where smtpd's first line is missing: as it was read, or else as it was queued.
  expect(told([own, filters], [[[again(6), begun('A', 5)], W1]])).toEqual([
    [0, [W1]],
    [0, []],
  ]);
  const unbegun = (change: Partial<RelayLife>) => relayLife('A', { readAt: T + 5, ...change });
  for (const first of [unbegun({}), unbegun({ readAt: null, queuedAt: T + 5 })])
    expect(told([own, filters], [[[again(6), first], W1]])).toEqual([
      [0, []],
      [0, []],
    ]);
  const timeless = relayLife('A', { readAt: null, queuedAt: null });
  expect(told([own, filters], [[[timeless, again(6)], W1]])).toEqual([
    [0, []],
    [0, [W1]],
  ]);
});

test('where each was handed on from the other, the first by the clock is what was handed in', () => {
  const [own, filters] = [session(0, 10), session(0, 10, { pid: '8' })];
  const lives = [begun('B', 6, { handedOn: ['A'] }, '8'), begun('A', 5, { handedOn: ['B'] })];
  expect(told([own, filters], [[lives, W1]])).toEqual([
    [0, [W1]],
    [0, []],
  ]);
});

test('a queue id that another relay gave out as well is not the same life', () => {
  const [own, others] = [session(0, 10), session(0, 10, { host: 'other', pid: '7' })];
  const lives = [begun('A', 5), begun('A', 6, { host: 'other' })];
  expect(told([own, others], [[lives, W1]])).toEqual([
    [0, [W1]],
    [0, []],
  ]);
  // A relay that is logged twice shows it twice, and its session, too.
  const twice = [session(0, 10), session(0, 10, { host: 'mx.shop.test', messages: 2 })];
  const copies = [begun('A', 5), begun('A', 5, { host: 'mx.shop.test' })];
  expect(told(twice, [[copies, W1]])).toEqual([
    [0, [W1]],
    [0, [W1]],
  ]);
});

test('a message of a second that two sessions share came by either, and by that one alone which is its worker’s already', () => {
  const sessions = [session(0, 10), session(10, 20)];
  expect(told(sessions, [[[begun('B', 10)], W1]])).toEqual([
    [0, [W1]],
    [10, [W1]],
  ]);
  expect(
    told(sessions, [
      [[begun('B', 10)], W1],
      [[begun('A', 5)], W1],
    ]),
  ).toEqual([
    [0, [W1]],
    [10, []],
  ]);
  expect(
    told(sessions, [
      [[begun('B', 10)], W1],
      [[begun('C', 15)], W1],
    ]),
  ).toEqual([
    [0, []],
    [10, [W1]],
  ]);
  // Another worker's explains nothing.
  expect(
    told(sessions, [
      [[begun('B', 10)], W1],
      [[begun('A', 5)], W2],
    ]),
  ).toEqual([
    [0, [W1, W2]],
    [10, [W1]],
  ]);
});

test.each<[string, Partial<LoggedSession>, number]>([
  ['by another name of the relay', { host: 'mx.shop.test' }, 1],
  ['with its zone', { zoned: true }, 1],
  ['three seconds off', { zoned: true, connectedAt: T + 3_000 }, 1],
  ['three seconds off, the other way', { zoned: true, connectedAt: T - 3_000 }, 1],
  ['more than that off', { zoned: true, connectedAt: T + 3_001 }, 2],
  ['in the same log', {}, 2],
  ['of another relay', { host: 'other' }, 2],
  ['of another process', { zoned: true, pid: '8' }, 2],
  ['with more messages', { zoned: true, messages: 2 }, 2],
  ['of which only a part is there', { zoned: true, endedAt: null, flaw: 'open' }, 2],
])('one session and another %s: so many there were', (_, change, count) => {
  const [one, other] = [
    session(0, 10, { senders: new Set([W1]) }),
    session(0, 10, { senders: new Set([W2]), ...change }),
  ];
  const left = told([other, one], []);
  expect(left).toHaveLength(count);
  // Of two that are one nothing is lost: a worker too many is seen.
  if (count === 1) expect(left[0]![1]).toEqual([W1, W2]);
});

test('which sessions are copies does not depend on the order in which logs are read', () => {
  const logs = [session(0, 9), session(3_000, 3_009, { zoned: true }), session(6_000, 6_009)];
  for (const order of [logs, [logs[1]!, logs[0]!, logs[2]!], [...logs].reverse()])
    expect(told(order, []).map(([at]) => at)).toEqual([0, 6_000]);
});

test('each of several sessions of a process has its copy', () => {
  const logs = [session(0, 10), session(20, 30), session(5_000, 5_010)].flatMap((logged) => [
    logged,
    { ...logged, zoned: true },
  ]);
  expect(told(logs, []).map(([at]) => at)).toEqual([0, 20, 5_000]);
});
