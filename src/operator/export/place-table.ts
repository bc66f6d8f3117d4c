import type { NoticeState } from '../../incident/vocabulary';
import { counted, number } from '../words';
import { csvLine, unreachedWords } from '../write-unreached';
import { OTHERS, type PlaceRow, WRITTEN } from './by-place';
import { type ApprovedText, type ApprovedTexts, DISPOSITION_WORDS, LAW_WORDS } from './notice-texts';
import type { Taken } from './take';

export const PLACE_TABLE = 'customers-by-place.csv';

/** As a spreadsheet opens it: UTF-8 with its mark, RFC 4180. */
export function placeTable(taken: Taken, places: PlaceRow[], texts: ApprovedTexts): string {
  return `\ufeff${csvLine(COLUMNS)}${places.map((place) => csvLine(cellsOf(taken, place, texts))).join('')}`;
}

const COLUMNS = [
  'as_of_utc',
  'run_finished',
  'customers',
  'password',
  'passwords_expired',
  'expired_first_utc',
  'expired_last_utc',
  'outcome',
  'why',
  'told',
  'told_first_utc',
  'told_last_utc',
  'law_of_text',
  'language_of_text',
  'text_file',
  'text_sha256',
  'country_today',
  'region_today',
  'law_today',
  'rule_today',
  'law_of_text_and_today',
];

function cellsOf(
  { asOf, row }: Taken,
  place: PlaceRow,
  { ofHash }: ApprovedTexts,
): (string | number | null)[] {
  const { customers, password, state, placeToday, text } = place;
  const second = (time: string | null) => time?.slice(0, 19) ?? null;
  const approved = text === null ? [] : ofHash(text);
  const either = (of: (text: ApprovedText) => string) => [...new Set(approved.map(of))].join(' or ');
  const { outcome, why } = outcomeOf(place, row.closed_at !== null);
  const expired = password === 'expired';
  const lawToday = placeToday && LAW_WORDS[placeToday.rule.law];
  const lawOfText =
    text !== null && approved.length === 0
      ? 'NOT AN APPROVED TEXT'
      : either(({ jurisdiction }) => LAW_WORDS[jurisdiction]);
  return [
    asOf.slice(0, 19).replace('T', ' '),
    row.closed_at === null ? 'NO' : 'yes',
    customers,
    DISPOSITION_WORDS[password],
    expired ? customers : 0,
    expired ? second(place.expiredFirst) : null,
    expired ? second(place.expiredLast) : null,
    outcome,
    why,
    state === 'sent' ? customers : 0,
    second(place.toldFirst),
    second(place.toldLast),
    lawOfText,
    either(({ language }) => language),
    either(({ file }) => file),
    either(({ hash }) => hash),
    placeToday?.country ?? null,
    placeToday?.region ?? null,
    lawToday,
    ruleWords(placeToday),
    comparison(place, approved),
  ];
}

export type Outcome = 'told' | 'not told' | 'not certain' | 'not told yet';

const OUTCOMES: Record<NoticeState | 'missing', Outcome> = {
  sent: 'told',
  failed: 'not told',
  skipped: 'not told',
  left: 'not certain',
  in_doubt: 'not certain',
  sending: 'not certain',
  deferred: 'not told yet',
  released: 'not told yet',
  missing: 'not told yet',
};

/** @param ended nobody is told any more: then `not yet` is never. */
export function outcomeOf(
  { state, reason }: Pick<PlaceRow, 'state' | 'reason'>,
  ended: boolean,
): { outcome: Outcome; why: string | null } {
  const outcome = OUTCOMES[state];
  if (state === 'sent') return { outcome, why: null };
  const words = unreachedWords({ state, reason });
  const why = state === 'failed' || state === 'deferred' ? `${words} (${reason})` : words;
  return ended && outcome === 'not told yet'
    ? { outcome: 'not told', why: `the response was ended before; until then: ${why}` }
    : { outcome, why };
}

function ruleWords(placeToday: PlaceRow['placeToday']): string {
  if (placeToday === null) return 'the account was deleted since: it has no place today';
  const { law, place } = placeToday.rule;
  if (law === 'default') return 'no place in the table of laws';
  return `jurisdictions.${law}: ${place ?? OTHERS}`;
}

/** The text is on record, the place of then is not: only that of today. */
function comparison({ placeToday, text, state }: PlaceRow, approved: ApprovedText[]): string {
  if (text === null) return WRITTEN.has(state) ? 'NOT ON RECORD which text it was' : '';
  if (placeToday === null) return 'cannot be compared: no place today';
  return approved.some(({ jurisdiction }) => jurisdiction === placeToday.rule.law)
    ? 'the same'
    : 'DIFFERENT: the place was another one when the text was written';
}

/**
 * Where the table and the books disagree, which nobody may find out only later: both are of one moment, so they add up, state by state,
 * unless a key stands twice among the company's customers. And texts that were sent and that nobody approved (I6).
 */
export function placeProblems(
  { report: { proof } }: Pick<Taken, 'report'>,
  places: PlaceRow[],
  texts: ApprovedTexts,
): string[] {
  const sum = (rows: PlaceRow[]) => rows.reduce((total, { customers }) => total + customers, 0);
  const inState = (state: PlaceRow['state']) => sum(places.filter((place) => place.state === state));
  const withPassword = (password: PlaceRow['password']) =>
    sum(places.filter((place) => place.password === password));
  const compared: [string, number, number][] = [
    ['customers', sum(places), proof.cohort],
    ['expired', withPassword('expired'), proof.expired],
    ['changed since', withPassword('changed_since'), proof.changedSince],
    ['without a password', withPassword('none'), proof.noPassword],
    ['sent', inState('sent'), proof.sent],
    ['skipped', inState('skipped'), proof.skipped],
    ['failed', inState('failed'), proof.failed],
    ['deferred', inState('deferred'), proof.deferred],
    ['in doubt', inState('in_doubt'), proof.inDoubt],
    ['left', inState('left'), proof.left],
    ['being sent', inState('sending'), proof.sending],
    ['released', inState('released'), proof.released],
    ['to come', inState('missing'), proof.toCome],
  ];
  const unapproved = sum(places.filter(({ text }) => text !== null && texts.ofHash(text).length === 0));
  return [
    ...compared
      .filter(([, here, books]) => here !== books)
      .map(
        ([what, here, books]) =>
          `${PLACE_TABLE} adds up to ${number(here)} ${what}, the books to ${number(books)}: does the customers' table have a key twice?`,
      ),
    ...(unapproved > 0
      ? [`${counted(unapproved, 'customer')} got, or may have got, a text that is none of those approved`]
      : []),
  ];
}
