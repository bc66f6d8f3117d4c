import type { PlacedNotice } from '../../books/list-exported';
import { REBUILT } from '../../books/rebuild-claim';
import { SETTLED_FROM } from '../../books/settle-doubt';
import { type LawRule, lawRuleChooser, samePlace } from '../../incident/choose-variant';
import { isPlainName } from '../../incident/incident-problem';
import type { Incident } from '../../incident/incident-schema';
import type { Disposition, NoticeState } from '../../incident/vocabulary';

/** Customers of whom everything in a row is the same. Times are UTC, as the database has them. */
export interface PlaceRow {
  /** By the company's table now; null: the account was deleted since. OTHERS: not shown. */
  placeToday: { country: string; region: string; rule: LawRule } | null;
  password: Disposition;
  state: NoticeState | 'missing';
  reason: string | null;
  /** The text, by the first 8 octets of its hash, hex; null: none was written, or it is not on record which. */
  text: string | null;
  customers: number;
  expiredFirst: string;
  expiredLast: string;
  /** When the relay took the notices; null where it took none, or where `reconcile` wrote the row anew: its time is of that day. */
  toldFirst: string | null;
  toldLast: string | null;
}

/** Places beyond this are counted as one: a column of free text must neither fill the memory nor be handed on. */
const MOST_PLACES = 10_000;
export const OTHERS = '(not shown)';

export interface ByPlace {
  add(notices: PlacedNotice[]): void;
  /** By country, region and what became of them. */
  rows(): PlaceRow[];
}

/**
 * Counts customers by the place of today, the text that was written to them and what became of it: its size does not grow with them.
 * @param rebuilt `reconcile` has written rows of this incident anew.
 */
export function byPlace(
  { jurisdictions }: Pick<Incident, 'jurisdictions'>,
  { rebuilt, most = MOST_PLACES }: { rebuilt: boolean; most?: number },
): ByPlace {
  const ruleAt = lawRuleChooser(jurisdictions);
  const rows = new Map<string, PlaceRow>();
  const places = new Set<string>();
  const placeOf = ({ present, country, region }: PlacedNotice): PlaceRow['placeToday'] => {
    if (!present) return null;
    const place = placeName(country, region);
    const rule = ruleAt(country, region);
    const name = JSON.stringify(place);
    const isShown = isPlainName(place.country) && isPlainName(place.region);
    if (!isShown || (!places.has(name) && places.size >= most))
      return { country: OTHERS, region: OTHERS, rule: { law: rule.law, place: null } };
    places.add(name);
    return { ...place, rule };
  };
  const addOne = (notice: PlacedNotice) => {
    const { password, expiredAt } = notice;
    const placeToday = placeOf(notice);
    const state = notice.state ?? 'missing';
    const text = textOf(notice, rebuilt);
    const toldAt = state === 'sent' && notice.reason !== REBUILT ? notice.settledAt : null;
    const key = JSON.stringify([placeToday, password, state, notice.reason, text]);
    const row = rows.get(key);
    if (row === undefined) {
      rows.set(key, {
        ...{ placeToday, password, state, reason: notice.reason, text, customers: 1 },
        ...{ expiredFirst: expiredAt, expiredLast: expiredAt, toldFirst: toldAt, toldLast: toldAt },
      });
      return;
    }
    row.customers++;
    if (expiredAt < row.expiredFirst) row.expiredFirst = expiredAt;
    if (expiredAt > row.expiredLast) row.expiredLast = expiredAt;
    if (toldAt !== null && toldAt < row.toldFirst!) row.toldFirst = toldAt;
    if (toldAt !== null && toldAt > row.toldLast!) row.toldLast = toldAt;
  };
  return {
    add: (notices) => notices.forEach(addOne),
    rows: () =>
      [...rows]
        .sort(([left, a], [right, b]) => compare(orderOf(a), orderOf(b)) || compare(left, right))
        .map(([, row]) => row),
  };
}

/** As the rules read it: `US-CA` within `US` is `CA`, so that nobody of a place is counted beside it. */
function placeName(country: string | null, region: string | null): { country: string; region: string } {
  const within = samePlace(country ?? '');
  const part = samePlace(region ?? '');
  const carries = within !== '' && part.startsWith(`${within}-`);
  return { country: within, region: carries ? part.slice(within.length + 1) : part };
}

/** Something of it went out, or may have; of the others nothing did, or another text will. */
export const WRITTEN: ReadonlySet<PlaceRow['state']> = new Set<NoticeState>([
  'sending',
  'sent',
  'failed',
  'deferred',
  'in_doubt',
  'left',
]);
const FROM_EVIDENCE = new Set<string | null>(Object.values(SETTLED_FROM));

/**
 * What `reconcile` rebuilt names the text of the day of the rebuilding, which proves nothing of what was sent; and whoever was in doubt
 * by it may have been settled since.
 */
function textOf({ state, reason, contentHash }: PlacedNotice, rebuilt: boolean): string | null {
  if (state === null || !WRITTEN.has(state) || contentHash === null || reason === REBUILT) return null;
  if (rebuilt && (state === 'left' || FROM_EVIDENCE.has(reason))) return null;
  return contentHash.toString('hex');
}

/** Deleted accounts last, before them what is not shown. */
function orderOf({ placeToday }: PlaceRow): string {
  if (placeToday === null) return '3';
  const { country, region } = placeToday;
  return country === OTHERS ? '2' : `1${country}\0${region}`;
}

function compare(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
