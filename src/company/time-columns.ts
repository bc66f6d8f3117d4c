import type { ColumnTime } from '../incident/database-schema';
import { type CatalogColumn, type CompanyCatalog, columnsOf } from './catalog';
import type { Ask } from './draft';
import { nameWords } from './name-words';
import type { Facts } from './sample-facts';

/** A column that says when, as far as it can be told; a part that is not known is open (see isOpen). */
export interface TimeProposal {
  time: { column: string; as: ColumnTime['as'] | string; zone?: string };
  /** By what the form is known. */
  because: string;
  /** The form, or the zone, must be told by the company. */
  open: 'zone' | 'as' | null;
  /** In which zone the server itself is: a hint, since applications write as they like. */
  serverZone?: string;
}

/** When a row was made; null: no column says so, or none as an instant. */
export function createdTime(catalog: CompanyCatalog, facts: Facts, table: string): TimeProposal | null {
  return firstTime(catalog, facts, table, (words) => rankOf(CREATED, words));
}

/**
 * When a password was set; null: no column says so. Never a column that changes with every edit of the row (C64): a stolen password in
 * a row that was touched since would pass for a new one.
 */
export function passwordTime(catalog: CompanyCatalog, facts: Facts, table: string): TimeProposal | null {
  return firstTime(catalog, facts, table, (words, column) => {
    if (/on update/.test(column.extra)) return null;
    const password = words.some((word) => PASSWORDS.has(word));
    return password &&
      words.some((word) => CHANGED.has(word)) &&
      !words.some((word) => NOT_OF_PASSWORDS.has(word))
      ? 0
      : null;
  });
}

/** Why a column that looks like the time of the password is not; null: none looks like it. */
export function unfitPasswordTime(catalog: CompanyCatalog, table: string): string | null {
  const lastChange = columnsOf(catalog, table).find(
    ({ name, extra }) =>
      /on update/.test(extra) || /^(updated|modified|last_?modified)(_?(at|on|date))?$/i.test(name),
  );
  return lastChange === undefined
    ? null
    : `${lastChange.name} is the row's last change, not the password's, so it is not used (setAt is left out)`;
}

function firstTime(
  catalog: CompanyCatalog,
  facts: Facts,
  table: string,
  rank: (words: string[], column: CatalogColumn) => number | null,
): TimeProposal | null {
  const ranked = columnsOf(catalog, table)
    .map((column) => ({ column, rank: rank(withoutOwner(nameWords(column.name), table), column) }))
    .filter((candidate): candidate is { column: CatalogColumn; rank: number } => candidate.rank !== null)
    .sort((a, b) => a.rank - b.rank);
  for (const { column } of ranked) {
    const proposal = asTime(facts, column);
    if (proposal !== null) return proposal;
  }
  return null;
}

/** How a column says when; null: not as an instant (a DATE, a text). */
export function asTime(facts: Facts, column: CatalogColumn): TimeProposal | null {
  const { name, type, sqlType } = column;
  if (type === 'timestamp')
    return { time: { column: name, as: 'timestamp' }, because: 'its type, an instant by itself', open: null };
  if (type === 'datetime') {
    if (nameWords(name).some((word) => word === 'utc' || word === 'gmt'))
      return {
        time: { column: name, as: 'datetime', zone: 'UTC' },
        because: 'its type and its name',
        open: null,
      };
    return {
      time: { column: name, as: 'datetime', zone: '???' },
      because: 'its type',
      open: 'zone',
      serverZone: facts.serverZone,
    };
  }
  if (!/^(int|bigint|decimal|double)$/.test(type)) return null;
  const { least, most } = facts.tables[column.table]?.numbers[name] ?? {};
  if (least === undefined || most === undefined)
    return {
      time: { column: name, as: '???' },
      because: `${sqlType}, and there is no row to judge it by`,
      open: 'as',
    };
  const form = FORMS.find(({ from, to }) => least >= from && most <= to);
  return form === undefined
    ? null
    : { time: { column: name, as: form.as }, because: `${sqlType}, and its values`, open: null };
}

/** From 1990 to 2100. */
const FORMS = [
  { as: 'unixSeconds', from: 631_152_000, to: 4_102_444_800 },
  { as: 'unixMilliseconds', from: 631_152_000_000, to: 4_102_444_800_000 },
] as const;

/** Whether a number could say when, so that its range is worth a look. */
export function isTimeName(name: string): boolean {
  return nameWords(name).some((word) => CHANGED.has(word) || TIME_WORDS.has(word));
}

const TIME_WORDS = new Set(
  'created create creation registered registration register reg signup joined join added add inserted since issued crdate ctime cutoff valid start started entered requested'.split(
    ' ',
  ),
);
const PASSWORDS = new Set(['password', 'passwd', 'pwd', 'pass', 'passwort', 'passchg']);
const CHANGED = new Set(
  'changed change chg set updated update modified modification gen generated date time at passchg'.split(' '),
);
const NOT_OF_PASSWORDS = new Set(
  'reset expires expiry expire expired expiration sent requested request forgot forgotten hint token valid validity'.split(
    ' ',
  ),
);

/** The first that fits is taken. */
const CREATED = [
  'created at',
  'created on',
  'created date',
  'date created',
  'created time',
  'created timestamp',
  'created unix',
  'time created',
  'create at',
  'create time',
  'create date',
  'created',
  'creation date',
  'creation time',
  'date add',
  'date added',
  'added at',
  'add time',
  'added',
  'registered at',
  'registered',
  'registration date',
  'register date',
  'reg date',
  'reg time',
  'signup date',
  'signup at',
  'joined',
  'joined at',
  'date joined',
  'join date',
  'inserted at',
  'date entered',
  'date generated',
  'requested at',
  'member since',
  'since',
  'issued at',
  'crdate',
  'ctime',
  'start',
  'started at',
];

function rankOf(list: string[], words: string[]): number | null {
  const rank = list.indexOf(words.filter((word) => word !== 'utc' && word !== 'gmt').join(' '));
  return rank < 0 ? null : rank;
}

/** user_registered of users is `registered`. */
export function withoutOwner(words: string[], table: string): string[] {
  const owners = new Set([...nameWords(table), 'user', 'customer', 'account', 'member', 'c', 'u']);
  const rest = words.filter((word, i) => i === words.length - 1 || !owners.has(word));
  return rest.length > 0 ? rest : words;
}

/** Puts the time when a row was made into an entry, where a column says it. */
export function addCreatedTime(
  entry: TimedEntry,
  { catalog, facts, table }: { catalog: CompanyCatalog; facts: Facts; table: string },
): void {
  const created = createdTime(catalog, facts, table);
  if (created !== null) addTime(entry, 'createdAt', created, `${table}.${created.time.column}`);
}

interface TimedEntry {
  value: Record<string, unknown>;
  because: Record<string, string>;
  asks: Ask[];
}

/** Puts a time into an entry, with its question. */
export function addTime(
  entry: TimedEntry,
  at: string,
  { time, because, open, serverZone = '' }: TimeProposal,
  column: string,
): void {
  entry.value[at] = time;
  entry.because[at] = `by ${because}`;
  if (open === 'zone') entry.asks.push({ at: `${at}.zone`, ...whichZone(serverZone) });
  if (open === 'as')
    entry.asks.push({
      at: `${at}.as`,
      question: `How does ${column} say when?`,
      todo: 'Write unixSeconds or unixMilliseconds. There was no row to judge it by.',
    });
}

function whichZone(serverZone: string): Omit<Ask, 'at'> {
  const hint =
    serverZone === ''
      ? ''
      : ` The server's own is ${serverZone}, which says nothing of what applications write.`;
  return {
    question: "Which time zone's clock do the DATETIME columns show?",
    todo: `Look at the setting of the application that writes them. Write its name, such as UTC or Europe/Berlin, at each place.${hint}`,
  };
}
