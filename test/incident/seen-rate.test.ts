import { etaSeconds, rememberSlice, type SliceSeen, seenRate, sliceSeconds } from '../../src/incident/pacer';

const slice = (lane: string, endedAt: number, milliseconds: number, customers: number): SliceSeen => ({
  lane,
  endedAt,
  milliseconds,
  customers,
});

test("the rate is the sum of each lane's own speed, so a lane in the middle of a slice counts as well", () => {
  const seen = [slice('one', 8_000, 8_000, 800), slice('two', 4_000, 4_000, 800)];
  expect(seenRate(seen, 8_000)).toBe(300);
});

test('slices of half a minute ago say nothing about now', () => {
  const seen = rememberSlice([slice('one', 0, 1_000, 500)], slice('two', 31_000, 1_000, 100));
  expect(seen).toHaveLength(1);
  expect(seenRate(seen, 31_000)).toBe(100);
  expect(seenRate(seen, 62_000)).toBe(0);
});

test('a slice of exactly half a minute ago says nothing any more', () => {
  expect(rememberSlice([slice('one', 0, 1_000, 500)], slice('two', 30_000, 1_000, 100))).toHaveLength(1);
  expect(rememberSlice([slice('one', 1, 1_000, 500)], slice('two', 30_000, 1_000, 100))).toHaveLength(2);
  expect(seenRate([slice('one', 0, 1_000, 500)], 30_000)).toBe(0);
  expect(seenRate([slice('one', 1, 1_000, 500)], 30_000)).toBe(500);
});

test("a lane's speed is that of all its slices together", () => {
  expect(seenRate([slice('one', 0, 1_000, 100), slice('one', 1, 3_000, 900)], 1)).toBe(250);
});

test('what is remembered stays small', () => {
  let seen: SliceSeen[] = [];
  for (let i = 0; i < 500; i++) seen = rememberSlice(seen, slice('one', i, 1, 1));
  expect(seen).toHaveLength(60);
});

test('slices of no time or no customers do no harm', () => {
  expect(seenRate([slice('one', 0, 0, 5)], 0)).toBe(0);
  expect(seenRate([], 0)).toBe(0);
});

test.each([
  [100, 10, 10],
  [101, 10, 11],
  [0, 0, 0],
  [-1, 0, 0],
  [100, 0, null],
])('%i left at %i a second take %s', (left, rate, seconds) => {
  expect(etaSeconds(left, rate)).toBe(seconds);
});

test.each([
  [0, 1],
  [16, 2],
  [64, 8],
  [36_000, 8],
])('after %i s of a phase a slice lasts %i s', (phase, seconds) => {
  expect(sliceSeconds(phase)).toBe(seconds);
});
