import { createHash } from 'node:crypto';
import { disbelief, type LogSoundness, uncovered } from '../../src/evidence/believe-log';
import { type ClockSample, calibrate } from '../../src/evidence/calibrate';
import { knownMessages, tally } from '../../src/evidence/known-messages';

const START = Date.parse('2026-11-25T06:00:00Z');
const SECOND = 1000;
const SPAN = { from: START, to: START + 660 * SECOND };
const clock = (changes = {}) => ({
  host: 'mx',
  first: START - 1,
  last: START + 661 * SECOND,
  agreeing: 1,
  filtered: false,
  ...changes,
});
const sound = (changes: Partial<LogSoundness> = {}): LogSoundness => ({
  clocks: [clock()],
  lost: [],
  cut: [],
  sampled: 4,
  rewritten: 0,
  neverQueued: 0,
  ...changes,
});
const seen = (changes = {}) => ({ known: 100, missing: 0, gap: null, foundInGap: 0, ...changes });
const gap = { from: START, to: START + SECOND };

// Each row is one line of disbelief in believe-log.ts.
test.each([
  ['everything known is in it', sound(), seen(), null],
  ['nothing is known of that time', sound(), seen({ known: 0 }), /nothing shows whether the log is whole/],
  [
    'a hole',
    sound(),
    seen({ missing: 3, gap }),
    /a hole: 3 of 100 known messages, taken between .*06:00:00 UTC/,
  ],
  [
    'a relay of two',
    sound(),
    seen({ missing: 50, gap, foundInGap: 50 }),
    /a whole relay .* 50 of that time are; .* every relay/,
  ],
  ['another log', sound(), seen({ missing: 100, gap }), /none of 100 known messages/],
  [
    'ids rewritten, as SES does',
    sound({ rewritten: 4 }),
    seen({ missing: 100, gap }),
    /changes Message-IDs: of 4 .* 4 carry/,
  ],
  ['as many ids rewritten as not: a list, a forwarder', sound({ rewritten: 2 }), seen(), null],
  ['no lines of qmgr', sound({ neverQueued: 4 }), seen(), /lacks what qmgr/],
])('a log is believed only when what is known is in it: %s', (_, soundness, tallied, expected) => {
  const told = disbelief(soundness, tallied);
  if (expected === null) expect(told).toBeNull();
  else expect(told).toMatch(expected);
});

// Each row is one line of uncovered in believe-log.ts.
test.each([
  ['it does', sound(), null],
  [
    'it begins with the claim and ends with the quarantine',
    sound({ clocks: [clock({ first: SPAN.from, last: SPAN.to })] }),
    null,
  ],
  [
    'it begins too late',
    sound({ clocks: [clock({ first: START + 1 })] }),
    /begins at .* rotated file before/,
  ],
  [
    'it ends too early',
    sound({ clocks: [clock({ last: START + 659 * SECOND })] }),
    /ends at 2026-11-25 06:10:59 UTC.*read it again/,
  ],
  [
    'one relay of two ends too early',
    sound({ clocks: [clock(), clock({ host: 'mx2', last: START })] }),
    /log of mx2 ends/,
  ],
  [
    'another machine in the same file ends early',
    sound({ clocks: [clock(), clock({ agreeing: null, last: START })] }),
    null,
  ],
  [
    'another machine in the same file, seen first, ends early and so does the relay',
    sound({ clocks: [clock({ host: 'app', agreeing: null }), clock({ last: START })] }),
    /log of mx ends/,
  ],
  ['nearly all of what is known agrees on its clock', sound({ clocks: [clock({ agreeing: 0.98 })] }), null],
  ['its clock jumps for a few', sound({ clocks: [clock({ agreeing: 0.97 })] }), /clock of mx jumps/],
  ['its clock is unknown', sound({ clocks: [clock({ agreeing: null })] }), /how far the log's clock is off/],
  [
    'a filter before its queue hands messages in by sessions of its own',
    sound({ clocks: [clock({ filtered: true })] }),
    /mx gives messages to a filter before its queue/,
  ],
  ['the logger dropped lines then', sound({ lost: [START + 5 * SECOND] }), /dropped lines/],
  ['the logger dropped lines at another time', sound({ lost: [START - 5 * SECOND] }), null],
  ['the logger dropped lines right at its beginning', sound({ lost: [START] }), /dropped lines/],
  [
    'the logger tells of lost lines within the hour after (C88)',
    sound({ lost: [SPAN.to + 3_600 * SECOND] }),
    /dropped lines/,
  ],
  ['the logger tells of lost lines much later', sound({ lost: [SPAN.to + 3_600 * SECOND + 1] }), null],
  ['the logger dropped lines, nobody knows when', sound({ lost: [null] }), /at a time that cannot be read/],
  ['a file is cut', sound({ cut: ['mail.log.2.gz'] }), /mail\.log\.2\.gz ends in the middle/],
])('a log covers a time without holes: %s', (_, soundness, expected) => {
  const told = uncovered(soundness, SPAN);
  if (expected === null) expect(told).toBeNull();
  else expect(told).toMatch(expected);
});

const sample = (offset: number, length = SECOND, firstAttempt = true): ClockSample => ({
  from: offset - length,
  to: offset,
  firstAttempt,
});
const HOUR = 3600 * SECOND;

// calibrate.ts: the sweep, the preference for no shift and for whole quarters, and for first attempts.
test.each([
  ['the same clock', [sample(0), sample(300), sample(900)], 0, 1],
  ['a zone', [sample(2 * HOUR), sample(2 * HOUR + 400)], 2 * HOUR, 1],
  ['a zone of three quarters', [sample(5.75 * HOUR + 300)], 5.75 * HOUR, 1],
  ['seven minutes slow', [sample(-420 * SECOND, 0), sample(-420 * SECOND, 0)], -420 * SECOND, 1],
  [
    'as far apart as whole seconds and the booking make them',
    [sample(0), sample(4 * SECOND)],
    1.5 * SECOND,
    1,
  ],
  ['nearly as fast as may be, which is no shift', [{ from: 1_500, to: 3_000, firstAttempt: true }], 0, 1],
  ['nearly as slow as may be', [{ from: -3_000, to: -1_500, firstAttempt: true }], 0, 1],
  ['later attempts alone', [sample(HOUR, SECOND, false)], HOUR, 1],
  ['farther apart than that', [sample(0), sample(4 * SECOND + 1)], 0, 0.5],
  ['it jumps by an hour half-way', [sample(0), sample(0), sample(HOUR), sample(HOUR)], 0, 0.5],
  [
    'later attempts were refused earlier',
    [sample(0), sample(-HOUR, SECOND, false), sample(-HOUR, SECOND, false)],
    0,
    1,
  ],
])("a log's clock is known from the messages that are known: %s", (_, samples, shift, agreeing) => {
  expect(calibrate(samples)).toEqual({ shift, agreeing });
});

// `within` and the growing of the arrays in known-messages.ts.
test('a hundred thousand known messages are found again, and those of a time counted', () => {
  const known = knownMessages();
  const mac = (i: number) => createHash('sha1').update(String(i)).digest('hex');
  for (let i = 0; i < 100_000; i++) known.add(mac(i), { from: i * 10, to: i * 10 + 5 }, true);
  expect(known.size).toBe(100_000);
  expect(known.find(mac(100_001))).toBe(-1);
  for (let i = 0; i < 100_000; i++) if (i < 500 || i >= 600) known.markFound(known.find(mac(i)));
  expect(tally(known, { from: 0, to: 1_000_000 })).toEqual({
    known: 100_000,
    missing: 100,
    gap: { from: 5000, to: 5995 },
    foundInGap: 0,
  });
  expect(tally(known, { from: 0, to: 4999 })).toMatchObject({ known: 500, missing: 0, gap: null });
  expect(tally(known, { from: 5995, to: 5999 })).toMatchObject({ known: 1, missing: 1 });
});
