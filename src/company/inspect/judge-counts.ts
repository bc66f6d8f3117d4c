import type { DatabaseMapping } from '../../incident/database-schema';
import type { Counts } from '../count/count-all';
import { MOST_VALUES } from '../count/count-retire';
import { type CompanyFinding, counted, number, quoted, stops, warns } from './finding';
import { areMostlyLate, FEW, judgeRetire, PLAUSIBLE_SHARE } from './judge-retire';
import { judgeRevoke } from './judge-revoke';

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
      judgeRetire(mapping.retire[i]!, entry, `database.retire.${i}`, hasRun(begun, mapping, 'retire', i)),
    ),
    ...severalPasswords(counts),
    ...counts.revoke.flatMap((entry, i) =>
      judgeRevoke(mapping.revoke[i]!, entry, `database.revoke.${i}`, {
        ran: hasRun(begun, mapping, 'revoke', i),
        keys: counts.unmappedKeys.find(({ table }) => table === entry.table)?.keys ?? [],
      }),
    ),
    ...unmapped(mapping, counts, begun),
  ];
}

/** Whether an expiry has run by an entry that finds the same, of the same customers. */
function hasRun(
  { expiredBy }: Begun,
  mapping: DatabaseMapping,
  list: 'retire' | 'revoke',
  i: number,
): boolean {
  const names = ['table', 'select', 'key', 'email', 'via', 'column', 'where', 'usable'];
  const whatItFinds = (one: object) =>
    JSON.stringify(names.map((name) => (one as Record<string, unknown>)[name]));
  const isSame = (one: object, other: object) => whatItFinds(one) === whatItFinds(other);
  return expiredBy.some(
    (ran) =>
      isSame(ran.customers, mapping.customers) &&
      ran[list].some((entry: object) => isSame(entry, mapping[list][i]!)),
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
  const dated = retire.flatMap(({ table, setAt, recentBecause }) =>
    setAt === undefined || recentBecause !== undefined ? [] : [`${table}.${setAt.column}`],
  );
  if (
    dated.length > 0 &&
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

function severalPasswords({ mostPasswords }: Counts): CompanyFinding[] {
  if (mostPasswords <= MOST_VALUES) return [];
  return [
    stops(
      `One customer has ${number(mostPasswords)} usable passwords, and no more than ${MOST_VALUES} can be known again after they are retired`,
      'see that the keys under database.retire are right; an account that many share may be set aside under database.customers.leaveOut, and its passwords ended by hand',
    ),
  ];
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
