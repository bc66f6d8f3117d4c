import { parseRelayCode, parseSince } from '../../src/incident/reopening';

test.each([
  ['550', { code: 550, enhanced: null }],
  ['5.7.1', { code: null, enhanced: '5.7.1' }],
  [' 550 5.7.1 ', { code: 550, enhanced: '5.7.1' }],
  ['550-5.7.1', { code: 550, enhanced: '5.7.1' }],
  ['452', { code: 452, enhanced: null }],
  ['4.2.2', { code: null, enhanced: '4.2.2' }],
  ['5.11.101', { code: null, enhanced: '5.11.101' }],
  [' none', { code: null, enhanced: null }],
])('%j is a code of the relay', (typed, code) => {
  expect(parseRelayCode(typed)).toEqual(code);
});

test.each([
  '',
  ' ',
  '250',
  '2.0.0',
  '55',
  '5500',
  '5.7',
  '5.7.1.1',
  '550 blocked',
  "550' OR 1=1",
  '%',
  '５５０',
])('%j is none, and it says what to write', (typed) => {
  expect(parseRelayCode(typed)).toEqual({
    problem: expect.stringMatching(
      /^found .+, write the relay's code, such as 550, 5\.7\.1 or "550 5\.7\.1", or none$/,
    ),
  });
});

test.each([
  [parseRelayCode, ' \n', 'found nothing, write'],
  [parseRelayCode, ` ${'x'.repeat(41)} `, `found "${'x'.repeat(40)}", write`],
  [parseSince, '', 'found nothing, write'],
])('what was typed is shown, cut (%p, %j)', (parse, typed, words) => {
  expect(parse(typed)).toEqual({ problem: expect.stringContaining(words) });
});

test('a code and an enhanced code of different classes are refused', () => {
  expect(parseRelayCode('550 4.7.1')).toEqual({ problem: expect.stringContaining('never go together') });
});

test.each([
  ['2h', { agoSeconds: 7_200 }],
  ['30m ago', { agoSeconds: 1_800 }],
  ['3d', { agoSeconds: 259_200 }],
  ['90 s', { agoSeconds: 90 }],
  [' 2h   ago ', { agoSeconds: 7_200 }],
  [' 2026-11-25T02:00:00Z\n', { at: '2026-11-25T02:00:00.000Z' }],
  ['2026-11-25T02:00:00Z', { at: '2026-11-25T02:00:00.000Z' }],
  ['2026-11-25 02:00+01:00', { at: '2026-11-25T01:00:00.000Z' }],
  ['2026-11-25T02:00:00.123456Z', { at: '2026-11-25T02:00:00.123Z' }],
])('%j is a time', (typed, since) => {
  expect(parseSince(typed)).toEqual(since);
});

// A time without a zone is anybody's guess.
test.each([
  '',
  'yesterday',
  '-2h',
  '2',
  '2w',
  '2h later',
  '2hago',
  '2h ago, or so',
  '1e3h',
  '2026-11-25',
  '2026-11-25T02:00:00',
  '2026-13-25T02:00:00Z',
  '2026-02-30T25:00:00Z',
])('%j is none, and it says what to write', (typed) => {
  expect(parseSince(typed)).toEqual({
    problem: expect.stringMatching(
      /^found .+, write a time with its zone, such as .+, or how long ago, such as 2h/,
    ),
  });
});
