import { sql } from 'kysely';
import type { LedgerDatabase } from './open-database';

export interface CatalogColumn {
  table: string;
  name: string;
  /** Lower case, such as varchar. */
  type: string;
  /** With length and sign, such as varchar(64). */
  sqlType: string;
  nullable: boolean;
  /** In characters or bytes; null where it has none. */
  length: number | null;
  charset: string | null;
  collation: string | null;
  /** Lower case: `on update current_timestamp`, `virtual generated` and the like. */
  extra: string;
}

/** What the server's catalog tells this user of the company's schema. What the user may not see is not in it. */
export interface CompanyCatalog {
  companySchema: string;
  /** Whether the server lets one transaction write to tables with and without rollback (MySQL with strict GTIDs does not: 1785). */
  mixesEngines: boolean;
  tables: { name: string; engine: string | null; rows: number }[];
  columns: CatalogColumn[];
  /** The first column of each index. */
  indexed: { table: string; column: string; unique: boolean; columns: number }[];
  triggers: { table: string; name: string; event: string; body: string }[];
  /** Tables with a foreign key, and to which table. */
  references: { table: string; column: string; to: string }[];
}

export async function readCatalog(db: LedgerDatabase, companySchema: string): Promise<CompanyCatalog> {
  const tables = await sql<{ name: string; engine: string | null; table_rows: string | null }>`
    SELECT TABLE_NAME AS name, ENGINE AS engine, TABLE_ROWS AS table_rows FROM information_schema.TABLES
    WHERE TABLE_SCHEMA = ${companySchema}`.execute(db);
  const columns = await sql<
    Record<'table_name' | 'name' | 'type' | 'sql_type' | 'nullable' | 'extra', string> & {
      length: string | null;
      charset: string | null;
      collation: string | null;
    }
  >`
    SELECT TABLE_NAME AS table_name, COLUMN_NAME AS name, LOWER(DATA_TYPE) AS type, COLUMN_TYPE AS sql_type, EXTRA AS extra,
      IS_NULLABLE AS nullable, CHARACTER_MAXIMUM_LENGTH AS length, CHARACTER_SET_NAME AS charset, COLLATION_NAME AS collation
    FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = ${companySchema}`.execute(db);
  const indexed = await sql<{ table_name: string; name: string; is_unique: number; columns: string }>`
    SELECT TABLE_NAME AS table_name, MAX(IF(SEQ_IN_INDEX = 1, COLUMN_NAME, NULL)) AS name, MAX(NON_UNIQUE = 0) AS is_unique,
      COUNT(*) AS columns
    FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = ${companySchema} GROUP BY TABLE_NAME, INDEX_NAME`.execute(
    db,
  );
  const triggers = await sql<{ table_name: string; name: string; event: string; body: string | null }>`
    SELECT EVENT_OBJECT_TABLE AS table_name, TRIGGER_NAME AS name, CONCAT(ACTION_TIMING, ' ', EVENT_MANIPULATION) AS event,
      ACTION_STATEMENT AS body
    FROM information_schema.TRIGGERS WHERE EVENT_OBJECT_SCHEMA = ${companySchema}`.execute(db);
  const references = await sql<{ table_name: string; name: string; target: string }>`
    SELECT TABLE_NAME AS table_name, COLUMN_NAME AS name, REFERENCED_TABLE_NAME AS target
    FROM information_schema.KEY_COLUMN_USAGE
    WHERE TABLE_SCHEMA = ${companySchema} AND REFERENCED_TABLE_SCHEMA = ${companySchema}`.execute(db);
  const strict = await sql<{ Value: string }>`
    SHOW GLOBAL VARIABLES LIKE 'enforce_gtid_consistency'`.execute(db);
  return {
    companySchema,
    mixesEngines: strict.rows[0]?.Value !== 'ON',
    tables: tables.rows.map((row) => ({
      name: row.name,
      engine: row.engine,
      rows: Number(row.table_rows ?? 0),
    })),
    columns: columns.rows.map((row) => ({
      table: row.table_name,
      name: row.name,
      type: row.type,
      sqlType: row.sql_type,
      nullable: row.nullable === 'YES',
      length: row.length === null ? null : Number(row.length),
      charset: row.charset,
      collation: row.collation,
      extra: row.extra.toLowerCase(),
    })),
    indexed: indexed.rows.map((row) => ({
      table: row.table_name,
      column: row.name,
      unique: Number(row.is_unique) === 1,
      columns: Number(row.columns),
    })),
    triggers: triggers.rows.map((row) => ({
      table: row.table_name,
      name: row.name,
      event: row.event,
      body: row.body ?? '',
    })),
    references: references.rows.map((row) => ({ table: row.table_name, column: row.name, to: row.target })),
  };
}

/** Column names are the same in any case; table names are taken as written. */
export function findColumn(catalog: CompanyCatalog, table: string, name: string): CatalogColumn | undefined {
  return catalog.columns.find(
    (column) => column.table === table && column.name.toLowerCase() === name.toLowerCase(),
  );
}

/** Whether an index begins with the column. */
export function isIndexed(catalog: CompanyCatalog, table: string, name: string): boolean {
  return catalog.indexed.some(
    (index) => index.table === table && index.column.toLowerCase() === name.toLowerCase(),
  );
}
