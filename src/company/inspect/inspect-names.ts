import type { DatabaseMapping, RetireEntry, RevokeEntry } from '../../incident/database-schema';
import { nearestName } from '../../incident/nearest-name';
import { columnsOf, findColumn } from '../catalog';
import { type CompanyFinding, type Subject, stops } from './finding';
import { GRANT_IT } from './refusal';

/** What the file names and the server has; `findings` has the rest, and no other inspection repeats it. */
export interface Named {
  findings: CompanyFinding[];
  /** False: the table of the customers, or a column of it, is not there. */
  customers: boolean;
  retire: RetireEntry[];
  revoke: RevokeEntry[];
  /** The file with each missing name replaced by the nearest that is there: what was probably meant. */
  meant: DatabaseMapping;
}

/**
 * Every table and column that the file names, but for those within SQL and of a SELECT, which the server is asked about. What is set
 * aside need not be there: then it sets nothing aside.
 */
export function inspectNames(subject: Pick<Subject, 'catalog' | 'mapping'>): Named {
  const { mapping } = subject;
  const findings: CompanyFinding[] = [];
  const renamed = new Map<string, string>();
  const isThere = (path: string, table: string, columns: [key: string, name: string | undefined][]) => {
    const missing = missingOf(subject, path, table, columns, renamed);
    findings.push(...missing);
    return missing.length === 0;
  };
  const { table, select: _, leaveOut: __, createdAt, ...columns } = mapping.customers;
  const named = Object.entries(columns).map(([key, name]): [string, string | undefined] => [
    key,
    name ?? undefined,
  ]);
  const customers =
    table === undefined || isThere('customers', table, [...named, ['createdAt.column', createdAt?.column]]);
  const retire = mapping.retire.filter((entry, i) =>
    isThere(`retire.${i}`, entry.table, [
      ['key', entry.key],
      ['column', entry.column],
      ['setAt.column', entry.setAt?.column],
    ]),
  );
  const revoke = mapping.revoke.filter((entry, i) => {
    const { via } = entry;
    const between =
      via === undefined ||
      isThere(`revoke.${i}.via`, via.table, [
        ['key', via.key],
        ['column', via.column],
      ]);
    const ownTable = isThere(`revoke.${i}`, entry.table, [
      ['key', entry.key],
      ['email', entry.email],
      ['column', entry.column],
      ['createdAt.column', entry.createdAt?.column],
    ]);
    return between && ownTable;
  });
  return { findings, customers, retire, revoke, meant: renamedIn(mapping, renamed) };
}

function missingOf(
  { catalog }: Pick<Subject, 'catalog'>,
  path: string,
  table: string,
  columns: [key: string, name: string | undefined][],
  renamed: Map<string, string>,
): CompanyFinding[] {
  const tables = catalog.tables.map(({ name }) => name);
  const correct = (key: string, nearest: string | null, names: string[]) =>
    nearest === null
      ? `correct database.${path}.${key}${names.length > MOST_NAMES ? '' : ` (there are ${names.join(', ')})`}; or, if it is there and this user may not see it, ${GRANT_IT}`
      : `write ${nearest} under database.${path}.${key}: that is the nearest name`;
  if (!tables.includes(table)) {
    const nearest = nearestName(table, tables);
    if (nearest !== null) renamed.set(table, nearest);
    const what = `There is no table ${table} in the schema ${catalog.companySchema} (database.${path}.table)`;
    return [stops(what, correct('table', nearest, tables))];
  }
  return columns.flatMap(([key, name]) => {
    if (name === undefined || findColumn(catalog, table, name)) return [];
    const names = columnsOf(catalog, table).map((column) => column.name);
    const nearest = nearestName(name, names);
    if (nearest !== null) renamed.set(`${table} ${name}`, nearest);
    return [
      stops(`There is no column ${name} in ${table} (database.${path}.${key})`, correct(key, nearest, names)),
    ];
  });
}

const MOST_NAMES = 20;

function renamedIn(mapping: DatabaseMapping, renamed: Map<string, string>): DatabaseMapping {
  const corrected = <Entry extends { table: string; column?: string | undefined }>(written: Entry): Entry => {
    const table = renamed.get(written.table) ?? written.table;
    const column = written.column && (renamed.get(`${table} ${written.column}`) ?? written.column);
    return { ...written, table, ...(column === undefined ? {} : { column }) };
  };
  return {
    ...mapping,
    retire: mapping.retire.map(corrected),
    revoke: mapping.revoke.map(corrected),
  };
}
