import { namedInSql } from '../../incident/operator-sql';
import { EXPIRE_ROWS_PER_TRANSACTION } from '../../incident/range-plan';
import { type CatalogTable, type CompanyCatalog, isIndexed } from '../catalog';
import { quotedName } from '../dialect';
import { type CompanyFinding, type Subject, stops, warns } from './finding';
import { scanFinding } from './scan-cost';

/** A table that the run writes, and where the file says so. */
export interface WrittenTable {
  /** Such as retire.0. */
  path: string;
  table: string;
  what: 'password' | 'value' | 'rows';
}

/** What kind of thing is written, and whether the server can undo it (C35, C76). */
export function inspectTables(subject: Subject, written: WrittenTable[]): CompanyFinding[] {
  return written.flatMap((place) => {
    const table = subject.catalog.tables.find(({ name }) => name === place.table)!;
    if (table.kind === 'view') return [view(place)];
    if (table.kind === 'other')
      return [
        stops(
          `${place.table} is not a table whose rows can be changed`,
          `name another under database.${place.path}.table`,
        ),
      ];
    return [
      ...engine(subject, table, place),
      ...(table.kind === 'versioned' ? [versioned(subject, place)] : []),
    ];
  });
}

function view({ path, table }: WrittenTable): CompanyFinding {
  return stops(
    `${table} is a view, and the run writes only to tables: nothing says which indexes, triggers and foreign keys are under it`,
    `name the table under it in database.${path}.table (SHOW CREATE VIEW ${quotedName(table)} shows it), with the view's condition as where or usable; no entry reaches a table in another schema: point DATABASE_URL at that schema and give the customers from there, by a SELECT if need be; or remove the entry, end what it names yourselves, and say so under database.stated`,
  );
}

function engine(
  subject: Subject,
  { name, engine: kept }: CatalogTable,
  { path, what }: WrittenTable,
): CompanyFinding[] {
  if (kept === 'InnoDB') return [];
  const is = `The table ${name} uses ${kept ?? 'no engine'}, which cannot undo an interrupted chunk`;
  const instead = `remove the entry (database.${path}), end what it names yourselves right before the start, and say so under database.stated`;
  if (what === 'password')
    return [
      stops(
        `${is}: its customers would be told that they had no password`,
        `have your database administrator move it to InnoDB, or ${instead}`,
      ),
    ];
  if (!subject.catalog.mixesEngines)
    return [
      stops(
        `The table ${name} uses ${kept ?? 'no engine'}, and this server refuses it in one transaction with others (enforce_gtid_consistency, error 1785)`,
        `have your database administrator move it to InnoDB, or ${instead}`,
      ),
    ];
  return [
    warns(
      `The table ${name} uses ${kept ?? 'no engine'}, which ignores a rollback`,
      'nothing to do: what the file names in it may be gone a moment before the passwords, and a repeated chunk ends what is left',
    ),
  ];
}

/** MariaDB keeps every earlier row of such a table. They open nothing, but hold the stolen hashes and tokens for whoever reads them. */
function versioned({ companySchema }: Subject, { table }: WrittenTable): CompanyFinding {
  return warns(
    `${table} is system-versioned: the run ends what is in it now, and the server keeps the earlier rows, with the old values, as history`,
    `nothing to do for the run: history lets nobody in. Removing it afterwards is the company's decision: DELETE HISTORY FROM ${quotedName(companySchema, table)}`,
  );
}

/** A column that the run looks rows up by. */
export interface LookedUpBy {
  path: string;
  table: string;
  column: string;
  /** The entry's own condition: an index may begin with what it fixes, such as (owner_type, owner_id). */
  where?: string | undefined;
}

/** Without an index every chunk reads the whole table. */
export function inspectIndexes(subject: Subject, lookedUp: LookedUpBy[]): CompanyFinding[] {
  const { catalog } = subject;
  return lookedUp.flatMap((lookup) => {
    const { path, table, column } = lookup;
    const catalogTable = catalog.tables.find(({ name }) => name === table)!;
    if (catalogTable.kind === 'view' || hasIndex(catalog, lookup)) return [];
    return [
      scanFinding(
        subject,
        `No index begins with ${table}.${column}`,
        { table, rows: catalogTable.rows, customersEach: EXPIRE_ROWS_PER_TRANSACTION },
        `name a column under database.${path} that an index begins with; if there is none, ask your database administrator for one, or remove the entry, end what it names yourselves, and say so under database.stated`,
      ),
    ];
  });
}

function hasIndex(catalog: CompanyCatalog, { table, column, where }: LookedUpBy): boolean {
  if (isIndexed(catalog, table, column)) return true;
  const fixed = new Set(where === undefined ? [] : namedInSql(where).names.map(({ name }) => name));
  return catalog.indexes.some((index) => {
    const columns = index.columns.map((name) => name?.toLowerCase() ?? null);
    const position = columns.indexOf(column.toLowerCase());
    return (
      index.table === table &&
      position > 0 &&
      columns.slice(0, position).every((name) => name !== null && fixed.has(name))
    );
  });
}

/** Rows that are known by an address are compared with the customers by it when it is verified, and so is who is looked up. */
export function inspectAddressIndex({ catalog, mapping }: Subject): CompanyFinding[] {
  const { table, email } = mapping.customers;
  const customers = catalog.tables.find(({ name, kind }) => name === table && kind !== 'view');
  if (customers === undefined || isIndexed(catalog, customers.name, email)) return [];
  const byAddress = mapping.revoke.filter((entry) => entry.email !== undefined).map((entry) => entry.table);
  const verify =
    byAddress.length === 0
      ? ''
      : `, and verify compares each row of ${byAddress.join(', ')} with each customer: hours, if both are large`;
  return [
    warns(
      `No index begins with ${customers.name}.${email}: looking a customer up by address reads the whole table${verify}`,
      'nothing to do for the run; if another column holds the address and has an index, name it under database.customers.email',
    ),
  ];
}
