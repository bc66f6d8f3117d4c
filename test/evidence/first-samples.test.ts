import { firstSamples } from '../../src/evidence/first-samples';
import { relayLife, T } from './relay-life';

const MINUTE = 60_000;
/** A message that was accepted at T, as far as we know, and read by that clock so much later. */
const read = (
  clock: string,
  queueId: string,
  later: number,
  change: Parameters<typeof relayLife>[1] = {},
) => ({
  clock,
  queueId,
  life: relayLife(queueId, { readAt: T + later, ...change }),
  sample: { from: later, to: later, firstAttempt: true },
});
type Read = ReturnType<typeof read>;

const calibrated = (messages: Read[][], most = 100) => {
  const samples = firstSamples(most);
  for (const [i, lives] of messages.entries()) for (const life of lives) samples.add(`mac ${i}`, life);
  return samples.calibrations(['mx', 'out']);
};
const twenty = (lives: Read[]) => Array.from({ length: 20 }, () => lives);

test.each<[string, Read[], object, object | null]>([
  ['read at once', [read('mx', 'A', 0)], { shift: 0, agreeing: 1, byHops: false }, null],
  [
    'held by a filter that hands it in again under the id that it names',
    [read('mx', 'A', 0, { handedOn: ['B'] }), read('mx', 'B', 5 * MINUTE)],
    { shift: 0, agreeing: 1, byHops: false },
    null,
  ],
  [
    'held by a filter that names no id',
    [read('mx', 'A', 0), read('mx', 'B', 5 * MINUTE)],
    { shift: 0, agreeing: 1, byHops: false },
    null,
  ],
  [
    'held by a program',
    [read('mx', 'A', 0, { piped: true }), read('mx', 'B', 5 * MINUTE, { local: true })],
    { shift: 0, agreeing: 1, byHops: false },
    null,
  ],
  [
    'held on its way to another relay',
    [read('mx', 'A', 0, { passedTo: ['10.0.0.9'] }), read('out', 'B', 60 * MINUTE, { client: '10.0.0.9' })],
    { shift: 0, agreeing: 1, byHops: false },
    { shift: 60 * MINUTE, agreeing: 1, byHops: true },
  ],
  [
    'told by two logs of one relay, one an hour ahead',
    [read('mx', 'A', 0), read('out', 'A', 60 * MINUTE)],
    { shift: 0, agreeing: 1, byHops: false },
    { shift: 60 * MINUTE, agreeing: 1, byHops: false },
  ],
])('only the first life of a message tells of a clock: %s', (_, lives, mx, out) => {
  for (const order of [lives, [...lives].reverse()]) {
    const calibrations = calibrated(twenty(order));
    expect(calibrations.get('mx')).toEqual(mx);
    expect(calibrations.get('out')).toEqual(out);
  }
});

// A program, a relay's answer or a host is how a message comes from one queue into another; nothing else is.
test.each<[string, Read[], boolean]>([
  [
    'handed on under the id that it names',
    [read('mx', 'A', 0, { handedOn: ['B'] }), read('out', 'B', 60)],
    true,
  ],
  [
    'handed in by a program',
    [read('mx', 'A', 0, { piped: true }), read('out', 'B', 60, { local: true })],
    true,
  ],
  [
    'given to a program, and submitted again',
    [read('mx', 'A', 0, { piped: true }), read('out', 'B', 60)],
    false,
  ],
  [
    'handed in by a program that nothing was given to',
    [read('mx', 'A', 0), read('out', 'B', 60, { local: true })],
    false,
  ],
  [
    'submitted again by the client, to which it was delivered',
    [
      read('mx', 'A', 0, { client: '10.0.0.9', passedTo: ['10.0.0.9'] }),
      read('out', 'B', 60, { client: '10.0.0.9' }),
    ],
    false,
  ],
  [
    'submitted by another client than the one that it was delivered to',
    [read('mx', 'A', 0, { passedTo: ['10.0.0.9'] }), read('out', 'B', 60, { client: '10.0.0.8' })],
    false,
  ],
  ['handed in by a program, and given to it', [read('out', 'B', 60, { local: true, piped: true })], false],
])('whether a message was held by others before: %s', (_, lives, byHops) => {
  expect(calibrated(twenty(lives)).get('out')).toMatchObject({ byHops });
});

test('of more messages than may be kept half are given up, and again, until so many are left', () => {
  const keptOf = (count: number, most: number) => {
    const samples = firstSamples(most);
    const clocks = Array.from({ length: count }, (_, i) => `clock ${i}`);
    for (const clock of clocks) samples.add(clock, read(clock, 'A', 0));
    return [...samples.calibrations(clocks).values()].filter((calibration) => calibration !== null).length;
  };
  expect(keptOf(100, 100)).toBe(100);
  for (const count of [101, 1_000, 5_000]) {
    expect(keptOf(count, 100)).toBeLessThanOrEqual(100);
    expect(keptOf(count, 100)).toBeGreaterThan(25);
  }
});

test('what some messages tell that were held by others counts for nothing where others were handed in there', () => {
  const handed = twenty([read('out', 'A', 0)]);
  const hops = twenty([
    read('mx', 'A', 0, { passedTo: ['10.0.0.9'] }),
    read('out', 'B', 60 * MINUTE, { client: '10.0.0.9' }),
  ]);
  expect(calibrated([...handed, ...hops]).get('out')).toEqual({ shift: 0, agreeing: 1, byHops: false });
});

test('of many messages a part is kept, whole, and the same one in any order', () => {
  const held = (later: number) => [read('mx', 'A', later, { handedOn: ['B'] }), read('mx', 'B', 5 * MINUTE)];
  const many = Array.from({ length: 500 }, (_, i) => held(i % 2 === 0 ? 0 : 20 * MINUTE));
  const { agreeing } = calibrated(many, 64).get('mx')!;
  // Without its first life the second of half of them would be one more time.
  expect(agreeing).toBeGreaterThan(0.3);
  expect(agreeing).toBeLessThan(0.7);
  const samples = firstSamples(64);
  for (const [i, lives] of [...many.entries()].reverse())
    for (const life of lives) samples.add(`mac ${i}`, life);
  expect(samples.calibrations(['mx']).get('mx')).toEqual(calibrated(many, 64).get('mx'));
});
