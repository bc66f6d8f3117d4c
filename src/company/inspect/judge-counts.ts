import type { DatabaseMapping, RetireEntry, RevokeEntry } from '../../incident/database-schema';
import type { Counts } from '../count/count-all';
import { MOST_VALUES, type RetireCounts } from '../count/count-retire';
import type { RevokeCounts } from '../count/count-revoke';
import type { UnmappedKeys } from '../count/count-unmapped-keys';
import { type CompanyFinding, number, quoted, stops, warns } from './finding';

/** Of a run that has begun its own work may have made the counts what they are: then less of it is a reason to stop. */
export interface Begun {
  companySchema: string;
  /** By which mappings an expiry of this ledger has run over these tables. */
  expiredBy: DatabaseMapping[];
}

/** What the counts say that cannot be meant, and what somebody should look at. */
export function judgeCounts(mapping: DatabaseMapping, counts: Counts, begun: Begun): CompanyFinding[] {
  return [
    ...customers(mapping, counts),
    ...counts.retire.flatMap((entry, i) =>
      retired(mapping.retire[i]!, entry, `database.retire.${i}`, hasRun(begun, 'retire', mapping.retire[i]!)),
    ),
    ...severalPasswords(counts),
    ...counts.revoke.flatMap((entry, i) =>
      revoked(mapping.revoke[i]!, entry, `database.revoke.${i}`, {
        ran: hasRun(begun, 'revoke', mapping.revoke[i]!),
        keys: counts.unmappedKeys.find(({ table }) => table === entry.table)?.keys ?? [],
      }),
    ),
    ...unmapped(mapping, counts, begun),
  ];
}

/** Whether an expiry has run by an entry that finds the same. */
function hasRun({ expiredBy }: Begun, list: 'retire' | 'revoke', entry: RetireEntry | RevokeEntry): boolean {
  const names = ['table', 'key', 'email', 'via', 'column', 'where', 'usable'];
  const whatItFinds = (one: object) =>
    JSON.stringify(names.map((name) => (one as Record<string, unknown>)[name]));
  return expiredBy.some((mapping) =>
    mapping[list].some((one: object) => whatItFinds(one) === whatItFinds(entry)),
  );
}

function customers({ customers: { leaveOut }, retire }: DatabaseMapping, counts: Counts): CompanyFinding[] {
  const { sourceKeys } = counts;
  const { expired, changedSince, expiredBefore, none, outside, unknownCreation, leftOut } = counts.customers;
  const cohort = expired + changedSince + expiredBefore + none;
  const findings: CompanyFinding[] = [];
  if (sourceKeys !== null && sourceKeys.missing > 0)
    findings.push(
      stops(
        `${counted(sourceKeys.missing, 'row')} of the customers ${sourceKeys.missing === 1 ? 'has' : 'have'} no key`,
        'leave them out of the view or SELECT with WHERE ... IS NOT NULL, or name another key',
      ),
    );
  const twice = sourceKeys === null ? 0 : sourceKeys.rows - sourceKeys.missing - sourceKeys.different;
  if (twice > 0)
    findings.push(
      stops(
        `${counted(twice, 'row')} of the customers ${twice === 1 ? 'repeats a key' : 'repeat keys'} of others: each customer must be one row`,
        'where the SELECT joins a table with several rows for one customer, take one of them (a subquery with LIMIT 1, or MIN with GROUP BY in a derived table)',
      ),
    );
  if (cohort === 0)
    findings.push(
      stops(
        'Nobody has an account from before the cutoff, so nobody would be expired or told',
        'correct the cutoff, or the table, the zone or leaveOut under database.customers',
      ),
    );
  const dated = retire.flatMap(({ table, setAt }) =>
    setAt === undefined ? [] : [`${table}.${setAt.column}`],
  );
  const known = retire.some(({ setAt, recentBecause }) => setAt !== undefined && recentBecause !== undefined);
  if (
    dated.length > 0 &&
    !known &&
    !counts.retire.some(areMostlyLate) &&
    changedSince >= FEW &&
    changedSince > PLAUSIBLE_SHARE * cohort
  )
    findings.push(
      stops(
        `${number(changedSince)} of ${number(cohort)} customers have a password from after the cutoff, by ${dated.join(', ')}: it would be left alive. It looks as if the column told when the row was changed last, or its owner was there last`,
        `name another column under setAt, or leave it out: then every password is taken for stolen, and a new one is known by its being another; if so many have chosen a new one (a reset was forced, say), write recentBecause: and why beside setAt`,
      ),
    );
  if (unknownCreation > 0)
    findings.push(
      warns(
        `${counted(unknownCreation, 'account')} ${unknownCreation === 1 ? 'is' : 'are'} of unknown age (none, zero, or in the future)`,
        'nothing to do: they are taken to have been there at the cutoff',
      ),
    );
  leftOut.forEach(({ because, customers: left }, i) => {
    if (left === 0)
      findings.push(
        warns(
          `database.customers.leaveOut.${i} leaves nobody out (${because})`,
          `see that its condition means what it should: ${leaveOut[i]!.when}`,
        ),
      );
    if (left > cohort && left > outside)
      findings.push(
        warns(
          `database.customers.leaveOut.${i} leaves out ${number(left)} accounts, more than the cohort has (${because})`,
          `nobody of them is expired or told; see that its condition means what it should: ${leaveOut[i]!.when}`,
        ),
      );
  });
  return findings;
}

/** Above this share of passwords that were set within a week, the column says something else (C64). */
const PLAUSIBLE_SHARE = 0.25;
const FEW = 100;

function areMostlyLate({ ages, usable }: RetireCounts): boolean {
  return ages !== null && ages.lately >= FEW && ages.lately > PLAUSIBLE_SHARE * usable;
}

function retired(
  { usable, setAt, noneBecause, orphansBecause, recentBecause }: RetireEntry,
  counts: RetireCounts,
  path: string,
  ran: boolean,
): CompanyFinding[] {
  const { table, column, rows, usable: alive, notJudged, orphans, ages } = counts;
  const name = `${table}.${column}`;
  const findings: CompanyFinding[] = [];
  // An expiry by the same entry leaves it so, too.
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
        `see that no login takes one of them; if one does, correct ${path}.usable`,
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
        `${counted(orphans, 'password')} ${mostly ? `of ${number(alive)} ` : ''}in ${name} ${orphans === 1 ? 'belongs' : 'belong'} to nobody among the customers: ${orphans === 1 ? 'it stays' : 'they stay'} alive`,
        mostly
          ? `correct ${path}.key, or have the view or SELECT of the customers hold these accounts, too; ${orOrphans(path)}`
          : 'if they let somebody in, the view or SELECT of the customers must have these accounts, too',
      ),
    );
  if (areMostlyLate(counts) && recentBecause === undefined)
    findings.push(
      stops(
        `${number(ages!.lately)} of ${number(alive)} passwords in ${name} were set within the last week, says ${setAt!.column}: it looks as if it told when the row was changed last, and a stolen password whose row was touched would live on`,
        `name another column under ${path}.setAt, or leave it out: then every password of ${path.replace('database.', '')} is taken for stolen, and a new one is known by its being another; if so many have chosen a new one (a reset was forced, say), write recentBecause: and why beside setAt`,
      ),
    );
  const unknown = ages === null ? 0 : ages.missing + ages.zero + ages.future;
  if (unknown > 0)
    findings.push(
      warns(
        `${counted(unknown, 'password')} in ${name} ${unknown === 1 ? 'is' : 'are'} of unknown age (${agesWords(ages!)})`,
        'nothing to do: they are taken for stolen and would be expired',
      ),
    );
  return findings;
}

function severalPasswords({ mostPasswords }: Counts): CompanyFinding[] {
  if (mostPasswords <= MOST_VALUES) return [];
  return [
    stops(
      `One customer has ${number(mostPasswords)} usable passwords, and no more than ${MOST_VALUES} can be known again after they are retired`,
      'see that the keys under database.retire are right; an account that many share may be set aside under database.customers.leaveOut, and its passwords ended by hand',
    ),
  ];
}

function orNone(path: string): string {
  return `if nobody has one now, write noneBecause: and why under ${path}`;
}

function orNeither(path: string): string {
  return `if no customer has one now, write noneBecause: and orphansBecause:, each with why, under ${path}`;
}

function orOrphans(path: string): string {
  return `if that is how it is (deleted accounts leave such rows), write orphansBecause: and why under ${path}`;
}

const MOST_PLAUSIBLE = 10_000;
/** Of the rows that name somebody, those who are nobody among the customers: from here on it is told, and stops. */
const TOLD_SHARE = 0.05;
const MOST_STRAYS = 0.5;

function revoked(
  entry: RevokeEntry,
  counts: RevokeCounts,
  path: string,
  { ran, keys }: { ran: boolean; keys: UnmappedKeys['keys'] },
): CompanyFinding[] {
  const { table, rows, matching, ended, mostOfOne, since, outsiders, ownerless, orphans, misspelt } = counts;
  const { noneBecause, orphansBecause } = entry;
  // An expiry by the same entry leaves it so, too.
  const unlessRan = ran ? warns : stops;
  const link = `${table}.${entry.key ?? entry.email}`;
  const findings: CompanyFinding[] = [];
  if (misspelt > 0)
    findings.push(
      stops(
        `${counted(misspelt, 'row')} of ${table} ${misspelt === 1 ? 'is' : 'are'} a customer's but for upper and lower case or accents: ${link} is compared exactly, so they would be missed`,
        `name another link under ${path}; where there is none, take the entry out, end these rows yourselves, and say so under database.stated`,
      ),
    );
  if (matching === 0 && noneBecause === undefined && (rows > 0 || !ran))
    findings.push(
      unlessRan(
        rows === 0
          ? `${table} is empty, so ${path} ends nothing`
          : `None of the ${counted(rows, 'row')} of ${table} meets ${path}.where: ${entry.where}`,
        `${
          rows === 0
            ? `name the table that the application uses under ${path}`
            : `spell it as the application writes it${keys.length === 0 ? '' : ` (there are ${keys.map(({ key }) => key).join(', ')})`}`
        }; ${orNone(path)}`,
      ),
    );
  const nobody = matching > 0 && ended + since + outsiders === 0;
  const correct = `correct ${path}.${entry.key === undefined ? 'email' : 'key'}`;
  const strays = orphans / (matching - ownerless);
  if (nobody && (noneBecause === undefined || orphansBecause === undefined))
    findings.push(
      unlessRan(
        `None of the ${counted(matching, 'row')} that ${path} is about belongs to a customer, by ${link}`,
        ran
          ? 'nothing to do if the expiry has ended all others already'
          : `${correct}; where no column says whose a row is, take the entry out, end these rows yourselves, and say so under database.stated; where they are others', set the table aside under database.ignored; ${orNeither(path)}`,
      ),
    );
  else if (!nobody && strays > TOLD_SHARE && orphansBecause === undefined)
    findings.push(
      (strays > MOST_STRAYS ? unlessRan : warns)(
        `${counted(orphans, 'row')} of ${table} ${orphans === 1 ? 'belongs' : 'belong'} to nobody among the customers, by ${link}: ${orphans === 1 ? 'it stays' : 'they stay'}`,
        `${correct}; ${orOrphans(path)}`,
      ),
    );
  if (mostOfOne > MOST_PLAUSIBLE)
    findings.push(
      warns(
        `One customer would lose ${counted(mostOfOne, 'row')} of ${table}`,
        `see that ${link} is whose row it is; each customer's rows go in one transaction`,
      ),
    );
  return findings;
}

function unmapped(
  { ignored }: DatabaseMapping,
  { unmappedKeys }: Counts,
  { companySchema }: Begun,
): CompanyFinding[] {
  return unmappedKeys
    .filter(
      ({ table, valueColumn }) =>
        !ignored.some(
          (one) =>
            one.table === table &&
            (one.column === undefined || one.column.toLowerCase() === valueColumn.toLowerCase()),
        ),
    )
    .map(({ table, keyColumn, valueColumn, keys }) => {
      const shown = keys.slice(0, 12).map(({ key, rows }) => `${key} (${number(rows)})`);
      const more = keys.length > shown.length ? ` and ${keys.length - shown.length} more` : '';
      return stops(
        `Keys of ${table} look like credentials, and no entry takes them: ${shown.join(', ')}${more}`,
        `name those that let somebody in under database.revoke with where: "${keyColumn} = '...'"; if none of the others does, write {table: ${table}, column: ${valueColumn}, because: and why} under database.ignored. To see all keys: SELECT ${quoted(keyColumn)}, COUNT(*) FROM ${quoted(companySchema, table)} GROUP BY 1`,
      );
    });
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

function counted(count: number, one: string): string {
  return `${number(count)} ${count === 1 ? one : `${one}s`}`;
}
