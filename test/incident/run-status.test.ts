import { inDoubt, type RunStatus, standsStill } from '../../src/incident/run-status';

const SINCE = '2026-11-25T02:06:31.000Z';
const after = (milliseconds: number) => Date.parse(SINCE) + milliseconds;

test('lanes that have brought nobody further for a minute stand still (I7)', () => {
  expect(standsStill({ stillSince: SINCE }, after(59_999))).toBeNull();
  expect(standsStill({ stillSince: SINCE }, after(60_000))).toBe(SINCE);
  expect(standsStill({ stillSince: SINCE }, after(3_600_000))).toBe(SINCE);
});

test('lanes that are not at work do not', () => {
  expect(standsStill({ stillSince: null }, after(3_600_000))).toBeNull();
  expect(standsStill({}, after(3_600_000))).toBeNull();
});

test('in doubt are those of the wave that is under way', () => {
  const counts = { notices: { in_doubt: 3 }, reminders: { in_doubt: 2 } } as unknown as RunStatus['counts'];
  expect(inDoubt({ phase: 'settle', counts })).toBe(3);
  expect(inDoubt({ phase: 'remind', counts })).toBe(2);
  expect(inDoubt({ phase: 'remind', counts: { ...counts, reminders: {} } })).toBe(0);
});
