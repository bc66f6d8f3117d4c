import type { QueryExecutorProvider } from 'kysely';
import type { KeyRange } from '../incident/vocabulary';
import type { Company } from './company';
import { type ExpiryChunk, freezeCohort, retirePasswords } from './expire-statements';
import { printStatement } from './print-statement';
import { ownersQuery, revokeByList, revokeByRange, revokeOrder } from './revoke';

/**
 * The statements that a range's transaction would run, as they would be sent at `now`, each on a line. The incident's number is not
 * known before the start: 0 stands for it.
 */
export function expireStatements(
  db: QueryExecutorProvider,
  company: Company,
  { range, now }: { range: KeyRange; now: Date },
): string[] {
  const stamp = now.toISOString().slice(0, 23).replace('T', ' ');
  const chunk: ExpiryChunk = {
    incident: 0,
    earlier: [],
    range,
    fresh: true,
    passedOver: false,
    stamp,
    now: now.getTime(),
  };
  const { retire, revoke } = company.mapping;
  return [
    freezeCohort(company, chunk),
    ...retire.map((_, i) => retirePasswords(company, chunk, i)),
    ...revokeOrder(revoke).flatMap((entry) => {
      const byRange = revokeByRange(company, entry, chunk);
      if (byRange !== null) return [byRange];
      const value = entry.email === undefined ? 'each value found' : 'each@address.found';
      return [ownersQuery(company, entry, chunk), revokeByList(company, entry, chunk, [{ value, limit: 1 }])];
    }),
  ].map((statement) => printStatement(db, statement, { keyColumn: company.keyColumn, range }));
}
