import { type QueryExecutorProvider, sql } from 'kysely';
import { isMariaDb, mariaDbDefault, mysqlDefault } from './dialect';
import { type ForeignKey, readForeignKeys } from './foreign-keys';
import { type Grants, grantsFor } from './seen-grants';
import { basesInDefinition, type ViewBase } from './view-bases';

export interface CatalogTable {
  name: string;
  /** `versioned`: MariaDB keeps every earlier row of it as well (system versioning). */
  kind: 'table' | 'view' | 'versioned' | 'other';
  /** Null for a view. */
  engine: string | null;
  /** The server's own estimate, which may be a day old; 0 for a view. */
  rows: number;
  partitioned: boolean;
  /**
   * Of a view: as whom it reads (definer or invoker), whether it may be written through, and what it reads (null: this user may not
   * see it).
   */
  view: { security: string; definer: string; updatable: boolean; reads: ViewBase[] | null } | null;
}

export interface CatalogColumn {
  table: string;
  name: string;
  /** Lower case, such as varchar. */
  type: string;
  /** With length and sign, such as varchar(64). */
  sqlType: string;
  nullable: boolean;
  /** As text, without quotes; null where there is none, or it is NULL or computed. */
  default: string | null;
  /** In characters or bytes; null where it has none. */
  length: number | null;
  charset: string | null;
  collation: string | null;
  /** Lower case: `on update current_timestamp`, `virtual generated` and the like. */
  extra: string;
  comment: string;
}

export interface CatalogIndex {
  table: string;
  name: string;
  unique: boolean;
  /** In their order; null for an expression. */
  columns: (string | null)[];
  /** False where it holds only the beginning of a value: then it makes no column unique. */
  whole: boolean;
}

/** What the server's catalog tells this user of the company's schema. What the user may not see is not in it. */
export interface CompanyCatalog {
  companySchema: string;
  /** Whether the server lets one transaction write to tables with and without rollback (MySQL with strict GTIDs does not: 1785). */
  mixesEngines: boolean;
  tables: CatalogTable[];
  /** In the order in which they stand in their table. */
  columns: CatalogColumn[];
  /** The primary key is called PRIMARY. */
  indexes: CatalogIndex[];
  triggers: { table: string; name: string; event: string; body: string }[];
  /** Of its tables, and of others that a deletion in them reaches. */
  foreignKeys: ForeignKey[];
  /** Whether tables of other schemas may point to its tables and this user cannot see it. */
  outsideHidden: boolean;
  /** What there may be and this user cannot see, a sentence each. */
  unseen: string[];
  /** Tables of which this user cannot see whether they have triggers. */
  triggersHidden: string[];
}

/** Reads it as any user: each sees what of it is granted to them. Reads no row of the company's. */
export async function readCatalog(db: QueryExecutorProvider, companySchema: string): Promise<CompanyCatalog> {
  const tables = await readTables(db, companySchema);
  const grants = await grantsFor(db, companySchema);
  const { foreignKeys, outsideHidden } = await readForeignKeys(db, companySchema, grants);
  const triggersHidden = tables
    .filter(({ name, kind }) => kind !== 'view' && !grants.mayOn(name, 'TRIGGER'))
    .map(({ name }) => name);
  return {
    companySchema,
    mixesEngines: await readMixesEngines(db),
    tables,
    columns: await readColumns(db, companySchema),
    indexes: await readIndexes(db, companySchema),
    triggers: await readTriggers(db, companySchema),
    foreignKeys,
    outsideHidden,
    unseen: unseenBy(grants, foreignKeys, triggersHidden),
    triggersHidden,
  };
}

const TABLE_KINDS: Record<string, CatalogTable['kind']> = {
  'BASE TABLE': 'table',
  VIEW: 'view',
  'SYSTEM VERSIONED': 'versioned',
};

async function readTables(db: QueryExecutorProvider, companySchema: string): Promise<CatalogTable[]> {
  const { rows } = await sql<{
    name: string;
    kind: string;
    engine: string | null;
    rows: string | null;
    options: string | null;
    security: string | null;
    definer: string;
    updatable: string | null;
    definition: string;
  }>`
    SELECT t.TABLE_NAME AS name, t.TABLE_TYPE AS kind, t.ENGINE AS engine, t.TABLE_ROWS AS 'rows', t.CREATE_OPTIONS AS options,
      v.SECURITY_TYPE AS security, IFNULL(v.DEFINER, '') AS definer, v.IS_UPDATABLE AS updatable,
      IFNULL(v.VIEW_DEFINITION, '') AS definition
    FROM information_schema.TABLES t
    LEFT JOIN information_schema.VIEWS v ON v.TABLE_SCHEMA = ${companySchema} AND v.TABLE_NAME = t.TABLE_NAME
    WHERE t.TABLE_SCHEMA = ${companySchema} ORDER BY t.TABLE_NAME`.execute(db);
  return rows.map(({ name, kind, engine, rows, options, security, definer, updatable, definition }) => ({
    name,
    kind: TABLE_KINDS[kind] ?? 'other',
    engine,
    rows: Number(rows ?? 0),
    partitioned: /\bpartitioned\b/i.test(options ?? ''),
    view:
      security === null
        ? null
        : { security, definer, updatable: updatable === 'YES', reads: basesInDefinition(definition) },
  }));
}

async function readColumns(db: QueryExecutorProvider, companySchema: string): Promise<CatalogColumn[]> {
  const mariaDb = await isMariaDb(db);
  const { rows } = await sql<
    Omit<CatalogColumn, 'nullable' | 'default' | 'length'> & {
      nullable: 'YES' | 'NO';
      default: string | null;
      length: string | null;
    }
  >`
    SELECT TABLE_NAME AS 'table', COLUMN_NAME AS name, LOWER(DATA_TYPE) AS type, COLUMN_TYPE AS sqlType, LOWER(EXTRA) AS extra,
      IS_NULLABLE AS nullable, CHARACTER_MAXIMUM_LENGTH AS length, CHARACTER_SET_NAME AS charset, COLLATION_NAME AS collation,
      COLUMN_DEFAULT AS 'default', COLUMN_COMMENT AS comment
    FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = ${companySchema}
    ORDER BY TABLE_NAME, ORDINAL_POSITION`.execute(db);
  return rows.map((row) => ({
    ...row,
    nullable: row.nullable === 'YES',
    default: mariaDb ? mariaDbDefault(row.default) : mysqlDefault(row.default, row.extra),
    length: row.length === null ? null : Number(row.length),
  }));
}

async function readIndexes(db: QueryExecutorProvider, companySchema: string): Promise<CatalogIndex[]> {
  const { rows } = await sql<{
    table: string;
    name: string;
    column: string | null;
    nonUnique: number | string;
    prefix: string | null;
  }>`
    SELECT TABLE_NAME AS 'table', INDEX_NAME AS name, COLUMN_NAME AS 'column', NON_UNIQUE AS nonUnique, SUB_PART AS prefix
    FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = ${companySchema}
    ORDER BY TABLE_NAME, INDEX_NAME, SEQ_IN_INDEX`.execute(db);
  const indexes = new Map<string, CatalogIndex>();
  for (const { table, name, column, nonUnique, prefix } of rows) {
    const key = JSON.stringify([table, name]);
    const index = indexes.get(key) ?? {
      table,
      name,
      unique: Number(nonUnique) === 0,
      columns: [],
      whole: true,
    };
    index.columns.push(column);
    index.whole &&= prefix === null && column !== null;
    indexes.set(key, index);
  }
  return [...indexes.values()];
}

async function readTriggers(
  db: QueryExecutorProvider,
  companySchema: string,
): Promise<CompanyCatalog['triggers']> {
  const { rows } = await sql<CompanyCatalog['triggers'][number]>`
    SELECT EVENT_OBJECT_TABLE AS 'table', TRIGGER_NAME AS name, CONCAT(ACTION_TIMING, ' ', EVENT_MANIPULATION) AS event,
      IFNULL(ACTION_STATEMENT, '') AS body
    FROM information_schema.TRIGGERS WHERE EVENT_OBJECT_SCHEMA = ${companySchema}`.execute(db);
  return rows;
}

async function readMixesEngines(db: QueryExecutorProvider): Promise<boolean> {
  const { rows } = await sql<{ Value: string }>`
    SHOW GLOBAL VARIABLES LIKE 'enforce_gtid_consistency'`.execute(db);
  return rows[0]?.Value !== 'ON';
}

function unseenBy({ may, user }: Grants, foreignKeys: ForeignKey[], triggersHidden: string[]): string[] {
  const hidden = foreignKeys.filter(({ onDelete }) => onDelete === null).map(({ table }) => table);
  return [
    // REFERENCES shows every column and reads no row.
    ...(may('SELECT') || may('REFERENCES')
      ? []
      : [`tables and columns that ${user} has no right on: they may hold passwords, sessions and tokens`]),
    ...(triggersHidden.length === 0 ? [] : [`whether tables have triggers (${user} lacks TRIGGER)`]),
    ...(hidden.length === 0
      ? []
      : [`what a deletion does through the foreign keys of ${[...new Set(hidden)].join(', ')}`]),
  ];
}

/** Column names are the same in any case; table names are taken as written. */
export function findColumn(catalog: CompanyCatalog, table: string, name: string): CatalogColumn | undefined {
  return columnsOf(catalog, table).find((column) => column.name.toLowerCase() === name.toLowerCase());
}

export function columnsOf({ columns }: CompanyCatalog, table: string): CatalogColumn[] {
  let known = columnsByTable.get(columns);
  if (known === undefined) {
    known = new Map();
    for (const column of columns) known.set(column.table, [...(known.get(column.table) ?? []), column]);
    columnsByTable.set(columns, known);
  }
  return known.get(table) ?? [];
}

/** A schema may have hundreds of tables, and each is compared with each. */
const columnsByTable = new WeakMap<CatalogColumn[], Map<string, CatalogColumn[]>>();

/** Whether an index begins with the column. */
export function isIndexed(catalog: CompanyCatalog, table: string, name: string): boolean {
  return catalog.indexes.some(
    (index) => index.table === table && index.columns[0]?.toLowerCase() === name.toLowerCase(),
  );
}

/** Whether no two rows can have the same value in this column alone. Several NULLs can be. */
export function isUnique(catalog: CompanyCatalog, table: string, name: string): boolean {
  return catalog.indexes.some(
    ({ table: owner, unique, whole, columns }) =>
      owner === table &&
      unique &&
      whole &&
      columns.length === 1 &&
      columns[0]!.toLowerCase() === name.toLowerCase(),
  );
}
