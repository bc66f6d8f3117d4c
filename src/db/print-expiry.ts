import type { KeyRange } from '../incident/vocabulary';
import { type Company, companyTime } from './company-tables';
import { deleteByAddress, deleteByCustomer, selectByAddress } from './delete-credentials';
import { freezeCohort, retirePasswords } from './expire-statements';
import type { LedgerDatabase } from './open-database';
import { printStatement } from './print-statement';

/**
 * The statements that a range's transaction would run on the company's tables, as they would be sent at `now`, each on a line.
 * The incident's number is not known before the start: 0 stands for it.
 */
export function expireStatements(
  db: LedgerDatabase,
  company: Company,
  { cutoff, range, now }: { cutoff: string; range: KeyRange; now: Date },
): string[] {
  const { credentials, timeZone } = company.mapping;
  const time = companyTime(cutoff, timeZone);
  const chunk = {
    incident: 0,
    range,
    fresh: true,
    cutoff: time,
    stamp: companyTime(now, '+00:00'),
    companySecond: companyTime(now, timeZone).slice(0, 19),
  };
  const found = [{ address: 'each@address.found', up_to: time }];
  return [
    retirePasswords(company, chunk),
    freezeCohort(company, chunk),
    ...credentials.flatMap((table) =>
      table.email === undefined
        ? [deleteByCustomer(company, table, chunk)]
        : [selectByAddress(company, table, chunk), deleteByAddress(company, table, found)],
    ),
  ].map((statement) => printStatement(db, statement));
}
