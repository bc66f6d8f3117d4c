import type { Listed } from '../../src/evidence/number-rows';
import { ownSessions } from '../../src/evidence/own-sessions';
import type { SessionEvent } from '../../src/evidence/smtpd-sessions';
import { relayLife, T } from './relay-life';

const CLIENT = 'app[10.0.0.5]';
const connect = (ms: number, client = CLIENT): SessionEvent => ({ ms, kind: 'connect', client });
const disconnect = (ms: number, accepted: number | null, client = CLIENT): SessionEvent => ({
  ...{ ms, kind: 'disconnect', client, accepted, uncertain: 0 },
});
const transfer = (ms: number, queueId: string, own = true, accepted = true): SessionEvent => ({
  ...{ ms, kind: 'transfer', client: null, queueId, own, accepted, refused: false },
});
const begun = (ms: number, pid = '7') => relayLife('A', { begun: { pid, ms: T + ms } });

const rowsOf = <Row>(rows: Listed<Row>) => Array.from({ length: rows.length }, (_, row) => rows.at(row)!);

/** Logs of clocks, each with its processes; what was handed in by which life. */
function shown(
  logs: Record<string, Record<string, SessionEvent[]>>,
  lives: ReturnType<typeof begun>[],
  told = (clock: string) => ({ host: clock, zoned: false, shift: -T }),
) {
  const sessions = ownSessions(() => true);
  for (const [clock, processes] of Object.entries(logs))
    for (const [pid, events] of Object.entries(processes))
      for (const event of events) sessions.events.add(clock, pid, event);
  // From where a filter hands in again, too.
  for (const client of ['10.0.0.5', '10.0.0.9'])
    sessions.events.add('elsewhere', '1', { ...transfer(0, 'E'), client } as SessionEvent);
  sessions.read(told);
  for (const life of lives) sessions.handedIn(life, 'customers');
  const all = rowsOf(sessions.shown()).map(({ connectedAt, state, carried }) => [
    connectedAt - T,
    state,
    carried,
  ]);
  sessions.events.close();
  return all;
}

test.each<[string, SessionEvent[], unknown[], number?]>([
  ['whole', [connect(0), transfer(1, 'A'), disconnect(2, 1)], [[0, 'whole', 'customers']]],
  [
    'with one message more than its lines',
    [connect(0), transfer(1, 'A'), disconnect(2, 2)],
    [[0, 'lacking', 'customers']],
  ],
  ['without its end', [connect(0), transfer(1, 'A')], [[0, 'open', 'customers']]],
  [
    'of a Postfix that does not count',
    [connect(0), transfer(1, 'A'), disconnect(2, null)],
    [[0, 'uncounted', 'customers']],
  ],
  [
    'which ended in the second in which the next began',
    [connect(0), transfer(1, 'A'), transfer(2, 'B', false), disconnect(2, 2), connect(2), disconnect(3, 1)],
    [
      [0, 'uncounted', 'customers'],
      [2, 'uncounted', 'perhaps'],
    ],
  ],
  [
    'and another, which both began in one second of the log',
    [
      ...[connect(0), { ...connect(0), nth: 1 }, transfer(0, 'A'), transfer(0, 'B'), disconnect(0, 1)],
      ...[transfer(1, 'C'), disconnect(1, 2)],
    ],
    [
      [0, 'whole', 'perhaps'],
      [0, 'whole', 'perhaps'],
    ],
    0,
  ],
  [
    "after a shop's, which ended in the second in which it began",
    [
      ...[connect(-5, 'shop[10.0.0.9]'), transfer(-4, 'S', false), transfer(0, 'T', false)],
      ...[disconnect(0, 2, 'shop[10.0.0.9]'), connect(0), transfer(1, 'A'), disconnect(2, 1)],
    ],
    [[0, 'whole', 'customers']],
  ],
  [
    'and one of ours in which nothing was taken, in the second in which the other ended',
    [connect(0), transfer(1, 'A'), transfer(2, 'B'), disconnect(2, 2), connect(2), disconnect(3, 0)],
    [
      [0, 'whole', 'customers'],
      [2, 'whole', 'perhaps'],
    ],
  ],
  [
    'and one of ours in which nothing was taken',
    [connect(0), transfer(1, 'A'), disconnect(2, 1), connect(5), disconnect(6, 0)],
    [
      [0, 'whole', 'customers'],
      [5, 'whole', null],
    ],
  ],
  [
    "and a stranger's in which nothing was taken",
    [
      connect(0),
      transfer(1, 'A'),
      disconnect(2, 1),
      connect(5, 'x[10.0.0.9]'),
      disconnect(6, 0, 'x[10.0.0.9]'),
    ],
    [[0, 'whole', 'customers']],
  ],
  [
    "and a shop's from our machine",
    [connect(0), transfer(1, 'A'), disconnect(2, 1), connect(5), transfer(6, 'S', false), disconnect(7, 1)],
    [[0, 'whole', 'customers']],
  ],
  [
    "and a filter's, which handed in what was handed in before",
    [connect(0), transfer(1, 'A'), disconnect(2, 1), connect(5), transfer(6, 'B'), disconnect(7, 1)],
    [[0, 'whole', 'customers']],
  ],
])('one session %s', (_, events, expected, at = 1) => {
  expect(shown({ mx: { '7': events } }, [begun(at)])).toEqual(expected);
});

test('one that two logs of a relay tell of is one, and whole where one of them is', () => {
  const events = [connect(0), transfer(1, 'A'), disconnect(2, 1)];
  const copies = { mx: { '7': events }, 'mx.shop.test': { '7': events.slice(0, 2) } };
  expect(shown(copies, [begun(1)])).toEqual([[0, 'whole', 'customers']]);
  const next = [...events, connect(500), disconnect(600, 0)];
  expect(shown({ mx: { '7': next }, 'mx.shop.test': { '7': next } }, [begun(1)])).toEqual([
    [0, 'whole', 'customers'],
    [500, 'whole', null],
  ]);
  expect(shown({ mx: { '7': events }, mx2: { '7': events } }, [begun(1)])).toHaveLength(1);
  const other = relayLife('A', { host: 'mx2', begun: { pid: '7', ms: T + 1 } });
  expect(shown({ mx: { '7': events }, mx2: { '7': events } }, [begun(1), other])).toHaveLength(2);
});

test('whose it was, of two sessions that were open in one second of the log, a message of that second tells by its client alone', () => {
  const shop = 'shop[10.0.0.9]';
  const events = [
    ...[connect(-5, shop), transfer(0, 'A'), disconnect(0, 1, shop), connect(0), disconnect(2, 1)],
  ];
  expect(shown({ mx: { '7': events } }, [begun(0)])).toEqual([[0, 'uncounted', 'customers']]);
  const both = [connect(-5), transfer(0, 'A'), disconnect(0, 1), connect(0), disconnect(2, 0)];
  expect(shown({ mx: { '7': both } }, [begun(0)])).toEqual([
    [-5, 'whole', 'perhaps'],
    [0, 'whole', 'perhaps'],
  ]);
});

test('what a program handed in came by no session', () => {
  const local = relayLife('A', { local: true, begun: { pid: '7', ms: T + 1 } });
  expect(shown({ mx: { '7': [connect(0), transfer(1, 'A'), disconnect(2, 1)] } }, [local])).toEqual([]);
});

type Told = ['customers' | 'mailboxes', Parameters<typeof relayLife>[1]?];
/** What logs, each by its clock, show of a process after these messages were told of. */
function carriedBy(logs: Record<string, SessionEvent[]>, told: Told[]) {
  const sessions = ownSessions(() => true);
  for (const [clock, events] of Object.entries(logs))
    for (const event of events) sessions.events.add(clock, '7', event);
  sessions.events.add('elsewhere', '1', { ...transfer(0, 'E'), client: '10.0.0.5' } as SessionEvent);
  sessions.read((clock) => {
    const [host, zone] = clock.split(' ') as [string, string?];
    return { host, zoned: zone === 'zoned', shift: -T };
  });
  for (const [carried, change] of told)
    sessions.handedIn(relayLife('A', { begun: { pid: '7', ms: T + 1 }, ...change }), carried);
  const shown = rowsOf(sessions.shown()).map(({ connectedAt, state, carried }) => [
    connectedAt - T,
    state,
    carried,
  ]);
  sessions.events.close();
  return shown;
}
const ONE = [connect(0), transfer(1, 'A'), disconnect(2, 1)];
const OPEN = ONE.slice(0, 2);
const LACKING = [connect(0), transfer(1, 'A'), disconnect(2, 2)];
const UNCOUNTED = [connect(0), transfer(1, 'A'), disconnect(2, null)];

test('by a session customers were told, whatever mailboxes of the company were told by it before or after', () => {
  expect(carriedBy({ mx: ONE }, [['mailboxes']])).toEqual([[0, 'whole', 'mailboxes']]);
  expect(carriedBy({ mx: ONE }, [['mailboxes'], ['customers']])).toEqual([[0, 'whole', 'customers']]);
  expect(carriedBy({ mx: ONE }, [['customers'], ['mailboxes']])).toEqual([[0, 'whole', 'customers']]);
});

test.each<[string, Record<string, SessionEvent[]>, string]>([
  ['whole and open', { mx: OPEN, 'mx.shop.test': ONE }, 'whole'],
  ['whole and not counted', { mx: UNCOUNTED, 'mx.shop.test': ONE }, 'whole'],
  ['lacking and not counted', { mx: LACKING, 'mx.shop.test': UNCOUNTED }, 'uncounted'],
  ['lacking and open', { mx: OPEN, 'mx.shop.test': LACKING }, 'lacking'],
  ['in two formats', { mx: OPEN, 'mx zoned': ONE }, 'whole'],
])('a session that two logs tell of is what the better one shows: %s', (_, logs, state) => {
  // Of one message the one log may tell, of another the other.
  const told = [{}, { host: 'mx.shop.test' }, { zoned: true }].map((change): Told => ['customers', change]);
  expect(carriedBy(logs, told)).toEqual([[0, state, 'customers']]);
});

test.each<[string, number, number]>([
  ['three seconds', 3_000, 1],
  ['more than that', 3_001, 2],
])('what two logs show %s apart by their clocks is of one session, or of two', (_, apart, sessions) => {
  const late = ONE.map((event) => ({ ...event, ms: event.ms + apart }));
  const told: Told[] = [
    ['mailboxes'],
    ['customers', { host: 'mx.shop.test', begun: { pid: '7', ms: T + 1 + apart } }],
  ];
  const shown = carriedBy({ mx: ONE, 'mx.shop.test': late }, told);
  expect(shown).toHaveLength(sessions);
  expect(shown[sessions - 1]).toEqual([sessions === 1 ? 0 : apart, 'whole', 'customers']);
});

test('one log has a session for each of its own, however near they are', () => {
  const twice = [...ONE, connect(100), transfer(101, 'B'), disconnect(102, 1)];
  const second = { begun: { pid: '7', ms: T + 101 } };
  expect(carriedBy({ mx: twice }, [['customers'], ['mailboxes', second]])).toEqual([
    [0, 'whole', 'customers'],
    [100, 'whole', 'mailboxes'],
  ]);
  expect(carriedBy({ mx: twice, 'mx zoned': twice }, [['customers'], ['mailboxes', second]])).toEqual([
    [0, 'whole', 'customers'],
    [100, 'whole', 'mailboxes'],
  ]);
});

test.each<[string, Parameters<typeof relayLife>[1]]>([
  ['of another smtpd', { begun: { pid: '8', ms: T + 1 } }],
  ['of another relay', { host: 'mx2' }],
  ['in the other format', { zoned: true }],
  ['before it began', { begun: { pid: '7', ms: T - 1 } }],
  ['after it had ended', { begun: { pid: '7', ms: T + 3 } }],
  ['of whose begin the log has no line', { begun: undefined }],
])('a message %s came by no session of these', (_, change) => {
  expect(carriedBy({ mx: ONE }, [['customers', change]])).toEqual([]);
});

test('a message at the very beginning, at the very end, or in one whose end is not there came by it', () => {
  for (const ms of [T, T + 2])
    expect(carriedBy({ mx: ONE }, [['customers', { begun: { pid: '7', ms } }]])).toHaveLength(1);
  const later = { begun: { pid: '7', ms: T + 99_000 } };
  expect(carriedBy({ mx: OPEN }, [['customers', later]])).toEqual([[0, 'open', 'customers']]);
  // Whoever handed it in is not known: the session is all the same.
  expect(carriedBy({ mx: ONE }, [['customers', { client: null }]])).toEqual([[0, 'whole', 'customers']]);
});
