import { startLease } from '../../src/activities/watches';

afterEach(() => jest.restoreAllMocks());

/** Both clocks by hand, in milliseconds since the lease began. */
function clocks() {
  const at = { monotonic: 0, wall: 0 };
  jest.spyOn(performance, 'now').mockImplementation(() => 5_000 + at.monotonic);
  jest.spyOn(Date, 'now').mockImplementation(() => 1_800_000_000_000 + at.wall);
  return at;
}

const OVER = "the claim's lease is over";

const SET_BACK = 'the clock of this machine was set back';

test.each([
  ['just begun', 0, 0, null],
  ['near its end by both clocks', 59_999, 59_999, null],
  ['over by both clocks', 60_000, 60_000, OVER],
  ['over by the wall clock only: the machine was suspended', 10, 60_000, OVER],
  ['over by the monotonic clock only: the wall clock was set back', 60_000, 100, OVER],
  ['on a clock that was set right by a second', 10, -1_000, null],
  ['on a clock that was set back by more', 10, -1_001, SET_BACK],
])('a lease of 60 s that is %s (I2)', (_, monotonic, wall, objection) => {
  const at = clocks();
  const lease = startLease(60);
  at.monotonic = monotonic;
  at.wall = wall;
  expect(lease.objection()).toBe(objection);
});
