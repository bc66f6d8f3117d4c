import { type QueryExecutorProvider, type RawBuilder, sql } from 'kysely';
import { isMariaDb } from './dialect';
import type { Grants } from './seen-grants';

export interface ForeignKey {
  /** A table of another schema is named with it, as other.carts. */
  table: string;
  /** Whether the table is in another schema, so that no file can name it in an entry. */
  outside: boolean;
  name: string;
  columns: string[];
  to: string;
  toColumns: string[];
  /** RESTRICT, CASCADE, SET NULL, SET DEFAULT or NO ACTION; null: this user may not see it. */
  onDelete: string | null;
}

/**
 * The foreign keys of the schema's tables, those of other schemas that point to them, and what points to these in turn: a deletion
 * goes over schemas as if there were none. MariaDB shows the rule of a deletion only to who may also write; whoever may read the whole
 * table finds it in SHOW CREATE TABLE.
 *
 * The information_schema keeps tables silent that this user has no right on; InnoDB's own list has them all, for who may see it
 * (PROCESS).
 * @returns `outsideHidden`: there may be others in schemas that this user does not see.
 */
export async function readForeignKeys(
  db: QueryExecutorProvider,
  companySchema: string,
  { everywhere }: Pick<Grants, 'everywhere'>,
): Promise<{ foreignKeys: ForeignKey[]; outsideHidden: boolean }> {
  const shown = await shownKeys(db);
  const listed = everywhere('SELECT') || everywhere('REFERENCES') ? [] : await listedKeys(db);
  const keys = new Map([...(listed ?? []), ...shown].map((key) => [idOf(key), key]));
  const reached = reachedFrom(companySchema, [...keys.values()]);
  await addRules(db, reached);
  const name = (schema: string, table: string) => (schema === companySchema ? table : `${schema}.${table}`);
  const foreignKeys = reached.map(({ schema, table, toSchema, to, ...key }) => ({
    ...key,
    table: name(schema, table),
    outside: schema !== companySchema,
    to: name(toSchema, to),
  }));
  return { foreignKeys, outsideHidden: listed === null };
}

interface KeyOfServer extends Omit<ForeignKey, 'outside'> {
  schema: string;
  toSchema: string;
}

/** One column of a key. */
interface KeyPart {
  schema: string;
  table: string;
  name: string;
  column: string;
  toSchema: string;
  to: string;
  toColumn: string;
  type?: number | string;
}

async function shownKeys(db: QueryExecutorProvider): Promise<KeyOfServer[]> {
  const { rows } = await sql<KeyPart>`
    SELECT TABLE_SCHEMA AS 'schema', TABLE_NAME AS 'table', CONSTRAINT_NAME AS name, COLUMN_NAME AS 'column',
      REFERENCED_TABLE_SCHEMA AS toSchema, REFERENCED_TABLE_NAME AS 'to', REFERENCED_COLUMN_NAME AS toColumn
    FROM information_schema.KEY_COLUMN_USAGE WHERE REFERENCED_TABLE_SCHEMA IS NOT NULL
    ORDER BY TABLE_SCHEMA, TABLE_NAME, CONSTRAINT_NAME, ORDINAL_POSITION`.execute(db);
  return keysOf(rows);
}

/** InnoDB's own list; null: this user may not see it. MariaDB has its names as the files are called. */
async function listedKeys(db: QueryExecutorProvider): Promise<KeyOfServer[] | null> {
  const mariaDb = await isMariaDb(db);
  const pathPart = (column: string, which: 1 | -1) => {
    const text = sql`SUBSTRING_INDEX(f.${sql.id(column)}, '/', ${sql.lit(which)})`;
    return mariaDb ? sql`CONVERT(CAST(${text} AS BINARY) USING filename)` : text;
  };
  const list = (name: string): RawBuilder<unknown> =>
    sql`information_schema.${sql.id(mariaDb ? `INNODB_SYS_${name}` : `INNODB_${name}`)}`;
  try {
    const { rows } = await sql<KeyPart>`
      SELECT ${pathPart('FOR_NAME', 1)} AS 'schema', ${pathPart('FOR_NAME', -1)} AS 'table', ${pathPart('ID', -1)} AS name,
        c.FOR_COL_NAME AS 'column', ${pathPart('REF_NAME', 1)} AS toSchema, ${pathPart('REF_NAME', -1)} AS 'to',
        c.REF_COL_NAME AS toColumn, f.TYPE AS type
      FROM ${list('FOREIGN')} f JOIN ${list('FOREIGN_COLS')} c ON c.ID = f.ID ORDER BY f.ID, c.POS`.execute(
      db,
    );
    return keysOf(rows);
  } catch (error) {
    const { errno } = error as { errno?: number };
    if (errno === LACKS_PROCESS) return null;
    throw error;
  }
}

const LACKS_PROCESS = 1227;

function keysOf(rows: KeyPart[]): KeyOfServer[] {
  const keys = new Map<string, KeyOfServer>();
  for (const { column, toColumn, type, ...names } of rows) {
    const onDelete = type === undefined ? null : listedRule(Number(type));
    const key = keys.get(idOf(names)) ?? { ...names, columns: [], toColumns: [], onDelete };
    key.columns.push(column);
    key.toColumns.push(toColumn);
    keys.set(idOf(names), key);
  }
  return [...keys.values()];
}

function idOf({ schema, table, name }: Pick<KeyOfServer, 'schema' | 'table' | 'name'>): string {
  return JSON.stringify([schema, table, name]);
}

/** InnoDB's own bits. */
function listedRule(type: number): string {
  return type & 1 ? 'CASCADE' : type & 2 ? 'SET NULL' : 'RESTRICT';
}

/** Those of the schema's own tables, and those over which a deletion there can go on. */
function reachedFrom(companySchema: string, keys: KeyOfServer[]): KeyOfServer[] {
  const reached = new Set(keys.filter(({ schema }) => schema === companySchema));
  const outside = new Set<string>();
  const isNext = (key: KeyOfServer) =>
    !reached.has(key) && (key.toSchema === companySchema || outside.has(nameOf(key.toSchema, key.to)));
  for (let next = keys.filter(isNext); next.length > 0; next = keys.filter(isNext))
    for (const key of next) {
      reached.add(key);
      outside.add(nameOf(key.schema, key.table));
    }
  return keys.filter((key) => reached.has(key));
}

function nameOf(schema: string, table: string): string {
  return JSON.stringify([schema, table]);
}

async function addRules(db: QueryExecutorProvider, keys: KeyOfServer[]): Promise<void> {
  for (const companySchema of new Set(keys.map(({ schema }) => schema))) {
    const unknownRules = keys.filter((key) => key.schema === companySchema && key.onDelete === null);
    const { rows } = await sql<Pick<ForeignKey, 'table' | 'name' | 'onDelete'>>`
      SELECT TABLE_NAME AS 'table', CONSTRAINT_NAME AS name, DELETE_RULE AS onDelete
      FROM information_schema.REFERENTIAL_CONSTRAINTS WHERE CONSTRAINT_SCHEMA = ${companySchema}`.execute(db);
    for (const key of unknownRules)
      key.onDelete =
        rows.find(({ table, name }) => table === key.table && name === key.name)?.onDelete ?? null;
    const hidden = unknownRules.filter(({ onDelete }) => onDelete === null);
    for (const table of new Set(hidden.map((key) => key.table))) {
      const rules = await rulesInDefinition(db, companySchema, table);
      for (const key of hidden) if (key.table === table) key.onDelete = rules.get(key.name) ?? null;
    }
  }
}

/** The rule of each foreign key by its name; empty where the user may not see the definition. */
async function rulesInDefinition(
  db: QueryExecutorProvider,
  schema: string,
  table: string,
): Promise<Map<string, string>> {
  try {
    const { rows } = await sql<Record<string, string>>`SHOW CREATE TABLE ${sql.id(schema, table)}`.execute(
      db,
    );
    return deleteRules(rows[0]?.['Create Table'] ?? '');
  } catch (error) {
    const { errno } = error as { errno?: number };
    if (errno === TABLE_ACCESS_DENIED) return new Map();
    throw error;
  }
}

const TABLE_ACCESS_DENIED = 1142;

/** @param definition as SHOW CREATE TABLE gives it. */
export function deleteRules(definition: string): Map<string, string> {
  return new Map(
    [...definition.matchAll(/^\s*CONSTRAINT `((?:[^`]|``)+)` FOREIGN KEY (.*)$/gm)].map(([, name, rest]) => [
      name!.replaceAll('``', '`'),
      /\bON DELETE (CASCADE|SET NULL|SET DEFAULT|RESTRICT|NO ACTION)\b/.exec(withoutNames(rest!))?.[1] ??
        'RESTRICT',
    ]),
  );
}

function withoutNames(text: string): string {
  return text.replaceAll(/`(?:[^`]|``)*`/g, '``');
}
