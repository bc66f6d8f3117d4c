import { type CompanyCatalog, findColumn, isIndexed, isUnique } from '../company/catalog';
import type { DatabaseMapping } from '../incident/incident-schema';
import { type CompanyFinding, quoted, stops, warns } from './company-finding';
import { inspectTimes } from './inspect-times';

type ColumnKey = Exclude<keyof DatabaseMapping['customers'], 'table' | 'unusableHash'>;

/** The customers table's columns, the file's names against the catalog: all there, and fit for what is done with them. */
export function inspectColumns(catalog: CompanyCatalog, mapping: DatabaseMapping): CompanyFinding[] {
  const { table } = mapping.customers;
  const found = catalog.tables.find(({ name }) => name === table);
  if (!found) {
    return [
      stops(
        `There is no table ${table} in the schema ${catalog.companySchema} (or this user may not see it)`,
        'name it under database.customers.table in the incident file, or grant SELECT and UPDATE on it',
      ),
    ];
  }
  const missing = missingColumns(catalog, mapping);
  if (missing.length > 0) return missing;
  return [
    ...engine(found),
    ...hashColumn(catalog, mapping),
    ...inspectTimes(catalog, mapping),
    ...emailColumn(catalog, mapping),
  ];
}

function missingColumns(catalog: CompanyCatalog, { customers }: DatabaseMapping): CompanyFinding[] {
  const keys = Object.keys(customers).filter(
    (key) => key !== 'table' && key !== 'unusableHash',
  ) as ColumnKey[];
  return keys
    .filter((key) => customers[key] && !findColumn(catalog, customers.table, customers[key]))
    .map((key) => {
      const what = `There is no column ${customers[key]} in ${customers.table}`;
      const type = typeToAdd(catalog, customers, key);
      const name = `name it under database.customers.${key} in the incident file`;
      if (type === null) return stops(what, name);
      const table = quoted(catalog.companySchema, customers.table);
      const statement = `ALTER TABLE ${table} ADD COLUMN ${quoted(customers[key]!)} ${type}, ALGORITHM=INSTANT`;
      return stops(what, `${name}, or add it: ${statement}${key === 'passwordSetAt' ? UNKNOWN_AGE : ''}`);
    });
}

const UNKNOWN_AGE =
  ' (then every password is of unknown age and expires, unless the application fills it in before)';

/** What the run itself writes can be added in an instant; the rest is the company's own data. */
function typeToAdd(
  catalog: CompanyCatalog,
  customers: DatabaseMapping['customers'],
  key: ColumnKey,
): string | null {
  if (key === 'passwordExpiredAt') return 'DATETIME(6) NULL';
  if (key === 'passwordSetAt') return 'DATETIME NULL';
  if (key === 'credentialEpoch') return 'INT UNSIGNED NOT NULL DEFAULT 0';
  if (key !== 'retiredPasswordHash') return null;
  const hash = findColumn(catalog, customers.table, customers.passwordHash);
  if (!hash) return 'VARCHAR(255) NULL';
  return `${hash.sqlType}${hash.charset ? ` CHARACTER SET ${hash.charset} COLLATE ${hash.collation}` : ''} NULL`;
}

// C35.
function engine({ name, engine }: { name: string; engine: string | null }): CompanyFinding[] {
  if (engine === 'InnoDB') return [];
  return [
    stops(
      `The table ${name} is kept by ${engine ?? 'a view'}, which cannot undo a chunk that was interrupted`,
      `convert it first: ALTER TABLE ${quoted(name)} ENGINE=InnoDB`,
    ),
  ];
}

function hashColumn(catalog: CompanyCatalog, { customers }: DatabaseMapping): CompanyFinding[] {
  const { table, passwordHash, unusableHash, retiredPasswordHash } = customers;
  const hash = findColumn(catalog, table, passwordHash)!;
  const findings: CompanyFinding[] = [];
  if (unusableHash === null && !hash.nullable) {
    findings.push(
      stops(
        `${table}.${passwordHash} is NOT NULL, so an expired password cannot become NULL`,
        'write a value that no hash equals under database.customers.unusableHash, such as "*expired*"',
      ),
    );
  }
  if (unusableHash !== null && hash.length !== null && unusableHash.length > hash.length) {
    findings.push(
      stops(
        `database.customers.unusableHash is longer than ${table}.${passwordHash} (${hash.sqlType})`,
        'choose a shorter one',
      ),
    );
  }
  if (unusableHash !== null && isUnique(catalog, table, passwordHash)) {
    findings.push(
      stops(
        `${table}.${passwordHash} has a unique index, so only one customer could have the unusable hash`,
        'let the column be NULL and set database.customers.unusableHash to null, or drop the index',
      ),
    );
  }
  const retired = retiredPasswordHash === null ? undefined : findColumn(catalog, table, retiredPasswordHash);
  if (retired && (retired.length ?? 0) < (hash.length ?? 0)) {
    findings.push(
      stops(
        `${table}.${retired.name} (${retired.sqlType}) is too short for a hash of ${hash.sqlType}`,
        `widen it: ALTER TABLE ${quoted(catalog.companySchema, table)} MODIFY ${quoted(retired.name)} ${hash.sqlType} NULL`,
      ),
    );
  }
  return findings;
}

function emailColumn(catalog: CompanyCatalog, { customers }: DatabaseMapping): CompanyFinding[] {
  const { table, email } = customers;
  if (isIndexed(catalog, table, email)) return [];
  return [
    warns(
      `${table}.${email} has no index: looking up a customer by address reads the whole table`,
      `add one: ALTER TABLE ${quoted(catalog.companySchema, table)} ADD INDEX (${quoted(email)}), ALGORITHM=INPLACE, LOCK=NONE`,
    ),
  ];
}
