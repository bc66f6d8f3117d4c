import { dueDates, KEPT_KINDS, keptOrPurged, purgedWords } from '../../src/incident/retention';

const CLOSED = '2026-03-01T02:06:31.123Z';

test('each kind is due so many days after the close; without a period, or before the close, at no time', () => {
  const retention = { addressesDays: 30, fingerprintsDays: 0 };
  expect(dueDates({ retention }, CLOSED)).toEqual([
    { kind: 'fingerprints', afterDays: 0, dueAt: CLOSED },
    { kind: 'addresses', afterDays: 30, dueAt: '2026-03-31T02:06:31.123Z' },
    { kind: 'relayWords', afterDays: null, dueAt: null },
    { kind: 'journals', afterDays: null, dueAt: null },
  ]);
  expect(dueDates({ retention }, null).map(({ afterDays, dueAt }) => [afterDays, dueAt])).toEqual([
    [0, null],
    [30, null],
    [null, null],
    [null, null],
  ]);
  // The file of an older version of this program has none.
  expect(dueDates({ retention: undefined }, CLOSED).map(({ kind }) => kind)).toEqual([...KEPT_KINDS]);
});

test('what was purged is said with the day and the name', () => {
  expect(purgedWords({ at: CLOSED, by: 'Jo Counsel', done: true })).toBe(
    'purged on 2026-03-01 by Jo Counsel',
  );
});

test('where a value would have been shown its purge is, and an empty one that nobody purged stays empty', () => {
  const purged = { at: CLOSED, by: 'Jo Counsel', done: true };
  expect(keptOrPurged('', purged)).toBe('purged on 2026-03-01 by Jo Counsel');
  expect(keptOrPurged('', undefined)).toBe('');
  expect(keptOrPurged('a@x.test', purged)).toBe('a@x.test');
  expect(keptOrPurged(null, purged)).toBeNull();
});
