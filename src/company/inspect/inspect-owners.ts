import type { DatabaseMapping } from '../../incident/database-schema';
import { columnsOf, isUnique } from '../catalog';
import { keyValueColumns } from '../find-credentials';
import { polymorphicTwin } from '../polymorphic-twin';
import { type CompanyFinding, quoted, stops } from './finding';
import type { Subject } from './subject';

/**
 * Tables in which a link alone does not say that a row is a customer's credential: what a row holds is said by its key (C68), or
 * whose kind of owner it has by a twin of the link (C69).
 */
export function inspectOwners(subject: Subject, entries: OwnedEntries): CompanyFinding[] {
  const { mapping } = subject;
  return [
    ...entries.retire.flatMap((entry) =>
      conditionLacks(
        subject,
        entry,
        entry.key,
        `database.retire.${mapping.retire.indexOf(entry)}.usable`,
        entry.usable,
      ),
    ),
    ...entries.revoke.flatMap((entry) =>
      conditionLacks(
        subject,
        entry,
        entry.key,
        `database.revoke.${mapping.revoke.indexOf(entry)}.where`,
        entry.where,
      ),
    ),
  ];
}

export type OwnedEntries = Pick<DatabaseMapping, 'retire' | 'revoke'>;

function conditionLacks(
  { catalog, companySchema }: Subject,
  { table }: { table: string },
  key: string | undefined,
  path: string,
  condition: string | undefined,
): CompanyFinding[] {
  const names = (column: string) => condition?.toLowerCase().includes(column.toLowerCase()) ?? false;
  const findings: CompanyFinding[] = [];
  const pair = keyValueColumns(table, columnsOf(catalog, table));
  const several = key === undefined || !isUnique(catalog, table, key);
  if (pair !== null && several && key?.toLowerCase() !== pair.key.toLowerCase() && !names(pair.key))
    findings.push(
      stops(
        `In ${table} the column ${pair.key} says what a row holds, and the entry would take every row of a customer, roles and addresses too`,
        `write ${path}: "${pair.key} = '...'" with the keys that are credentials; to see them: SELECT ${quoted(pair.key)}, COUNT(*) FROM ${quoted(companySchema, table)} GROUP BY ${quoted(pair.key)}`,
      ),
    );
  const twin = key === undefined ? null : polymorphicTwin(catalog, table, key);
  if (twin !== null && !names(twin.typeColumn))
    findings.push(
      stops(
        `In ${table} the column ${twin.typeColumn} says whose kind of key ${twin.idColumn} is, and the entry would take the rows of others with the same number`,
        `write ${path}: "${twin.typeColumn} = '...'" with what the application writes there for customers; to see it: SELECT ${quoted(twin.typeColumn)}, COUNT(*) FROM ${quoted(companySchema, table)} GROUP BY ${quoted(twin.typeColumn)}`,
      ),
    );
  return findings;
}
