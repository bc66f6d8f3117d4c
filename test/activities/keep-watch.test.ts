import { keepWatch, type Watch } from '../../src/activities/watches';

// Clock and timer by hand: a view is 1.5 s old when the test says so.
let watch: Watch;
beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  watch.stop();
  jest.useRealTimers();
});
const pass = (milliseconds: number) => jest.advanceTimersByTimeAsync(milliseconds);

const NOT_LATELY = 'the database has not answered lately';
const never = () => new Promise<never>(() => undefined);

test.each([
  ['does not answer', never],
  ['fails', () => Promise.reject(new Error('the database is gone'))],
])(
  'a question that %s is no yes: dots go out for 1.5 s after the last one, and none later (I2)',
  async (_, ask) => {
    watch = keepWatch(ask);
    await pass(1_499);
    expect(watch.objection()).toBeNull();
    await pass(1);
    expect(watch.objection()).toBe(NOT_LATELY);
  },
);

test('the database is asked each 0.4 s, and while it says yes dots go out', async () => {
  const ask = jest.fn(async () => null);
  watch = keepWatch(ask);
  await pass(399);
  expect(ask).toHaveBeenCalledTimes(0);
  await pass(1);
  expect(ask).toHaveBeenCalledTimes(1);
  await pass(4_000);
  expect(ask).toHaveBeenCalledTimes(11);
  expect(watch.objection()).toBeNull();
});

test('a no counts as soon as it is there, whatever was seen a moment ago, and until a yes (I2)', async () => {
  const closed = 'the gate is closed';
  const answers = [async () => closed, never];
  watch = keepWatch(() => answers.shift()!());
  await pass(400);
  expect(watch.objection()).toBe(closed);
  await pass(400);
  expect(watch.objection()).toBe(closed);
});

test('once the database says yes again dots go out again', async () => {
  let answer: string | null = 'the gate is closed';
  watch = keepWatch(async () => answer);
  await pass(2_000);
  answer = null;
  await pass(400);
  expect(watch.objection()).toBeNull();
});

test('a yes is as old as its question, not as its answer (I2)', async () => {
  const answers = [() => new Promise<null>((resolve) => setTimeout(() => resolve(null), 300)), never];
  watch = keepWatch(() => answers.shift()!());
  await pass(400 + 1_499);
  expect(watch.objection()).toBeNull();
  await pass(1);
  expect(watch.objection()).toBe(NOT_LATELY);
});

test('one question at a time: an old yes cannot come after a newer no', async () => {
  const ask = jest.fn(never);
  watch = keepWatch(ask);
  await pass(4_000);
  expect(ask).toHaveBeenCalledTimes(1);
});
