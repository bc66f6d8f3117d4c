import {
  instantOfWallClock,
  isZone,
  lastWallClockUpTo,
  offsetAt,
  transitions,
  wallClock,
} from '../../src/incident/wall-clock';

const at = (instant: string) => Date.parse(instant);
const LA = 'America/Los_Angeles';
const HOUR = 3_600_000;

test.each([
  ['UTC', true],
  ['Europe/Berlin', true],
  ['+05:45', true],
  ['-08:00', true],
  ['-8:00', false],
  ['+15:00', false],
  ['Berlin', false],
  ['', false],
  ['???', false],
  // Offsets in other spellings, which Intl takes: this program would read them as names.
  ['+0545', false],
  ['-08', false],
])('%s is a zone: %s', (zone, is) => {
  expect(isZone(zone)).toBe(is);
});

test.each([
  ['2012-01-15T23:00:00Z', '-08:00', '2012-01-15 15:00:00.000000'],
  ['2012-01-15T23:00:00Z', LA, '2012-01-15 15:00:00.000000'],
  ['2012-07-15T23:00:00.123Z', LA, '2012-07-15 16:00:00.123000'],
  ['2012-01-15T23:00:00Z', 'Asia/Kathmandu', '2012-01-16 04:45:00.000000'],
  ['2012-01-15T23:00:00Z', '+05:45', '2012-01-16 04:45:00.000000'],
  ['2012-01-15T23:00:00Z', '-03:30', '2012-01-15 19:30:00.000000'],
  // Two zones one after the other, each by its own clock.
  ['2012-01-15T23:00:00Z', 'Asia/Tokyo', '2012-01-16 08:00:00.000000'],
  ['1969-12-31T23:59:59.500Z', 'UTC', '1969-12-31 23:59:59.500000'],
])('at %s the clock of %s shows %s', (instant, zone, reading) => {
  expect(wallClock(at(instant), zone)).toBe(reading);
  expect(instantOfWallClock(reading, zone)).toBe(at(instant));
});

// C61: the clocks were set back at 02:00 -07:00, so that 01:00 to 02:00 came twice.
test.each([
  ['before the hour that comes twice', '2011-11-06T00:59:59-07:00', '2011-11-06 00:59:59.000000'],
  ['in its first pass', '2011-11-06T01:15:00-07:00', '2011-11-06 01:15:00.000000'],
  ['in its second pass: all of it may be before', '2011-11-06T01:15:00-08:00', '2011-11-06 01:59:59.999999'],
  ['at the end of the second pass', '2011-11-06T02:00:00-08:00', '2011-11-06 02:00:00.000000'],
  ['after it', '2011-11-06T03:00:00-08:00', '2011-11-06 03:00:00.000000'],
  // Set forward: nothing came twice, also where the day before has it.
  ['just before it is set forward', '2011-03-13T01:59:59-08:00', '2011-03-13 01:59:59.000000'],
  ['just after it was set forward', '2011-03-13T03:00:00-07:00', '2011-03-13 03:00:00.000000'],
])('the last reading up to an instant %s', (_, instant, reading) => {
  expect(lastWallClockUpTo(at(instant), LA)).toBe(reading);
});

test('a reading that never was, or was twice, has one instant', () => {
  expect(instantOfWallClock('2011-03-13 02:30:00', LA)).toBe(at('2011-03-13T03:30:00-07:00'));
  expect(instantOfWallClock('2011-11-06 01:30:00', LA)).toBe(at('2011-11-06T01:30:00-07:00'));
  expect(instantOfWallClock('0000-00-00 00:00:00', LA)).toBeNull();
});

test('what is no time but a mark has no instant; a day after or before a change decides which offset held', () => {
  expect(instantOfWallClock('0001-01-01 00:00:00', 'UTC')).toBeNull();
  expect(instantOfWallClock('0999-12-31 23:59:59', 'UTC')).toBeNull();
  expect(instantOfWallClock('1000-01-01 00:00:00', 'UTC')).toBe(at('1000-01-01T00:00:00Z'));
  expect(instantOfWallClock('2011-03-13 04:00:00', LA)).toBe(at('2011-03-13T04:00:00-07:00'));
  expect(instantOfWallClock('2011-03-13 01:00:00', LA)).toBe(at('2011-03-13T01:00:00-08:00'));
});

test("a zone's changes are found to the millisecond", () => {
  expect(transitions(LA, at('2011-01-01T00:00:00Z'), at('2012-01-01T00:00:00Z'))).toEqual([
    { at: at('2011-03-13T10:00:00Z'), before: -8 * HOUR, after: -7 * HOUR },
    { at: at('2011-11-06T09:00:00Z'), before: -7 * HOUR, after: -8 * HOUR },
  ]);
  // Two in ten days: each is found, whatever comes between two looks.
  expect(
    transitions('Africa/Casablanca', at('2012-07-15T00:00:00Z'), at('2012-08-25T00:00:00Z')).map(
      ({ at: when }) => new Date(when).toISOString(),
    ),
  ).toEqual(['2012-07-20T02:00:00.000Z', '2012-08-20T02:00:00.000Z']);
  expect(transitions('UTC', 0, at('2012-01-01T00:00:00Z'))).toEqual([]);
  expect(offsetAt('Australia/Lord_Howe', at('2020-01-01T00:00:00Z'))).toBe(11 * HOUR);
});
