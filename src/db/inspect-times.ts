import { type CatalogColumn, type CompanyCatalog, findColumn } from '../company/catalog';
import type { DatabaseMapping } from '../incident/incident-schema';
import { type CompanyFinding, quoted, stops } from './company-finding';

/** When an account was made, a password set, and expired: columns that say so, and keep saying it. */
export function inspectTimes(
  catalog: CompanyCatalog,
  { customers, timeZone }: DatabaseMapping,
): CompanyFinding[] {
  const { table, createdAt, passwordSetAt, passwordExpiredAt } = customers;
  const evidence = [createdAt, passwordSetAt].map((name) => findColumn(catalog, table, name)!);
  return [
    ...[...evidence, findColumn(catalog, table, passwordExpiredAt)!].flatMap((column) =>
      timeColumn(column, timeZone),
    ),
    ...evidence
      .filter(({ extra }) => extra.includes('on update'))
      .map(({ name }) =>
        stops(
          `${table}.${name} changes by itself with every change of its row, so it does not tell when the ${name === createdAt ? 'account was made' : 'password was set'}`,
          `name a column that does, or: ALTER TABLE ${quoted(catalog.companySchema, table)} MODIFY ${quoted(name)} without ON UPDATE, and fill it again`,
        ),
      ),
  ];
}

/** Also for the tables of sessions and tokens. A TIMESTAMP is an instant, a DATETIME is in the zone that the file names. */
export function timeColumn(
  { table, name, type, sqlType }: CatalogColumn,
  timeZone: string,
): CompanyFinding[] {
  if (!['datetime', 'timestamp', 'date'].includes(type)) {
    return [
      stops(
        `${table}.${name} is ${sqlType}, no point in time`,
        'name a DATETIME or TIMESTAMP column, or add one',
      ),
    ];
  }
  if (type === 'timestamp' && timeZone !== '+00:00') {
    return [
      stops(
        `${table}.${name} is a TIMESTAMP, which is read in UTC, but database.timeZone is ${timeZone}`,
        'if every time column is a TIMESTAMP, write timeZone: "+00:00"; if they are mixed, name or add a DATETIME column in the same zone as the others',
      ),
    ];
  }
  return [];
}
