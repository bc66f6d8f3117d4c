import type { Database } from '../books/open-database';
import { saveFrontier } from '../books/record-decision';
import { keyToSql } from '../company/key-column';
import { planRanges as planKeyRanges } from '../company/plan-ranges';
import type { KeyRange } from '../incident/vocabulary';
import type { PlanInput } from './contract';
import type { RunContexts } from './run-context';

/** The next ranges of the key space; keeps the frontier on the incident's row, for a run that has lost Temporal. */
export function planRanges({ db }: Database, runs: RunContexts) {
  return async (input: PlanInput): Promise<KeyRange[]> => {
    const { number, company } = await runs(input.incidentId);
    if (input.frontier !== null) await saveFrontier(db, number, keyToSql(company.keyColumn, input.frontier));
    return planKeyRanges(db, {
      source: input.of === 'cohort' ? { cohortOf: number } : company,
      keyColumn: company.keyColumn,
      after: input.after,
      size: input.size,
      count: input.count,
    });
  };
}
