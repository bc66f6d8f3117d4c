import type { ColumnTime } from '../../incident/database-schema';
import type { CatalogColumn } from '../catalog';
import { nameWords } from '../name-words';
import { withoutOwner } from '../time-columns';
import { type CompanyFinding, stops } from './finding';

export interface TimeUse {
  use: 'createdAt' | 'setAt';
  /** Of the entry in the file, such as retire.0. */
  path: string;
}

/** Whether a column says what time it is in the form that the file names (C59-C61, C64). */
export function inspectTime(column: CatalogColumn, time: ColumnTime, where: TimeUse): CompanyFinding[] {
  const name = `${column.table}.${column.name}`;
  const problem = formProblem(column, time);
  if (problem !== null)
    return [stops(`${name} is ${column.sqlType}, ${problem.what}`, problem.todo(where, column))];
  return changesByItself(column, where);
}

interface FormProblem {
  what: string;
  todo(where: TimeUse, column: CatalogColumn): string;
}

function formProblem({ type, sqlType }: CatalogColumn, { as }: ColumnTime): FormProblem | null {
  const form = formOf(type);
  if (form === as) return null;
  const place = ({ path, use }: TimeUse) => `database.${path}.${use}`;
  const tooSmall = /^(tiny|small|medium)int$/.test(type) || (as === 'unixMilliseconds' && type === 'int');
  if (form === 'number' && (as === 'unixSeconds' || as === 'unixMilliseconds')) {
    if (!tooSmall) return null;
    return {
      what: `too small for ${as}`,
      todo: (where) => `correct as: under ${place(where)}, or ${without(where)}`,
    };
  }
  if (type === 'date')
    return {
      what: 'a day without a time, where an instant is needed',
      todo: (where, column) => ofADay(where, column),
    };
  if (form === null)
    return {
      what: 'which holds no time',
      todo: (where) => `name another column under ${place(where)}, or ${without(where)}`,
    };
  const is =
    form === 'number'
      ? 'a number: unixSeconds or unixMilliseconds'
      : form === 'timestamp'
        ? 'timestamp, without zone: a TIMESTAMP is an instant by itself'
        : 'datetime, with the zone whose wall clock it shows';
  return {
    what: `and the file says ${as}`,
    todo: (where) => `write under ${place(where)} as: ${is} (${sqlType})`,
  };
}

function formOf(type: string): 'datetime' | 'timestamp' | 'number' | null {
  if (type === 'datetime' || type === 'timestamp') return type;
  return /int$|^decimal$/.test(type) ? 'number' : null;
}

/** What the run does without the column; always possible. */
function without({ path, use }: TimeUse): string {
  if (use === 'setAt')
    return `leave it out: then the run treats every password of ${path} as stolen, and knows a new one by its being different`;
  return path === 'customers'
    ? 'write createdAt: null: then every account counts as made before the cutoff'
    : "leave it out: then every row of a customer goes when the customer's password is expired";
}

/** C59: midnight is the earliest that the day can mean, so nothing counts as younger than it is. */
function ofADay(where: TimeUse, { name }: CatalogColumn): string {
  if (where.path !== 'customers') return without(where);
  return `give the customers as a SELECT with CAST(${name} AS DATETIME) AS ${name}, in which an account counts as made at the start of its day; or ${without(where)}`;
}

function changesByItself({ table, name, extra }: CatalogColumn, where: TimeUse): CompanyFinding[] {
  if (!/on update/.test(extra)) return movesByName(table, name, where);
  return [
    stops(
      `${table}.${name} changes by itself with every change of its row (ON UPDATE), so it does not say when ${whatOf(where)}`,
      `name a column that does, or ${without(where)}`,
    ),
  ];
}

/**
 * A column that is called like a row's last change or an account's last use (C64): whoever was about since the cutoff would pass for new.
 * @param table of the column, or what else it is of.
 */
export function movesByName(table: string, name: string, where: TimeUse): CompanyFinding[] {
  const words = withoutOwner(nameWords(name), table)
    .filter((word) => word !== 'utc' && word !== 'gmt')
    .join(' ');
  const ofAccount = where.use === 'setAt' || where.path === 'customers';
  const used = LAST_USE.test(words) || (ofAccount && USE.test(words));
  if (!used && !LAST_CHANGE.test(words)) return [];
  const last = used ? `the ${ofAccount ? 'account' : 'row'} was last used` : 'the row was last changed';
  return [
    stops(
      `${table}.${name} is, by its name, when ${last}, not when ${whatOf(where)}: ${harm(where)}`,
      `name a column that says it, or ${without(where)}`,
    ),
  ];
}

const WHEN = '(at|on|time|date|ts|timestamp|unix)';
const CHANGED =
  '(upd|update|updated|mod|modify|modified|modification|change|changed|edit|edited|touch|touched)';
const LAST_CHANGE = new RegExp(
  `^(last )?${CHANGED}( ${WHEN})?$|^${WHEN} (last )?${CHANGED}$|^(row|record) (last )?${CHANGED}\\b|^(tstamp|mtime|utime|last${CHANGED})( ${WHEN})?$`,
);
const USED =
  '(login|logon|logged|visit|visited|activity|active|seen|access|accessed|action|request|online|use|used|usage|ping|connection|connected|session|click|refresh|sync)';
const LAST_USE = new RegExp(`\\b(last|latest|current|recent) ?${USED}\\b`);
const USE = new RegExp(`^${USED} ${WHEN}$|^${WHEN} ${USED}$`);

function harm({ path, use }: TimeUse): string {
  if (use === 'setAt')
    return 'whoever has edited an address or signed in since the cutoff would keep a stolen password';
  return path === 'customers'
    ? 'whoever has edited an address or signed in since the cutoff would keep a stolen password and not be told'
    : 'what was opened before the cutoff and used since may stay open';
}

function whatOf({ path, use }: TimeUse): string {
  if (use === 'setAt') return 'a password was set';
  return path === 'customers' ? 'the account was made' : 'the row was made';
}
