import { withoutRemarks } from '../../src/incident/goes-without';

test.each([
  ['nothing', 0, 0, []],
  [
    'a receiver',
    1,
    0,
    ['1 RECEIVER ASIDE: customers there are not told, until it takes mail again; the others are.'],
  ],
  [
    'several',
    2,
    0,
    ['2 RECEIVERS ASIDE: customers there are not told, until they take mail again; the others are.'],
  ],
  ['a relay', 0, 1, ['1 RELAY LEFT OUT by the breaker: the others go on.']],
])('a run says what it goes on without: %s', (_, receivers, relays, words) => {
  expect(withoutRemarks(receivers, relays).map((remark) => remark.words)).toEqual(words);
});
