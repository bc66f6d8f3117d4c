import type { DatabaseMapping } from '../../incident/database-schema';
import { namedInSql } from '../../incident/operator-sql';
import { type CatalogColumn, type CompanyCatalog, columnsOf, findColumn, isUnique } from '../catalog';
import { quotedName } from '../dialect';
import { entryPath } from '../entries';
import { keyValueColumns } from '../find-credentials';
import { polymorphicTwin } from '../polymorphic-twin';
import { isAutoIncrement, linksTo } from '../table-links';
import { isSameTable } from '../uncovered-credentials';
import { basesOf, isView } from '../view-bases';
import { type CompanyFinding, type Subject, stops, warns } from './finding';

/**
 * Tables in which a link alone does not say that a row is a customer's credential: what a row holds is said by its key (C68), or
 * whose kind of owner it has by a twin of the link (C69). And columns that only number the rows of their own table (I5).
 */
export function inspectOwners(subject: Subject, entries: OwnedEntries): CompanyFinding[] {
  const { mapping } = subject;
  return [
    ...entries.retire.flatMap((entry) =>
      numbersItsRows(subject, entry.table, entry.key, `database.${entryPath(mapping, entry)}.key`),
    ),
    ...entries.revoke.flatMap((entry) => {
      const path = `database.${entryPath(mapping, entry)}`;
      return entry.via
        ? numbersItsRows(subject, entry.via.table, entry.via.key, `${path}.via.key`)
        : numbersItsRows(subject, entry.table, entry.key, `${path}.key`);
    }),
    ...entries.retire.flatMap((entry) =>
      conditionLacks(subject, entry, entry.key, `database.${entryPath(mapping, entry)}.usable`, entry.usable),
    ),
    ...entries.revoke.flatMap((entry) =>
      conditionLacks(subject, entry, entry.key, `database.${entryPath(mapping, entry)}.where`, entry.where),
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
  const named = condition === undefined ? [] : namedInSql(condition).names.map(({ name }) => name);
  const names = (column: string) => named.includes(column.toLowerCase());
  const findings: CompanyFinding[] = [];
  const pair = keyValueColumns(table, columnsOf(catalog, table));
  const several = key === undefined || !isUnique(catalog, table, key);
  if (pair !== null && several && key?.toLowerCase() !== pair.key.toLowerCase() && !names(pair.key))
    findings.push(
      stops(
        `In ${table} the column ${pair.key} says what a row holds, and the entry would take every row of a customer, including roles and addresses`,
        `write ${path}: "${pair.key} = '...'" with the keys that are credentials; to see them: SELECT ${quotedName(pair.key)}, COUNT(*) FROM ${quotedName(companySchema, table)} GROUP BY ${quotedName(pair.key)}`,
      ),
    );
  const twin = key === undefined ? null : polymorphicTwin(catalog, table, { idColumn: key });
  if (twin !== null && !names(twin.typeColumn))
    findings.push(
      stops(
        `In ${table} the column ${twin.typeColumn} says whose key ${twin.idColumn} is, and the entry would take the rows of others with the same number`,
        `write ${path}: "${twin.typeColumn} = '...'" with what the application writes there for customers; to see it: SELECT ${quotedName(twin.typeColumn)}, COUNT(*) FROM ${quotedName(companySchema, table)} GROUP BY ${quotedName(twin.typeColumn)}`,
      ),
    );
  return findings;
}

/**
 * What the server counts up in a table other than the customers' own is the number of a row, and the row of a customer's number is
 * somebody else's, staff as likely as not. Unless a foreign key ties the two.
 */
function numbersItsRows(
  { catalog, mapping: { customers } }: Subject,
  table: string,
  key: string | undefined,
  path: string,
): CompanyFinding[] {
  const column = key === undefined ? undefined : findColumn(catalog, table, key);
  if (column === undefined || !isAutoIncrement(column)) return [];
  const tables = customersTables(catalog, customers);
  if (tables === null)
    return [
      warns(
        `${table}.${column.name} numbers the rows of ${table} (AUTO_INCREMENT), and this user may not see which tables the view ${customers.table} reads (SHOW VIEW)`,
        `check that it reads ${table}: if not, the entry would take the row with a customer's number, whoever it belongs to`,
      ),
    ];
  if (tables.some((name) => isSameTable(catalog, name, table)) || isTied(catalog, column, tables)) return [];
  const [link] = tables.flatMap((name) =>
    linksTo(catalog, table, { table: name, key: customers.key, email: null }),
  );
  return [
    stops(
      `${table}.${column.name} numbers the rows of ${table} (AUTO_INCREMENT) and identifies no customer: the entry would take the row with a customer's number, whoever it belongs to`,
      `under ${path} name the column of ${table} that holds the customer's key${link === undefined ? '' : `, such as ${link.column}`}; if there is none, remove the entry and set ${table} aside under database.ignored. If the customers do get their keys from ${table}, give them as a SELECT that joins it`,
    ),
  ];
}

/** Whether a foreign key says that the column holds another table's key, or gives a table of the customers its own. */
function isTied(catalog: CompanyCatalog, { table, name }: CatalogColumn, own: string[]): boolean {
  return catalog.foreignKeys.some((foreign) => {
    if (foreign.table === table) return foreign.columns.includes(name);
    const gives = own.includes(foreign.table) && foreign.to === table && foreign.toColumns.includes(name);
    return gives && foreign.columns.every((column) => isUnique(catalog, foreign.table, column));
  });
}

/** The tables that the customers are read from. Null: this user may not see what the view is over. */
function customersTables(
  catalog: CompanyCatalog,
  { table, select }: DatabaseMapping['customers'],
): string[] | null {
  const named = table === undefined ? namedInSql(select!).tables.map(({ table: read }) => read) : [table];
  const below = named.map((name) => (isView(catalog, name) ? basesOf(catalog, name) : [{ table: name }]));
  return below.includes(null) ? null : below.flatMap((bases) => bases!.map((base) => base.table));
}
