import { type CatalogColumn, type CompanyCatalog, findColumn, isIndexed } from '../company/catalog';
import type { CredentialTable, DatabaseMapping } from '../incident/incident-schema';
import { type CompanyFinding, quoted, stops, warns } from './company-finding';
import { timeColumn } from './inspect-times';
import type { KeyColumn } from './key-column';

/** The tables of sessions, tokens and reset links that the file names. */
export function inspectCredentials(
  catalog: CompanyCatalog,
  mapping: DatabaseMapping,
  keyColumn: KeyColumn,
): CompanyFinding[] {
  if (mapping.credentials.length === 0) {
    return [
      warns(
        'The file names no table of sessions, tokens or reset links',
        'name each under database.credentials: what an old password has opened lives on otherwise (I3)',
      ),
    ];
  }
  return mapping.credentials.flatMap((table) => credentialTable(catalog, mapping, keyColumn, table));
}

function credentialTable(
  catalog: CompanyCatalog,
  mapping: DatabaseMapping,
  keyColumn: KeyColumn,
  credentials: CredentialTable,
): CompanyFinding[] {
  const { table, customerId, email, createdAt } = credentials;
  const found = catalog.tables.find(({ name }) => name === table);
  if (!found) {
    return [
      stops(
        `There is no table ${table} in the schema ${catalog.companySchema} (or this user may not see it)`,
        'correct it under database.credentials in the incident file, or grant SELECT and DELETE on it',
      ),
    ];
  }
  const missing = [customerId, email, createdAt].filter((name) => name && !findColumn(catalog, table, name));
  if (missing.length > 0) {
    return missing.map((name) =>
      stops(`There is no column ${name} in ${table}`, `correct it under database.credentials (${table})`),
    );
  }
  const link = findColumn(catalog, table, (customerId ?? email)!)!;
  return [
    ...unlikeCustomers(catalog, mapping, keyColumn, credentials, link),
    ...withoutIndex(catalog, link, found.rows),
    ...(createdAt
      ? timeColumn(findColumn(catalog, table, createdAt)!, mapping.timeZone)
      : [withoutAge(table)]),
    ...(found.engine === 'InnoDB' ? [] : [withoutRollback(catalog, table, found.engine)]),
  ];
}

function unlikeCustomers(
  catalog: CompanyCatalog,
  { customers }: DatabaseMapping,
  keyColumn: KeyColumn,
  { table, customerId }: CredentialTable,
  link: CatalogColumn,
): CompanyFinding[] {
  if (customerId !== undefined) {
    const integer = /int$|^decimal$/.test(link.type);
    return (keyColumn.kind === 'integer') === integer
      ? []
      : [
          stops(
            `${table}.${link.name} is ${link.sqlType}, the customers' key is ${keyColumn.sqlType}: other keys would be equal`,
            `give it the key's type: ALTER TABLE ${quoted(catalog.companySchema, table)} MODIFY ${quoted(link.name)} ${keyColumn.sqlType} NOT NULL`,
          ),
        ];
  }
  const address = findColumn(catalog, customers.table, customers.email)!;
  if (link.charset === address.charset && link.collation !== address.collation) {
    return [
      stops(
        `${table}.${link.name} (${link.collation}) and ${customers.table}.${address.name} (${address.collation}) cannot be compared`,
        `give both one collation: ALTER TABLE ${quoted(catalog.companySchema, table)} MODIFY ${quoted(link.name)} ${link.sqlType} CHARACTER SET ${address.charset} COLLATE ${address.collation}`,
      ),
    ];
  }
  return /_ci$/.test(link.collation ?? '')
    ? []
    : [
        warns(
          `${table}.${link.name} tells addresses in upper and lower case apart (${link.collation ?? link.sqlType})`,
          `rows whose address is written otherwise than in ${customers.table} live on: see whether the application changes the case`,
        ),
      ];
}

/** Without an index every chunk reads the whole table, and locks it. */
function withoutIndex(catalog: CompanyCatalog, link: CatalogColumn, rows: number): CompanyFinding[] {
  if (isIndexed(catalog, link.table, link.name)) return [];
  const what = `${link.table}.${link.name} has no index: every chunk would read all of its rows (about ${rows})`;
  const table = quoted(catalog.companySchema, link.table);
  const todo = `add one: ALTER TABLE ${table} ADD INDEX (${quoted(link.name)}), ALGORITHM=INPLACE, LOCK=NONE`;
  return [rows > SMALL_TABLE ? stops(what, todo) : warns(what, todo)];
}

const SMALL_TABLE = 10_000;

function withoutAge(table: string): CompanyFinding {
  return warns(
    `The file names no createdAt of ${table}: all rows of every customer in the cohort are deleted, once`,
    'name it if there is one; otherwise nothing can say afterwards whether an old row came back',
  );
}

// C35.
function withoutRollback(catalog: CompanyCatalog, table: string, engine: string | null): CompanyFinding {
  if (!catalog.mixesEngines) {
    return stops(
      `The table ${table} is kept by ${engine ?? 'a view'}, and this server refuses it in one transaction with the customers (enforce_gtid_consistency, error 1785)`,
      `convert it: ALTER TABLE ${quoted(catalog.companySchema, table)} ENGINE=InnoDB`,
    );
  }
  return warns(
    `The table ${table} is kept by ${engine ?? 'a view'}, which ignores a rollback`,
    'nothing to do: its rows may be gone a moment before the passwords, and a repeated chunk deletes what is left',
  );
}
