import { microBatch, spentMicroseconds } from '../../src/incident/pacer';

test.each([
  [1, 4, 1],
  [10, 4, 1],
  [16, 4, 2],
  [200, 4, 25],
  [500, 4, 62],
  [1_600, 4, 200],
  [1_000_000, 1, 200],
])('at %i a second, a lane of %i claims %i at once', (rate, lanes, size) => {
  expect(microBatch(rate, lanes)).toBe(size);
});

test.each([1, 3, 10, 77, 500, 4_999, 1_000_000])(
  'whole claims one after another come to %i a second over all lanes',
  (rate) => {
    for (const lanes of [1, 3, 4]) {
      const size = microBatch(rate, lanes);
      const seconds = spentMicroseconds(size, rate, lanes) / 1_000_000;
      expect(Math.abs((lanes * size) / seconds / rate - 1)).toBeLessThan(0.01);
    }
  },
);
