import type { Counts } from '../company/count/count-all';
import type { Ages, RetireCounts } from '../company/count/count-retire';
import type { RevokeCounts } from '../company/count/count-revoke';
import type {
  ColumnTime,
  DatabaseMapping,
  DeadValue,
  RetireEntry,
  RevokeEntry,
} from '../incident/database-schema';
import { counted, number, printable } from './words';

/** Of an entry, where it was counted. */
type EntryCounts = Omit<Counts, 'customers'> | null;

/**
 * What the file does to the company's tables, for whoever starts it and whoever approves it: every entry, its conditions whole, what
 * is stated and what is set aside. With counts, what each would do now.
 */
export function mappingLines(mapping: DatabaseMapping, counts: EntryCounts): string[] {
  return [
    ...sourceLines(mapping),
    'Passwords that are retired',
    ...mapping.retire.flatMap((entry, i) => [
      `  ${entry.table}.${entry.column} becomes ${deadWords(entry.dead)}, by ${entry.key}`,
      ...(entry.usable === undefined ? [] : [`    a password where  ${sqlWords(entry.usable)}`]),
      `    ${entry.setAt === undefined ? 'no column says when a password was set: all count as stolen' : `set at  ${timeWords(entry.setAt)}`}`,
      ...(entry.recentBecause === undefined
        ? []
        : [`    many may be new, and the file says why: ${printable(entry.recentBecause)}`]),
      ...expectedLines(entry),
      ...(counts === null ? [] : retireLines(counts.retire[i]!, entry.dead)),
    ]),
    '',
    'What a password had opened, which ends with it',
    ...(mapping.revoke.length === 0 ? ['  nothing'] : []),
    ...mapping.revoke.flatMap((entry, i) => [
      `  ${revokeWords(entry)}`,
      ...(entry.where === undefined ? [] : [`    only where  ${sqlWords(entry.where)}`]),
      ...expectedLines(entry),
      ...(counts === null ? [] : revokeLines(counts.revoke[i]!)),
    ]),
    '',
    ...listLines(
      'Stated, not proven: what no statement reaches',
      mapping.stated.map(({ what, ended, by }) => `${what}: ${ended} (${by})`),
    ),
    ...listLines(
      'Looks like a credential but is none, by what the file says',
      mapping.ignored.map(
        ({ table, column, because }) => `${column === undefined ? table : `${table}.${column}`}: ${because}`,
      ),
    ),
  ];
}

function expectedLines({ noneBecause, orphansBecause }: RetireEntry | RevokeEntry): string[] {
  return [
    ...(noneBecause === undefined
      ? []
      : [`    may find none, and the file says why: ${printable(noneBecause)}`]),
    ...(orphansBecause === undefined
      ? []
      : [`    most may be nobody's, and the file says why: ${printable(orphansBecause)}`]),
  ];
}

function sourceLines({ customers }: DatabaseMapping): string[] {
  const { table, select, key, email, createdAt, leaveOut } = customers;
  return [
    'Customers, as the file names them',
    `  ${table === undefined ? `SELECT, by ${key}, told at ${email}:` : `${table}, by ${key}, told at ${email}`}`,
    ...(select === undefined ? [] : [`    ${sqlWords(select)}`]),
    `  ${createdAt === null ? 'no column says when an account was made: all count as there at the cutoff' : `made at  ${timeWords(createdAt)}`}`,
    ...leaveOut.flatMap(({ when, because }) => [
      `  left out: ${printable(because)}`,
      `    where  ${sqlWords(when)}`,
    ]),
    '',
  ];
}

function listLines(heading: string, lines: string[]): string[] {
  return lines.length === 0 ? [] : [heading, ...lines.map((line) => `  - ${printable(line, 1_000)}`), ''];
}

/** Longer than any condition or SELECT of a file: they are shown whole. */
const LONGEST_SQL = 6_000;

function sqlWords(text: string): string {
  return printable(text, LONGEST_SQL);
}

function timeWords({ column, as, zone }: ColumnTime): string {
  return `${column} (${as}${zone === undefined ? '' : ` in ${zone}`})`;
}

function deadWords(dead: DeadValue): string {
  if (dead === null) return 'NULL';
  if (typeof dead === 'string') return `"${printable(dead)}"`;
  if ('random' in dead)
    return `${dead.after ? `"${printable(dead.after)}" and ` : ''}${dead.random} random digits`;
  return 'now' in dead
    ? `the time of the expiry (${dead.now}${dead.zone ? ` in ${dead.zone}` : ''})`
    : 'one more than it is';
}

function revokeWords({ table, key, email, via, column, dead, createdAt }: RevokeEntry): string {
  const by = via ? `${key} over ${via.table}.${via.key}` : (key ?? `${email} (address)`);
  if (column !== undefined) return `${table}.${column} becomes ${deadWords(dead!)}, by ${by}`;
  const age =
    createdAt === undefined
      ? '; no column says when a row was made: all rows of a customer are deleted, once'
      : `; made at ${timeWords(createdAt)}`;
  return `rows of ${table} are deleted, by ${by}${age}`;
}

function retireLines(counts: RetireCounts, becomes: DeadValue): string[] {
  const { usable, stolen, dead, notJudged, orphans, mostOfOne, ages } = counts;
  return numbers([
    ['let somebody in', usable, mostOfOne > 1 ? `at most ${number(mostOfOne)} of one customer` : ''],
    ['  may be stolen', stolen, agesWords(ages)],
    ...(dead > 0 ? [[becomes === null ? 'NULL' : 'dead already', dead, ''] as Line] : []),
    ...(notJudged > 0 ? [['no password', notJudged, 'not empty, and not usable'] as Line] : []),
    ...(orphans > 0 ? [["nobody's", orphans, 'stay: no customer has that key'] as Line] : []),
  ]);
}

function revokeLines(counts: RevokeCounts): string[] {
  const { ended, dead, customers, mostOfOne, since, outsiders, ownerless, orphans, ages } = counts;
  const { column, rows, matching } = counts;
  const whose =
    ended === dead
      ? ''
      : `of ${counted(customers, 'customer')}, at most ${number(mostOfOne)} of one customer`;
  const stay: Line[] = [
    ['stay', dead, 'have that value already'],
    ['stay', since, 'made since'],
    ['stay', outsiders, 'of accounts that are not in the cohort'],
    ['stay', ownerless, 'name no account, as those of guests'],
    ['stay', orphans, 'belong to no customer'],
    ['stay', rows - matching, 'do not meet the condition'],
  ];
  return numbers([
    [
      column === null ? 'would be deleted' : 'would be changed',
      ended - dead,
      [whose, agesWords(ages)].filter(Boolean).join('; '),
    ],
    ...stay.filter(([, count]) => count > 0),
  ]);
}

function agesWords(ages: Ages | null): string {
  if (ages === null) return '';
  const unknown = ages.missing + ages.zero + ages.future;
  if (unknown === 0) return '';
  return `${number(unknown)} of unknown age (none ${number(ages.missing)}, zero ${number(ages.zero)}, in the future ${number(ages.future)})`;
}

type Line = [name: string, count: number, meaning: string];

function numbers(lines: Line[]): string[] {
  return lines.map(([name, count, meaning]) =>
    `    ${name.padEnd(20)}${number(count).padStart(11)}  ${meaning}`.trimEnd(),
  );
}
