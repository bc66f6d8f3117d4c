import { randomInt } from 'node:crypto';
import { randomFrom, wholeFrom } from '../../scripts/seed/random';
import { mergeSpans } from '../../src/evidence/calibrate';

test.each([
  [
    'apart',
    [
      [0, 10],
      [20, 30],
    ],
    2,
    [
      [0, 10],
      [20, 30],
    ],
  ],
  [
    'overlapping',
    [
      [0, 20],
      [10, 30],
    ],
    2,
    [[0, 30]],
  ],
  [
    'one where the other ends',
    [
      [0, 10],
      [10, 20],
    ],
    2,
    [[0, 20]],
  ],
  [
    'one within another',
    [
      [0, 30],
      [10, 20],
    ],
    2,
    [[0, 30]],
  ],
  [
    'in any order',
    [
      [20, 30],
      [0, 10],
    ],
    2,
    [
      [0, 10],
      [20, 30],
    ],
  ],
  [
    'more than wanted: the nearest are one, with what is between',
    [
      [0, 10],
      [50, 60],
      [61, 70],
    ],
    2,
    [
      [0, 10],
      [50, 70],
    ],
  ],
  [
    'more than wanted, the nearest first',
    [
      [0, 10],
      [11, 20],
      [50, 60],
    ],
    2,
    [
      [0, 20],
      [50, 60],
    ],
  ],
])('times to look at, in few spans: %s', (_, spans, most, expected) => {
  const span = ([from, to]: number[]) => ({ from: from!, to: to! });
  expect(mergeSpans(spans.map(span), most)).toEqual(expected.map(span));
});

test('no moment of the times to look at is lost, however many there are (I2)', () => {
  const seed = randomInt(2 ** 32);
  const random = randomFrom(seed);
  for (let round = 0; round < 200; round++) {
    const spans = Array.from({ length: wholeFrom(1, 30, random) }, () => {
      const from = wholeFrom(0, 1_000, random);
      return { from, to: from + wholeFrom(0, 100, random) };
    });
    const most = wholeFrom(1, 10, random);
    const merged = mergeSpans(spans, most);
    const uncovered = spans.filter(
      ({ from, to }) => !merged.some((span) => span.from <= from && to <= span.to),
    );
    expect({ seed, round, uncovered }).toEqual({ seed, round, uncovered: [] });
    expect(merged.length).toBeLessThanOrEqual(most);
  }
});
