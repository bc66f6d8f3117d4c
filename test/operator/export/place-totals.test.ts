import { parse } from 'csv-parse/sync';
import type { PlaceRow } from '../../../src/operator/export/by-place';
import { placeTotals } from '../../../src/operator/export/place-totals';
import type { Taken } from '../../../src/operator/export/take';

const at = (place: [country: string, region: string] | null, of: Partial<PlaceRow>): PlaceRow => ({
  placeToday: place && { country: place[0], region: place[1], rule: { law: 'default', place: null } },
  ...{ password: 'expired', state: 'sent', reason: null, text: null, customers: 1 },
  ...{ expiredFirst: '2026-01-01 00:00:00.000000', expiredLast: '2026-01-01 00:00:00.000000' },
  ...{ toldFirst: null, toldLast: null },
  ...of,
});

function totalsOf(places: PlaceRow[], closedAt: string | null = null): Record<string, string>[] {
  const taken = { asOf: '2026-01-06T00:00:00.000Z', row: { closed_at: closedAt } } as Taken;
  return parse(placeTotals(taken, places), { bom: true, columns: true });
}

const told = (first: string, last: string) => ({
  toldFirst: `2026-01-02 ${first}.000`,
  toldLast: `2026-01-02 ${last}.000`,
});

test('a place is one line, whatever its texts and outcomes, with the first and the last time', () => {
  expect(
    totalsOf([
      at(['US', 'CA'], { customers: 3, ...told('10:00:00', '11:00:00') }),
      at(['US', 'CA'], { customers: 2, password: 'none', ...told('09:00:00', '10:00:00') }),
      at(['US', 'CA'], { state: 'failed', reason: 'rcpt 5.1.1' }),
      at(['US', 'CA'], { state: 'skipped', reason: 'address-missing' }),
      at(['US', 'CA'], { state: 'in_doubt' }),
      at(['US', 'CA'], { state: 'deferred', reason: 'rcpt 4.7.1' }),
      at(['US', 'NV'], { state: 'left' }),
    ]),
  ).toEqual([
    {
      ...{ as_of_utc: '2026-01-06 00:00:00', run_finished: 'NO' },
      ...{ country_today: 'US', region_today: 'CA', place: '', customers: '9', passwords_expired: '7' },
      ...{ told: '5', told_first_utc: '2026-01-02 09:00:00', told_last_utc: '2026-01-02 11:00:00' },
      ...{ not_told: '2', not_certain: '1', not_told_yet: '1' },
    },
    expect.objectContaining({ region_today: 'NV', told_first_utc: '', not_certain: '1', customers: '1' }),
  ]);
});

test('a deleted account is no customer without a country', () => {
  expect(totalsOf([at(['', ''], {}), at(null, { customers: 2 })])).toMatchObject([
    { country_today: '', place: '', customers: '1' },
    { country_today: '', place: 'the account was deleted since', customers: '2' },
  ]);
});

test('after its end nobody is told any more: who waited was not told', () => {
  const [total] = totalsOf([at(['DE', ''], { state: 'missing' })], '2026-01-05 10:00:00');
  expect(total).toMatchObject({ run_finished: 'yes', not_told: '1', not_told_yet: '0' });
});
