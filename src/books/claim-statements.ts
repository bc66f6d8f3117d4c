import type { Company } from '../company/company';
import type { RunStatement } from '../company/inspect/run-statements';
import type { KeyRange } from '../incident/vocabulary';
import { candidatesQuery } from './find-candidates';

/** Customers in a claim, at most. */
export const MOST_IN_A_CLAIM = 200;

/** What a claim asks of the company's tables, for the dry run to EXPLAIN. */
export function claimStatements(company: Company, range: KeyRange): RunStatement[] {
  const { customers, retire } = company.mapping;
  return (['notice', 'reminder'] as const).map((wave) => ({
    doing: wave === 'notice' ? 'claiming who is told next' : 'claiming who is reminded next',
    statement: candidatesQuery({ incident: 0, company, wave, remindAfterSeconds: 0 }, range, MOST_IN_A_CLAIM),
    customersEach: MOST_IN_A_CLAIM,
    aliases: {
      c: customers.table ?? 'the SELECT of the customers',
      t: retire.map(({ table }) => table).join(' or '),
    },
  }));
}
