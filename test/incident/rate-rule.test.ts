import { parseRate } from '../../src/incident/pacer';

test.each([
  ['1', 1],
  ['200', 200],
  ['10/s', 10],
  [' 10 / sec ', 10],
  ['10/second', 10],
  ['\t10', 10],
  ['0010', 10],
  ['1000000', 1_000_000],
])('%j is %i messages a second', (typed, perSecond) => {
  expect(parseRate(typed)).toEqual({ perSecond });
});

test.each([
  '',
  ' ',
  '-1',
  '+1',
  '1e9',
  'NaN',
  'Infinity',
  '10.5',
  '1,000',
  '1_000',
  '0x10',
  '١٠',
  '1000001',
  '99999999999',
  '10/min',
  '10 20',
  'ten',
])('%j is refused, with what to write (C51)', (typed) => {
  const result = parseRate(typed);
  expect(result).toEqual({
    problem: expect.stringMatching(/found .+, write a whole number from 1 to 1000000, such as 200\/s$/),
  });
});

test.each<[string, string]>([
  ['x'.repeat(41), `found "${'x'.repeat(40)}", write`],
  [' ten ', 'found "ten", write'],
  ['\n', 'found nothing, write'],
])('%j is named in the refusal, cut', (typed, words) => {
  expect(parseRate(typed)).toEqual({ problem: expect.stringContaining(words) });
});

test.each(['0', '0/s', '00', '-0', '+0', ' 0 ', '0.0', '0,00'])(
  '%j is refused, and told that pause is meant',
  (typed) => {
    expect(parseRate(typed)).toEqual({ problem: expect.stringContaining('to stop the mail, pause') });
  },
);
