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
  const all = sessions.shown().map(({ connectedAt, state, carried }) => [connectedAt - T, state, carried]);
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
