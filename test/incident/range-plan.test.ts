import {
  addRanges,
  advanceRange,
  expireRangeSize,
  frontierOf,
  leaveRanges,
  newPlan,
  planIsDone,
  planOfRange,
  rangeSize,
  takeRange,
} from '../../src/incident/range-plan';

const THREE = [
  { after: null, upTo: 'c' },
  { after: 'c', upTo: 'f' },
  { after: 'f', upTo: 'i' },
];

test('lanes take the lowest range that nobody works on', () => {
  const plan = newPlan('cohort', 10, null);
  addRanges(plan, THREE);
  expect([takeRange(plan, 'one'), takeRange(plan, 'two')]).toEqual(THREE.slice(0, 2));
  advanceRange(plan, 'two', 'f', true);
  expect(takeRange(plan, 'two')).toEqual(THREE[2]);
  expect(takeRange(plan, 'three')).toBeNull();
});

test('the frontier is the lowest key after which something is not done', () => {
  const plan = newPlan('cohort', 10, null);
  expect(frontierOf(plan)).toBeNull();
  expect(planIsDone(plan)).toBe(false);
  addRanges(plan, THREE);
  expect(plan.plannedUpTo).toBe('i');
  takeRange(plan, 'one');
  takeRange(plan, 'two');
  advanceRange(plan, 'two', 'f', true);
  expect(frontierOf(plan)).toBeNull();
  advanceRange(plan, 'one', 'b', false);
  expect(frontierOf(plan)).toBe('b');
  advanceRange(plan, 'one', 'c', true);
  expect(frontierOf(plan)).toBe('f');
});

test('a slice that committed nothing moves nothing, and its range has not begun', () => {
  const plan = newPlan('cohort', 10, null);
  addRanges(plan, THREE);
  for (const lane of ['one', 'two']) takeRange(plan, lane);
  for (const lane of ['one', 'two']) advanceRange(plan, lane, null, false);
  advanceRange(plan, 'two', 'c', false);
  leaveRanges(plan);
  expect([takeRange(plan, 'other'), takeRange(plan, 'another')]).toEqual(THREE.slice(0, 2));
});

test("a lane that has no range, as after an end that was told twice, moves and ends nobody else's (I1)", () => {
  const plan = newPlan('cohort', 10, null);
  addRanges(plan, THREE);
  takeRange(plan, 'one');
  for (const done of [true, false]) advanceRange(plan, 'two', 'e', done);
  expect(plan.open.map(({ upTo }) => upTo)).toEqual(['c', 'f', 'i']);
  expect(frontierOf(plan)).toBeNull();
});

// Whose key it has come to must then have a row: where it has none, the ledger has lost commits (nothing-lost.ts).
test('a range that something was committed in has begun', () => {
  const plan = newPlan('cohort', 10, null);
  addRanges(plan, THREE);
  takeRange(plan, 'one');
  advanceRange(plan, 'one', 'b', false);
  leaveRanges(plan);
  expect(takeRange(plan, 'other')).toEqual({ after: 'b', upTo: 'c', begun: true });
});

test('a plan is done when there is nothing more to plan and nothing open', () => {
  const plan = newPlan('customers', 10, 'a');
  expect(plan.plannedUpTo).toBe('a');
  addRanges(plan, THREE.slice(1));
  expect(plan.plannedUpTo).toBe('i');
  addRanges(plan, []);
  expect(planIsDone(plan)).toBe(false);
  for (const lane of ['one', 'two']) takeRange(plan, lane);
  for (const lane of ['one', 'two']) advanceRange(plan, lane, null, true);
  expect(planIsDone(plan)).toBe(true);
  expect(frontierOf(plan)).toBe('i');
});

test('a plan of one range ends with it', () => {
  const plan = planOfRange(THREE[0]!);
  expect(takeRange(plan, 'one')).toEqual(THREE[0]);
  advanceRange(plan, 'one', 'c', true);
  expect(planIsDone(plan)).toBe(true);
});

test.each([
  [0, 4, 2_000],
  [100_000, 4, 3_125],
  [24_000_000, 4, 200_000],
])('ranges for %i customers and %i lanes hold %i', (total, lanes, size) => {
  expect(rangeSize(total, lanes)).toBe(size);
});

test.each([
  [0, 2, 5_000],
  [100_000, 2, 10_000],
  [24_000_000, 2, 200_000],
])('expiring %i customers in %i lanes takes ranges of %i: whole transactions', (total, lanes, size) => {
  expect(expireRangeSize(total, lanes)).toBe(size);
});
