import { csvLine } from '../write-unreached';
import type { PlaceRow } from './by-place';
import { type Outcome, outcomeOf } from './place-table';
import type { Taken } from './take';

export const PLACE_TOTALS = 'totals-by-place.csv';

/** Of each place one line: what a form asks for a country or a state. Adds up to the same as the table. */
export function placeTotals({ asOf, row }: Pick<Taken, 'asOf' | 'row'>, places: PlaceRow[]): string {
  const ended = row.closed_at !== null;
  const totals = new Map<string, Total>();
  for (const place of places) {
    const { placeToday: today, customers, password } = place;
    const name = JSON.stringify(today && [today.country, today.region]);
    const total = totals.get(name) ?? newTotal(today);
    totals.set(name, total);
    total.customers += customers;
    if (password === 'expired') total.expired += customers;
    total.outcomes[outcomeOf(place, ended).outcome] += customers;
    if (place.toldFirst === null) continue;
    if (total.toldFirst === null || place.toldFirst < total.toldFirst) total.toldFirst = place.toldFirst;
    if (total.toldLast === null || place.toldLast! > total.toldLast) total.toldLast = place.toldLast;
  }
  const moment = [asOf.slice(0, 19).replace('T', ' '), ended ? 'yes' : 'NO'];
  return `\ufeff${csvLine(TOTAL_COLUMNS.map(([column]) => column))}${[...totals.values()]
    .map((total) => csvLine([...moment, ...cellsOf(total)]))
    .join('')}`;
}

interface Total {
  placeToday: PlaceRow['placeToday'];
  customers: number;
  expired: number;
  outcomes: Record<Outcome, number>;
  toldFirst: string | null;
  toldLast: string | null;
}

function newTotal(placeToday: PlaceRow['placeToday']): Total {
  const outcomes = { told: 0, 'not told': 0, 'not certain': 0, 'not told yet': 0 };
  return { placeToday, customers: 0, expired: 0, outcomes, toldFirst: null, toldLast: null };
}

export const TOTAL_COLUMNS: [column: string, what: string][] = [
  ['as_of_utc', 'the moment of this export'],
  ['run_finished', 'yes, or NO: then later numbers differ'],
  ['country_today', "by the company's table as it is today; empty where it has none"],
  ['region_today', 'likewise'],
  ['place', 'why there is no place, where the account was deleted since'],
  ['customers', 'how many: accounts, as all numbers here'],
  ['passwords_expired', 'how many of them had their password expired'],
  ['told', 'how many were told, by e-mail; those whose message came back later among them'],
  ['told_first_utc', 'when the relay took the first of these messages'],
  ['told_last_utc', 'when it took the last'],
  ['not_told', 'could not be told by e-mail'],
  ['not_certain', 'only the relay knows whether it took the message'],
  ['not_told_yet', 'while the response goes on'],
];

function cellsOf({ placeToday, customers, expired, outcomes, ...told }: Total): (string | number | null)[] {
  return [
    placeToday?.country ?? null,
    placeToday?.region ?? null,
    placeToday === null ? 'the account was deleted since' : null,
    customers,
    expired,
    outcomes.told,
    told.toldFirst?.slice(0, 19) ?? null,
    told.toldLast?.slice(0, 19) ?? null,
    outcomes['not told'],
    outcomes['not certain'],
    outcomes['not told yet'],
  ];
}
