import type { DatabaseMapping } from '../../incident/database-schema';
import type { CompanyCounts } from '../count/count-company';
import { type CompanyFinding, number, warns } from './finding';

/** Above this share of accounts that were made since a cutoff of late, the column may say something else. */
const PLAUSIBLE_SHARE = 0.25;
const FEW = 100;
const DAY = 86_400_000;
const LATE_DAYS = 90;

/**
 * Accounts that were made after the cutoff are neither expired nor told: where that is whole parts of the customers, somebody must see
 * that they are as new as the column says.
 * @param at the incident's cutoff, and now, in milliseconds since 1970.
 */
export function judgeNewcomers(
  { customers: { createdAt } }: Pick<DatabaseMapping, 'customers'>,
  { expired, expiredBefore, changedSince, none, leftOut, outside }: CompanyCounts,
  at: { cutoff: number; now: number },
): CompanyFinding[] {
  const days = Math.max(1, Math.ceil((at.now - at.cutoff) / DAY));
  const all =
    expired +
    expiredBefore +
    changedSince +
    none +
    outside +
    leftOut.reduce((sum, { customers }) => sum + customers, 0);
  if (createdAt === null || days > LATE_DAYS || outside < FEW || outside <= PLAUSIBLE_SHARE * all) return [];
  return [
    warns(
      `${number(outside)} of ${number(all)} accounts were made after the cutoff, in ${days === 1 ? 'a day' : `${number(days)} days`}, says ${createdAt.column}: they are neither expired nor told`,
      'see that they are as new as that; if the column says something else (a last change, an import), or if the cutoff, the form or the zone is wrong, correct it, or write createdAt: null: then everybody is taken to have been there at the cutoff',
    ),
  ];
}
