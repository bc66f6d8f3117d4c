import { type RelaySession, type SessionEvent, sessionsOf } from '../../src/evidence/smtpd-sessions';

const APP = 'app.shop.test[10.0.0.5]';
const STRANGER = 'unknown[192.0.2.7]';
const connect = (ms: number, client = APP): SessionEvent => ({ ms, kind: 'connect', client });
const disconnect = (ms: number, accepted: number | null, client = APP): SessionEvent => ({
  ms,
  kind: 'disconnect',
  client,
  accepted,
});
const ours = (ms: number): SessionEvent => ({
  ms,
  kind: 'transfer',
  queueId: `4F1A2B${ms}`,
  accepted: true,
  own: true,
});
const strangers = (ms: number): SessionEvent => ({ ...ours(ms), own: false }) as SessionEvent;
/** Its lines are there only in part, or it was refused. */
const part = (ms: number): SessionEvent => ({ ...ours(ms), accepted: false }) as SessionEvent;

const wholes = (events: SessionEvent[]) => sessionsOf(events).map(({ whole }) => whole);

test('a session is whole where the log has as many accepted messages as smtpd counted', () => {
  expect(sessionsOf([connect(0), ours(1), strangers(2), disconnect(9, 2)])).toEqual([
    { connectedAt: 0, endedAt: 9, messages: 2, whole: true, own: true },
  ] satisfies RelaySession[]);
});

test.each<[string, SessionEvent[], boolean[]]>([
  ['a message is missing', [connect(0), ours(1), disconnect(9, 2)], [false]],
  ['a message has only a part of its lines', [connect(0), ours(1), part(2), disconnect(9, 2)], [false]],
  [
    'one was refused: smtpd does not count it either',
    [connect(0), ours(1), part(2), disconnect(9, 1)],
    [true],
  ],
  ['the log has more than smtpd counted', [connect(0), ours(1), ours(2), disconnect(9, 1)], [false]],
  ['it has no end', [connect(0), ours(1)], [false]],
  ['a Postfix before 3.0 does not count', [connect(0), ours(1), disconnect(9, null)], [false]],
  ['the end is of another client', [connect(0), ours(1), disconnect(9, 1, STRANGER)], [false]],
  [
    'its end is missing, and the process has gone on with another session',
    [connect(0), ours(1), connect(10), ours(11), disconnect(19, 1)],
    [false, true],
  ],
  [
    'its end and the next beginning are missing',
    [connect(0), ours(1), ours(2), strangers(11), disconnect(19, 1, STRANGER)],
    [false],
  ],
  [
    'one message is told of twice, a second apart, and another is missing',
    [connect(0), ours(1), { ...ours(1), ms: 2 }, disconnect(9, 2)],
    [false],
  ],
  ['its beginning is missing', [ours(1), disconnect(9, 1)], []],
])('%s', (_, events, expected) => {
  expect(wholes(events)).toEqual(expected);
});

test('one process has sessions one after the other, and each counts for itself', () => {
  const events = [
    ...[connect(0, STRANGER), strangers(1), disconnect(2, 1, STRANGER)],
    ...[connect(3), ours(4), ours(5), disconnect(6, 2)],
    ...[connect(7), disconnect(7, 0)],
  ];
  expect(sessionsOf(events).map(({ own, whole }) => [own, whole])).toEqual([
    [false, true],
    [true, true],
    [false, true],
  ]);
  expect(sessionsOf([...events].reverse())).toEqual(sessionsOf(events));
});

test('a message of the second in which one session ends and the next begins makes neither whole', () => {
  const events = [connect(0), ours(0), disconnect(5, 2), connect(5), ours(5), ours(6), disconnect(9, 1)];
  expect(wholes(events)).toEqual([false, false]);
  const apart = [connect(0), ours(1), disconnect(5, 1), connect(5), ours(6), disconnect(9, 1)];
  expect(wholes(apart)).toEqual([true, true]);
});

test('two sessions within one second, and their ends: whose count is whose cannot be told', () => {
  expect(wholes([connect(5), disconnect(5, 0), connect(5, STRANGER), disconnect(5, 1, STRANGER)])).toEqual([
    false,
    false,
  ]);
});

test('a line that two files hold counts once', () => {
  const events = [connect(0), ours(1), disconnect(9, 1)];
  expect(sessionsOf([...events, connect(0), disconnect(9, 1)])).toEqual(sessionsOf(events));
});
