import type { RetireEntry } from '../../incident/database-schema';
import type { RetireCounts } from '../count/count-retire';
import { type CompanyFinding, counted, number, orNeither, orNone, orOrphans, stops, warns } from './finding';

/** Above this share of passwords that were set within a week, the column says something else (C64). */
export const PLAUSIBLE_SHARE = 0.25;

export const FEW = 100;

export function areMostlyLate({ ages, usable }: RetireCounts): boolean {
  return ages !== null && ages.lately >= FEW && ages.lately > PLAUSIBLE_SHARE * usable;
}

/** What an entry of `retire` cannot mean by its counts. @param ran whether an expiry by the same entry has run: it leaves none. */
export function inspectRetireCounts(
  { usable, setAt, noneBecause, orphansBecause, recentBecause }: RetireEntry,
  counts: RetireCounts,
  path: string,
  ran: boolean,
): CompanyFinding[] {
  const { table, column, rows, usable: alive, notJudged, orphans, ages } = counts;
  const name = `${table}.${column}`;
  const findings: CompanyFinding[] = [];
  // An expiry by the same entry leaves it like this as well.
  const unlessRan = ran ? warns : stops;
  if (rows === 0 && noneBecause === undefined)
    findings.push(
      stops(
        `${table} is empty, so ${path} retires nobody's password`,
        `name the table that the application uses under ${path}; ${orNone(path)}`,
      ),
    );
  if (rows > 0 && alive === 0 && noneBecause === undefined && (!ran || notJudged > 0))
    findings.push(
      unlessRan(
        `None of the ${counted(rows, 'row')} of ${table} has a password in ${column}${usable === undefined ? '' : ` by ${usable}`}`,
        `correct ${path}.column${usable === undefined ? '' : ` or ${path}.usable`}; ${orNone(path)}`,
      ),
    );
  if (notJudged > 0 && (alive > 0 || noneBecause !== undefined))
    findings.push(
      warns(
        `${counted(notJudged, 'value')} of ${name} ${notJudged === 1 ? 'is' : 'are'} not empty, and no password by ${usable ?? "the file's word"}: they stay as they are`,
        `check that no login accepts one of them; if one does, correct ${path}.usable`,
      ),
    );
  const mostly = orphans > alive / 2;
  if (orphans > 0 && orphans === alive && (noneBecause === undefined || orphansBecause === undefined))
    findings.push(
      unlessRan(
        `None of the ${counted(alive, 'password')} in ${name} belongs to a customer`,
        `correct ${path}.key; ${orNeither(path)}`,
      ),
    );
  else if (orphans > 0 && orphansBecause === undefined)
    findings.push(
      (mostly ? unlessRan : warns)(
        `${counted(orphans, 'password')} ${mostly ? `of ${number(alive)} ` : ''}in ${name} ${orphans === 1 ? 'belongs' : 'belong'} to none of the customers: ${orphans === 1 ? 'it stays' : 'they stay'} alive`,
        mostly
          ? `correct ${path}.key, or add these accounts to the view or SELECT of the customers; ${orOrphans(path)}`
          : 'if they let somebody in, the view or SELECT of the customers must include these accounts',
      ),
    );
  if (areMostlyLate(counts) && recentBecause === undefined)
    findings.push(
      stops(
        `${number(ages!.lately)} of ${number(alive)} passwords in ${name} were set within the last week, says ${setAt!.column}: it seems to say when the row was last changed, and a stolen password whose row was touched would stay alive`,
        `name another column under ${path}.setAt, or leave it out: then the run treats every password of ${path.replace('database.', '')} as stolen, and knows a new one by its being different; if so many have chosen a new one (a reset was forced, say), write recentBecause: and why beside setAt`,
      ),
    );
  const unknown = ages === null ? 0 : ages.missing + ages.zero + ages.future;
  if (unknown > 0)
    findings.push(
      warns(
        `${counted(unknown, 'password')} in ${name} ${unknown === 1 ? 'is' : 'are'} of unknown age (${agesWords(ages!)})`,
        'nothing to do: the run treats them as stolen and expires them',
      ),
    );
  return findings;
}

function agesWords({ missing, zero, future }: NonNullable<RetireCounts['ages']>): string {
  const parts: [number, string][] = [
    [missing, 'none'],
    [zero, 'zero'],
    [future, 'in the future'],
  ];
  return parts
    .filter(([count]) => count > 0)
    .map(([count, word]) => `${number(count)} ${word}`)
    .join(', ');
}
