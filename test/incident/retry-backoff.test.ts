import { nextRetry, spreadOf } from '../../src/incident/retry-backoff';

const RETRY = { firstAfterSeconds: 300, forHours: 72 };

test.each([
  [0, 300],
  [300, 600],
  [360, 600],
  [900, 1_200],
  [1_080, 1_200],
  [2_100, 2_400],
  [4_500, 3_600],
  [72 * 3_600 - 3_600, 3_600],
])('after %i seconds of waits comes a wait of %i seconds', (deferredForSeconds, afterSeconds) => {
  expect(nextRetry({ spread: 0, deferredForSeconds }, RETRY)).toEqual({ afterSeconds });
});

test('waits that a clock which was set back makes negative are none', () => {
  expect(nextRetry({ spread: 0, deferredForSeconds: -3_299 }, RETRY)).toEqual({ afterSeconds: 300 });
});

test('the spread adds up to a fifth', () => {
  expect(nextRetry({ spread: 1, deferredForSeconds: 0 }, RETRY)).toEqual({ afterSeconds: 360 });
});

test('a first wait of more than an hour stays as the file says', () => {
  const retry = { firstAfterSeconds: 7_200, forHours: 72 };
  expect(nextRetry({ spread: 0, deferredForSeconds: 28_800 }, retry)).toEqual({ afterSeconds: 7_200 });
});

test('the last attempt falls on the end, and after it the notice has failed', () => {
  const retry = { firstAfterSeconds: 300, forHours: 1 };
  expect(nextRetry({ spread: 0, deferredForSeconds: 3_500 }, retry)).toEqual({
    afterSeconds: 100,
  });
  expect(nextRetry({ spread: 0, deferredForSeconds: 3_600 }, retry)).toEqual({ giveUp: true });
});

test('a deferral that goes on for ever is tried about 75 times in 72 hours, then given up', () => {
  let deferredForSeconds = 0;
  for (let attempt = 1; attempt < 200; attempt++) {
    const next = nextRetry({ spread: spreadOf('4711', deferredForSeconds), deferredForSeconds }, RETRY);
    if ('giveUp' in next) {
      expect(attempt).toBeGreaterThan(60);
      expect(attempt).toBeLessThan(80);
      return;
    }
    deferredForSeconds += next.afterSeconds;
  }
  throw new Error('never given up');
});

test('the spread is the same for the same customer and turn, and even over neighbours', () => {
  expect(spreadOf('10000000017', 2)).toBe(spreadOf('10000000017', 2));
  expect(spreadOf('10000000017', 2)).not.toBe(spreadOf('10000000017', 3));
  const tenths = new Array<number>(10).fill(0);
  for (let id = 1; id <= 10_000; id++) tenths[Math.floor(spreadOf(String(id), 1) * 10)]!++;
  for (const count of tenths) {
    expect(count).toBeGreaterThan(800);
    expect(count).toBeLessThan(1_200);
  }
});
