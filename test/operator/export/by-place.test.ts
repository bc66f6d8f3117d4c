import type { PlacedNotice } from '../../../src/books/list-exported';
import { byPlace, OTHERS, type PlaceRow } from '../../../src/operator/export/by-place';

const jurisdictions = { california: ['US-CA'], massachusetts: [], gdpr: ['DE', 'FR'] };
const EN = Buffer.from('0011223344556677', 'hex');

const customer = (of: Partial<PlacedNotice>): PlacedNotice => ({
  ...{
    country: 'DE',
    region: null,
    present: true,
    password: 'expired',
    expiredAt: '2026-01-01 00:00:00.000000',
  },
  ...{ state: 'sent', reason: null, contentHash: EN, settledAt: '2026-01-02 00:00:00.000' },
  ...of,
});

function rowsOf(customers: PlacedNotice[], terms: { rebuilt?: boolean; most?: number } = {}): PlaceRow[] {
  const places = byPlace({ jurisdictions }, { rebuilt: false, ...terms });
  places.add(customers);
  return places.rows();
}

test('customers of one place, text and outcome are one line, with the first and the last time', () => {
  const rows = rowsOf([
    customer({ expiredAt: '2026-01-01 02:00:00.000000', settledAt: '2026-01-03 00:00:00.000' }),
    customer({ country: ' de ', expiredAt: '2026-01-01 01:00:00.000000' }),
    customer({ country: 'De', region: '', expiredAt: '2026-01-01 03:00:00.000000' }),
    customer({ country: 'AT', state: 'failed', reason: 'rcpt 5.1.1' }),
  ]);
  expect(rows).toEqual([
    expect.objectContaining({
      placeToday: { country: 'AT', region: '', rule: { law: 'default', place: null } },
      ...{ state: 'failed', reason: 'rcpt 5.1.1', customers: 1, toldFirst: null, toldLast: null },
    }),
    {
      placeToday: { country: 'DE', region: '', rule: { law: 'gdpr', place: 'DE' } },
      ...{ password: 'expired', state: 'sent', reason: null, text: '0011223344556677', customers: 3 },
      ...{ expiredFirst: '2026-01-01 01:00:00.000000', expiredLast: '2026-01-01 03:00:00.000000' },
      ...{ toldFirst: '2026-01-02 00:00:00.000', toldLast: '2026-01-03 00:00:00.000' },
    },
  ]);
});

test('a region that carries its country is the same place as one without it, for the count as for the law', () => {
  const rows = rowsOf([
    customer({ country: 'US', region: 'CA' }),
    customer({ country: 'us', region: 'US-ca' }),
    customer({ country: null, region: 'US-CA' }),
  ]);
  expect(rows).toMatchObject([
    { placeToday: { country: '', region: 'US-CA', rule: { law: 'california' } }, customers: 1 },
    { placeToday: { country: 'US', region: 'CA', rule: { law: 'california' } }, customers: 2 },
  ]);
});

test('a deleted account has no place, and no law by it (I7)', () => {
  const [row] = rowsOf([customer({ present: false, country: null })]);
  expect(row).toMatchObject({ placeToday: null, text: '0011223344556677' });
});

test.each<[string, Partial<PlacedNotice>, boolean, string | null]>([
  ['sent', {}, false, '0011223344556677'],
  ['in doubt', { state: 'in_doubt', settledAt: null }, false, '0011223344556677'],
  ['of a claim that was given back', { state: 'released' }, false, null],
  ['of somebody who is skipped after all', { state: 'skipped', reason: 'customer-deleted' }, false, null],
  ['there is none', { state: null, contentHash: null }, false, null],
  ['rebuilt by reconcile, so of the day of the rebuilding', { reason: 'rebuilt by reconcile' }, true, null],
  ['settled from a log after a rebuilding', { reason: 'settled from log' }, true, null],
  ['settled from events after a rebuilding', { reason: 'settled from events' }, true, null],
  ['left in doubt after a rebuilding', { state: 'left', reason: 'left in doubt' }, true, null],
  ['settled from a log, nothing rebuilt', { reason: 'settled from log' }, false, '0011223344556677'],
  ['sent in the ordinary way, after a rebuilding', {}, true, '0011223344556677'],
])('the text that is on record, where it is %s', (_, of, rebuilt, text) => {
  expect(rowsOf([customer(of)], { rebuilt })).toMatchObject([{ text }]);
});

test('a row that reconcile wrote anew counts as told, at no time that is on record (I7)', () => {
  expect(rowsOf([customer({ reason: 'rebuilt by reconcile' })], { rebuilt: true })).toMatchObject([
    { customers: 1, state: 'sent', toldFirst: null, toldLast: null },
  ]);
});

test('what is more than a place, and more places than can be told apart, is counted and not shown', () => {
  const rows = rowsOf(
    [
      customer({ country: 'ann@x.test' }),
      customer({ region: 'Hauptstr. 1, 10115 Berlin' }),
      customer({ country: 'AT' }),
      customer({ country: 'CH' }),
      customer({ country: 'FR' }),
      customer({ country: 'AT' }),
    ],
    { most: 2 },
  );
  expect(
    rows.map(({ placeToday, customers }) => [placeToday!.country, placeToday!.rule.law, customers]),
  ).toEqual([
    ['AT', 'default', 2],
    ['CH', 'default', 1],
    [OTHERS, 'default', 1],
    [OTHERS, 'gdpr', 2],
  ]);
});
