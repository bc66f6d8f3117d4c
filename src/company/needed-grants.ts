import type { DatabaseMapping } from '../incident/database-schema';
import { namedInSql } from '../incident/operator-sql';
import { type CompanyCatalog, columnsOf } from './catalog';
import { quotedName } from './dialect';

/**
 * - worker: expires, verifies, claims: what a worker's DATABASE_URL needs
 * - operator: what the dry run, the start and every verb need; sees every table's columns, and reads no row of what is not named
 * - support: looks customers up
 * - auditor: reads and proves, and changes nothing
 */
export const ROLES = ['worker', 'operator', 'support', 'auditor'] as const;
export type Role = (typeof ROLES)[number];

/** Of a table or view: whole, or by columns in the order of the catalogue. */
interface TableRights {
  table: string;
  /** '*': the table as a whole, since the file asks for all of its columns. */
  select: string[] | '*';
  update: string[];
  deletes: boolean;
  /** Rights that read and write nothing. */
  more: string[];
}

export interface GrantRequest {
  catalog: CompanyCatalog;
  ledgerSchema: string;
  mapping: DatabaseMapping;
  /** As NAME@HOST. */
  user: string;
}

/** GRANT statements that suffice for a role, on just what the file names; the same on MySQL and MariaDB. */
export function grantStatements(request: GrantRequest, role: Role): string[] {
  const { catalog, ledgerSchema, mapping } = request;
  const grantee = `TO ${account(request.user)}`;
  const tables = rightsOf(catalog, mapping, role).flatMap(({ table, select, update, deletes, more }) => {
    const list = (right: string, columns: string[]) =>
      columns.length === 0 ? [] : [`${right} (${columns.map((name) => quotedName(name)).join(', ')})`];
    const rights = [
      ...(select === '*' ? ['SELECT'] : list('SELECT', select)),
      ...list('UPDATE', update),
      ...(deletes ? ['DELETE'] : []),
      ...more,
    ];
    return rights.length === 0
      ? []
      : [
          `GRANT ${rights.join(', ')} ON ${quotedName(catalog.companySchema)}.${quotedName(table)} ${grantee}`,
        ];
  });
  return [
    ...tables,
    // Shows columns, indexes and foreign keys of all tables, so that no credential is overlooked, and reads no row of them.
    ...(role === 'operator' ? [`GRANT REFERENCES ON ${pattern(catalog.companySchema)}.* ${grantee}`] : []),
    `GRANT ${LEDGER_RIGHTS[role].join(', ')} ON ${pattern(ledgerSchema)}.* ${grantee}`,
  ];
}

/**
 * Takes the right to change an entry of the audit log away again: from then on this user only adds to it (I6). Rights of one table want
 * the table, so it is for after the first start.
 */
export function insertOnlyAudit(
  { ledgerSchema, user }: Pick<GrantRequest, 'ledgerSchema' | 'user'>,
  role: Role,
): string[] {
  if (!LEDGER_RIGHTS[role].includes('UPDATE')) return [];
  return [
    `REVOKE UPDATE ON ${pattern(ledgerSchema)}.* FROM ${account(user)}`,
    ...CHANGED_TABLES.map(
      (table) => `GRANT UPDATE ON ${quotedName(ledgerSchema)}.${quotedName(table)} TO ${account(user)}`,
    ),
  ];
}

/** Tables of ours of which rows change. Of the others, `audit` above all, rows are only added. */
const CHANGED_TABLES = [
  ...['incidents', 'cohort', 'expired_ranges', 'lanes', 'claims', 'notices', 'stand_ins'],
  'file_versions',
  'receivers',
  'relays',
];

/** On our own schema. */
export const LEDGER_RIGHTS: Record<Role, string[]> = {
  worker: ['SELECT', 'INSERT', 'UPDATE'],
  operator: ['CREATE', 'ALTER', 'CREATE TEMPORARY TABLES', 'SELECT', 'INSERT', 'UPDATE'],
  support: ['SELECT'],
  auditor: ['SELECT'],
};

function rightsOf(catalog: CompanyCatalog, mapping: DatabaseMapping, role: Role): TableRights[] {
  const needs: Needs = { catalog, tables: new Map() };
  addReads(needs, mapping, role);
  if (role === 'worker' || role === 'operator') addWrites(needs, mapping, role);
  const isView = (table: string) =>
    catalog.tables.some(({ name, kind }) => name === table && kind === 'view');
  return [...needs.tables].map(([table, need]) => {
    const columns = columnsOf(catalog, table).map(({ name }) => name);
    const only = (names: Set<string>) => columns.filter((name) => names.has(name.toLowerCase()));
    return {
      table,
      select: need.whole ? '*' : only(need.read),
      update: only(need.written),
      deletes: need.deletes,
      more: [
        ...(need.triggers ? ['TRIGGER'] : []),
        ...(role === 'operator' && isView(table) ? ['SHOW VIEW'] : []),
      ],
    };
  });
}

/** What is needed of each table, as it is gathered. */
interface Needs {
  catalog: CompanyCatalog;
  tables: Map<string, Need>;
}

interface Need {
  whole: boolean;
  /** In lower case, as is `written`. */
  read: Set<string>;
  written: Set<string>;
  deletes: boolean;
  triggers: boolean;
}

function addReads(needs: Needs, { customers, retire, revoke }: DatabaseMapping, role: Role): void {
  const { table, select, key, email, name, language, country, region, createdAt, leaveOut } = customers;
  const lookup = role === 'support';
  if (select !== undefined) readSql(needs, select, null);
  if (table !== undefined) {
    read(needs, table, key, email, createdAt?.column);
    // Of the name the beginning can be looked up.
    read(needs, table, name);
    if (!lookup) read(needs, table, language, country, region);
  }
  if (!lookup) for (const { when } of leaveOut) readSql(needs, when, table ?? null);
  for (const entry of retire) {
    read(needs, entry.table, entry.key, entry.column, entry.setAt?.column);
    if (entry.usable !== undefined) readSql(needs, entry.usable, entry.table);
  }
  if (lookup) return;
  for (const entry of revoke) {
    read(needs, entry.table, entry.key, entry.email, entry.column, entry.createdAt?.column);
    if (entry.where !== undefined) readSql(needs, entry.where, entry.table);
    if (entry.via) read(needs, entry.via.table, entry.via.key, entry.via.column);
  }
}

function addWrites(needs: Needs, { retire, revoke }: DatabaseMapping, role: Role): void {
  for (const { table, column } of [...retire, ...revoke]) {
    if (column === undefined) needOf(needs, table).deletes = true;
    else write(needs, table, column);
    // Only whoever may make a trigger is told of them; nothing of ours makes one.
    if (role === 'operator') needOf(needs, table).triggers = true;
  }
}

function needOf({ tables }: Needs, table: string): Need {
  const need = tables.get(table) ?? {
    whole: false,
    read: new Set(),
    written: new Set(),
    deletes: false,
    triggers: false,
  };
  tables.set(table, need);
  return need;
}

function read(needs: Needs, table: string, ...columns: (string | null | undefined)[]): void {
  for (const column of columns) if (column) needOf(needs, table).read.add(column.toLowerCase());
}

/** With what the server would change by itself in the row, which the run writes back as it is (I5). */
function write(needs: Needs, table: string, column: string): void {
  const moving = columnsOf(needs.catalog, table).filter(({ extra }) => extra.includes('on update'));
  for (const name of [column, ...moving.map((column) => column.name)]) {
    needOf(needs, table).written.add(name.toLowerCase());
    read(needs, table, name);
  }
}

/** The operator's own SQL: each column that it names, of its own table (`c` or none before it) and of each table that it names. */
function readSql(needs: Needs, text: string, own: string | null): void {
  const { tables, names } = namedInSql(text);
  const scope = [
    ...tables.flatMap(({ table, alias }) =>
      needs.catalog.tables
        .filter(({ name }) => name.toLowerCase() === table)
        .map(({ name }) => ({ table: name, aliases: [alias, table] })),
    ),
    ...(own === null ? [] : [{ table: own, aliases: ['c', 't', own.toLowerCase()] }]),
  ];
  for (const { table, aliases } of scope) {
    const asked = new Set(
      names.filter(({ of }) => of === null || aliases.includes(of)).map(({ name }) => name),
    );
    const columns = columnsOf(needs.catalog, table).filter(({ name }) => asked.has(name.toLowerCase()));
    read(needs, table, ...columns.map(({ name }) => name));
    if (asked.has('*')) needOf(needs, table).whole = true;
  }
}

/** A schema's name in a grant on all its tables: _ and % would stand for any character. */
function pattern(schema: string): string {
  return quotedName(schema.replaceAll(/[\\_%]/g, '\\$&'));
}

/** The host is any where none is named. */
function account(user: string): string {
  const atSign = user.lastIndexOf('@');
  const [name, host] = atSign < 0 ? [user, '%'] : [user.slice(0, atSign), user.slice(atSign + 1)];
  return [name, host].map((part) => `'${part.replaceAll("'", "''")}'`).join('@');
}
