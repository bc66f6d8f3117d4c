import {
  type RelaySession,
  type SessionEvent,
  type SessionFlaw,
  sessionsOf,
} from '../../src/evidence/smtpd-sessions';

const APP = 'app.shop.test[10.0.0.5]';
const STRANGER = 'unknown[192.0.2.7]';
const connect = (ms: number, client = APP): SessionEvent => ({ ms, kind: 'connect', client });
const disconnect = (ms: number, accepted: number | null, client = APP): SessionEvent => ({
  ms,
  kind: 'disconnect',
  client,
  accepted,
  uncertain: 0,
});
/** With `data=n/m`, m more than n, and without `quit=1`. */
const abrupt = (ms: number, accepted: number): SessionEvent =>
  ({ ...disconnect(ms, accepted), uncertain: 1 }) as SessionEvent;
const brokenOff = (ms: number, client = APP): SessionEvent => ({ ms, kind: 'broken-off', client });
const ours = (ms: number): SessionEvent => ({
  ms,
  kind: 'transfer',
  queueId: `4F1A2B${ms}`,
  client: '10.0.0.5',
  accepted: true,
  refused: false,
  own: true,
});
const strangers = (ms: number): SessionEvent => ({ ...ours(ms), own: false }) as SessionEvent;
/** Its lines are there only in part, or it was refused. */
const part = (ms: number): SessionEvent => ({ ...ours(ms), accepted: false }) as SessionEvent;

const refused = (ms: number): SessionEvent => ({ ...part(ms), refused: true }) as SessionEvent;

const flaws = (events: SessionEvent[]) => sessionsOf(events).map(({ flaw }) => flaw);

test('a session is whole where the log has as many accepted messages as smtpd counted', () => {
  expect(sessionsOf([connect(0), ours(1), ours(2), disconnect(9, 2)])).toEqual([
    { client: APP, connectedAt: 0, endedAt: 9, messages: 2, flaw: null, own: true, silence: 7 },
  ] satisfies RelaySession[]);
});

test('its longest silence is that between two of its lines, up to its end', () => {
  const silences = (events: SessionEvent[]) => sessionsOf(events).map(({ silence }) => silence);
  expect(silences([connect(0), ours(5), ours(6), disconnect(9, 2)])).toEqual([5]);
  expect(silences([connect(0), ours(1), part(4), disconnect(6, 1)])).toEqual([3]);
  expect(silences([connect(0), disconnect(2, 0), connect(50), ours(51), disconnect(54, 1)])).toEqual([2, 3]);
});

test.each<[string, SessionEvent[], (SessionFlaw | null)[]]>([
  ['a message is missing', [connect(0), ours(1), disconnect(9, 2)], ['miscounted']],
  [
    'a message has only a part of its lines',
    [connect(0), ours(1), part(2), disconnect(9, 2)],
    ['miscounted'],
  ],
  [
    'one was refused: smtpd does not count it either',
    [connect(0), ours(1), part(2), disconnect(9, 1)],
    [null],
  ],
  ['the log has more than smtpd counted', [connect(0), ours(1), ours(2), disconnect(9, 1)], ['miscounted']],
  ['it has no end', [connect(0), ours(1)], ['open']],
  ['a Postfix before 3.0 does not count', [connect(0), ours(1), disconnect(9, null)], ['uncounted']],
  ['the end is of another client', [connect(0), ours(1), disconnect(9, 1, STRANGER)], ['uncounted']],
  [
    'its end is missing, and the process has gone on with another session',
    [connect(0), ours(1), connect(10), ours(11), disconnect(19, 1)],
    ['open', null],
  ],
  [
    'its end and the next beginning are missing',
    [connect(0), ours(1), ours(2), strangers(11), disconnect(19, 1, STRANGER)],
    ['uncounted'],
  ],
  [
    'its end and the next beginning are missing, and as many messages there as before',
    [connect(0), ours(1), strangers(12), strangers(13), disconnect(19, 3)],
    ['strangers'],
  ],
  ['a session of others has theirs', [connect(0), strangers(1), disconnect(9, 1)], [null]],
  [
    'one message is told of twice, a second apart, and another is missing',
    [connect(0), ours(1), { ...ours(1), ms: 2 }, disconnect(9, 2)],
    ['miscounted'],
  ],
  ['its beginning is missing', [ours(1), disconnect(9, 1)], []],
  ['it broke off, who knows where', [connect(0), ours(1), abrupt(9, 1)], ['unanswered']],
  ['it broke off behind one that was refused', [connect(0), ours(1), refused(2), abrupt(9, 1)], [null]],
  [
    'of two that it did not count only one was refused by its lines',
    [connect(0), ours(1), refused(2), { ...abrupt(9, 1), uncertain: 2 } as SessionEvent],
    ['unanswered'],
  ],
  [
    'it broke off behind one that has only a part of its lines',
    [connect(0), ours(1), part(2), abrupt(9, 1)],
    ['unanswered'],
  ],
  ['it broke off within a message', [connect(0), ours(1), part(2), brokenOff(8), abrupt(9, 1)], [null]],
  ['another client broke off', [connect(0), ours(1), brokenOff(8, STRANGER), abrupt(9, 1)], ['unanswered']],
])('%s', (_, events, expected) => {
  expect(flaws(events)).toEqual(expected);
});

test('one process has sessions one after the other, and each counts for itself', () => {
  const events = [
    ...[connect(0, STRANGER), strangers(1), disconnect(2, 1, STRANGER)],
    ...[connect(3), ours(4), ours(5), disconnect(6, 2)],
    ...[connect(7), disconnect(7, 0)],
  ];
  expect(sessionsOf(events).map(({ own, flaw }) => [own, flaw])).toEqual([
    [false, null],
    [true, null],
    [false, null],
  ]);
  expect(sessionsOf([...events].reverse())).toEqual(sessionsOf(events));
});

test('sessions that share a second are whole together, or none of them is', () => {
  const chain = (first: number, second: number) => [
    ...[connect(0), ours(1), ours(5), disconnect(5, first)],
    ...[connect(5), { ...ours(5), queueId: '4F1A2BA' }, ours(6), disconnect(9, second)],
    ...[connect(9), { ...strangers(9), queueId: '4F1A2BB' }, disconnect(12, 1)],
  ];
  expect(flaws(chain(2, 2))).toEqual([null, null, null]);
  expect(flaws(chain(1, 3))).toEqual([null, null, null]);
  const together = ['miscounted-together', 'miscounted-together', 'miscounted-together'];
  expect(flaws(chain(2, 3))).toEqual(together);
  expect(flaws(chain(1, 2))).toEqual(together);
  expect(flaws(chain(2, 2).filter((event) => event.ms < 12))).toEqual([...together.slice(1), 'open']);
  const uncertain = chain(2, 2).map((event) =>
    event.kind === 'disconnect' && event.ms === 5 ? abrupt(5, 2) : event,
  );
  expect(flaws(uncertain)).toEqual(['unanswered', ...together.slice(1)]);
  const apart = [connect(0), ours(1), disconnect(5, 1), connect(5), ours(6), disconnect(9, 2)];
  expect(flaws(apart)).toEqual([null, 'miscounted']);
});

test('sessions of different clients in one second are told apart by whose the messages are', () => {
  const shared = [
    ...[connect(0, STRANGER), { ...strangers(5), client: '192.0.2.7' }, disconnect(5, 1, STRANGER)],
    ...[connect(5), { ...ours(5), queueId: '4F1A2BA' }, ours(6), disconnect(9, 2)],
  ];
  expect(flaws(shared)).toEqual([null, null]);
  expect(flaws(shared.filter(({ ms }) => ms !== 6))).toEqual([null, 'miscounted']);
});

test('more ends than beginnings in a second: equal lines are one, and whose count is whose cannot be told', () => {
  expect(flaws([connect(5), ours(5), disconnect(5, 1), disconnect(5, 2)])).toEqual(['miscounted-together']);
});

test('two sessions within one second, and their ends: whose count is whose cannot be told', () => {
  expect(flaws([connect(5), disconnect(5, 0), connect(5, STRANGER), disconnect(5, 1, STRANGER)])).toEqual([
    'miscounted-together',
    'miscounted-together',
  ]);
});

test('where a session of a shared second broke off cannot be told', () => {
  const shared = [connect(0), disconnect(5, 0), connect(5), brokenOff(5), abrupt(6, 0)];
  expect(flaws(shared)).toEqual([null, 'unanswered']);
});

test('in which session of a shared second a message was refused cannot be told: it excuses none that broke off (I7)', () => {
  const shared = [connect(0), disconnect(5, 0), connect(5), refused(5), abrupt(9, 0)];
  expect(flaws(shared)).toEqual(['miscounted-together', 'unanswered']);
  expect(flaws([...shared.slice(0, 3), refused(6), abrupt(9, 0)])).toEqual([null, null]);
});

test('of the ends of one second each session has that of its client', () => {
  const own = { ...abrupt(5, 0), client: STRANGER } as SessionEvent;
  expect(flaws([connect(0, STRANGER), connect(5), disconnect(5, 0), own])).toEqual([
    'unanswered',
    'miscounted-together',
  ]);
});

test('a line that two files hold counts once', () => {
  const events = [connect(0), ours(1), disconnect(9, 1)];
  expect(sessionsOf([...events, connect(0), disconnect(9, 1)])).toEqual(sessionsOf(events));
});
