import type { DatabaseMapping } from '../../incident/database-schema';
import type { Counts } from '../count/count-all';
import type { CustomerCounts } from '../count/count-customers';
import { type CompanyFinding, counted, number, stops, warns } from './finding';
import { areMostlyLate, FEW, PLAUSIBLE_SHARE } from './inspect-retire-counts';

/** What the counts of the customers cannot mean, and what somebody should look at. */
export function inspectCustomerCounts(
  { customers: { leaveOut }, retire }: DatabaseMapping,
  counts: Counts,
): CompanyFinding[] {
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
        'Nobody has an account from before the cutoff, so no password would be expired and nobody told',
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
        `${number(changedSince)} of ${number(cohort)} customers have a password from after the cutoff, by ${dated.join(', ')}: it would stay alive. The column seems to say when the row was last changed, or when its owner was last there`,
        `name another column under setAt, or leave it out: then the run treats every password as stolen, and knows a new one by its being different; if so many have chosen a new one (a reset was forced, say), write recentBecause: and why beside setAt`,
      ),
    );
  if (unknownCreation > 0)
    findings.push(
      warns(
        `${counted(unknownCreation, 'account')} ${unknownCreation === 1 ? 'is' : 'are'} of unknown age (none, zero, or in the future)`,
        'nothing to do: they count as made before the cutoff',
      ),
    );
  leftOut.forEach(({ because, customers: count }, i) => {
    if (count === 0)
      findings.push(
        warns(
          `database.customers.leaveOut.${i} leaves nobody out (${because})`,
          `check that its condition says what you mean: ${leaveOut[i]!.when}`,
        ),
      );
    if (count > cohort && count > outside)
      findings.push(
        warns(
          `database.customers.leaveOut.${i} leaves out ${number(count)} accounts, more than the cohort has (${because})`,
          `their passwords are not expired, and they are not told; check that its condition says what you mean: ${leaveOut[i]!.when}`,
        ),
      );
  });
  return findings;
}

/**
 * Passwords of accounts from after the cutoff are not expired, and their customers not told: where that is a large part of all, somebody
 * must check that they are as new as the column says.
 * @param at the incident's cutoff, and now, in milliseconds since 1970.
 */
export function inspectNewcomers(
  { customers: { createdAt } }: Pick<DatabaseMapping, 'customers'>,
  { expired, expiredBefore, changedSince, none, leftOut, outside }: CustomerCounts,
  at: { cutoff: number; now: number },
): CompanyFinding[] {
  const days = Math.max(1, Math.ceil((at.now - at.cutoff) / DAY));
  const accounts =
    expired +
    expiredBefore +
    changedSince +
    none +
    outside +
    leftOut.reduce((sum, { customers }) => sum + customers, 0);
  if (createdAt === null || days > LATE_DAYS || outside < FEW || outside <= PLAUSIBLE_SHARE * accounts)
    return [];
  return [
    warns(
      `${number(outside)} of ${number(accounts)} accounts were made after the cutoff, in ${days === 1 ? 'a day' : `${number(days)} days`}, says ${createdAt.column}: their passwords are not expired, and they are not told`,
      'check that they are that new; if the column says something else (a last change, an import), or if the cutoff, the form or the zone is wrong, correct it, or write createdAt: null: then every account counts as made before the cutoff',
    ),
  ];
}

const DAY = 86_400_000;

const LATE_DAYS = 90;
