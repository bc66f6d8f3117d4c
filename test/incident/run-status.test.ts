import { inDoubt, type RunStatus, standsStill } from '../../src/incident/run-status';

const SINCE = '2026-11-25T02:06:31.000Z';
const after = (milliseconds: number) => Date.parse(SINCE) + milliseconds;

test('lanes that have brought nobody further for a minute stand still (I7)', () => {
  expect(standsStill({ stillSince: SINCE }, after(59_999))).toBeNull();
  expect(standsStill({ stillSince: SINCE }, after(60_000))).toBe(SINCE);
  expect(standsStill({ stillSince: SINCE }, after(3_600_000))).toBe(SINCE);
});

test.each<[string, number, number, number]>([
  ['each slice takes eight seconds', 8_000, 59_999, 60_000],
  ['its relay takes a minute for each answer, and the lanes one message a minute', 65_000, 194_999, 195_000],
  ['no answer may take longer than ten minutes (RFC 5321 4.5.3.2.6)', 500_000, 599_999, 600_000],
])('a run stands still by its own pace: %s', (_, stepMilliseconds, moves, stands) => {
  expect(standsStill({ stillSince: SINCE, stepMilliseconds }, after(moves))).toBeNull();
  expect(standsStill({ stillSince: SINCE, stepMilliseconds }, after(stands))).toBe(SINCE);
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
