import type { DatabaseMapping } from '../../incident/database-schema';
import type { Counts } from '../count/count-all';
import { MOST_VALUES } from '../count/count-retire';
import { quotedName } from '../dialect';
import { type CompanyFinding, number, stops } from './finding';
import { inspectCustomerCounts } from './inspect-customer-counts';
import { inspectRetireCounts } from './inspect-retire-counts';
import { inspectRevokeCounts } from './inspect-revoke-counts';

/** Of a run that has begun its own work may have made the counts what they are: then less of it is a reason to stop. */
export interface Begun {
  companySchema: string;
  /** By which mappings an expiry of this ledger has run over these tables. */
  expiredBy: DatabaseMapping[];
}

/** What the counts say that cannot be meant, and what somebody should look at. */
export function inspectCounts(mapping: DatabaseMapping, counts: Counts, begun: Begun): CompanyFinding[] {
  return [
    ...inspectCustomerCounts(mapping, counts),
    ...counts.retire.flatMap((entry, i) =>
      inspectRetireCounts(
        mapping.retire[i]!,
        entry,
        `database.retire.${i}`,
        hasRun(begun, mapping, 'retire', i),
      ),
    ),
    ...severalPasswords(counts),
    ...counts.revoke.flatMap((entry, i) =>
      inspectRevokeCounts(mapping.revoke[i]!, entry, `database.revoke.${i}`, {
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
  const meaningOf = (entry: object) =>
    JSON.stringify(names.map((name) => (entry as Record<string, unknown>)[name]));
  const isSame = (entry: object, otherEntry: object) => meaningOf(entry) === meaningOf(otherEntry);
  return expiredBy.some(
    (expiry) =>
      isSame(expiry.customers, mapping.customers) &&
      expiry[list].some((entry: object) => isSame(entry, mapping[list][i]!)),
  );
}

function severalPasswords({ mostPasswords }: Counts): CompanyFinding[] {
  if (mostPasswords <= MOST_VALUES) return [];
  return [
    stops(
      `One customer has ${number(mostPasswords)} usable passwords, and no more than ${MOST_VALUES} can be recognized after they are retired`,
      'check that the keys under database.retire are right; an account that many share may be set aside under database.customers.leaveOut, and its passwords ended by hand',
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
          (entry) =>
            entry.table === table &&
            (entry.column === undefined || entry.column.toLowerCase() === valueColumn.toLowerCase()),
        ),
    )
    .map(({ table, keyColumn, valueColumn, keys }) => {
      const shown = keys.slice(0, 12).map(({ key, rows }) => `${key} (${number(rows)})`);
      const more = keys.length > shown.length ? ` and ${keys.length - shown.length} more` : '';
      return stops(
        `Keys of ${table} look like credentials, and no entry takes them: ${shown.join(', ')}${more}`,
        `name those that let somebody in under database.revoke with where: "${keyColumn} = '...'"; if the others do not, write {table: ${table}, column: ${valueColumn}, because: and why} under database.ignored. To see all keys: SELECT ${quotedName(keyColumn)}, COUNT(*) FROM ${quotedName(companySchema, table)} GROUP BY 1`,
      );
    });
}
