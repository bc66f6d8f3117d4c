import { sql } from 'kysely';
import type { DatabaseMapping } from '../incident/incident-schema';
import type { KeyColumn } from './key-column';
import type { LedgerDatabase } from './open-database';

/** The column named as the customers' key cannot be one; `todo` says what would. */
export class UnusableKeyError extends Error {
  constructor(
    readonly what: string,
    readonly todo: string,
  ) {
    super(`${what}: ${todo}`);
    this.name = 'UnusableKeyError';
  }
}

const KINDS: Record<string, KeyColumn['kind']> = {
  tinyint: 'integer',
  smallint: 'integer',
  mediumint: 'integer',
  int: 'integer',
  bigint: 'integer',
  decimal: 'integer',
  char: 'text',
  varchar: 'text',
  uuid: 'text',
  binary: 'binary',
  varbinary: 'binary',
};

/**
 * The customers' key as the server has it: type, charset and collation, which our tables take over so that both order alike.
 * @throws UnusableKeyError for a missing table or column, a key that is not unique by itself, or a type that does not travel
 * exactly (a float, a fraction, a time).
 */
export async function findKeyColumn(
  db: LedgerDatabase,
  companySchema: string,
  mapping: DatabaseMapping,
): Promise<KeyColumn> {
  const { table, id } = mapping.customers;
  const name = `${table}.${id}`;
  const { rows } = await sql<FoundColumn>`
    SELECT LOWER(DATA_TYPE) AS type, COLUMN_TYPE AS sql_type, CHARACTER_SET_NAME AS charset, COLLATION_NAME AS collation,
      IS_NULLABLE AS nullable, NUMERIC_SCALE AS scale FROM information_schema.COLUMNS
    WHERE TABLE_SCHEMA = ${companySchema} AND TABLE_NAME = ${table} AND COLUMN_NAME = ${id}`.execute(db);
  const column = rows[0];
  if (!column) {
    throw new UnusableKeyError(
      `There is no column ${name} in the schema ${companySchema} (or the user may not see it)`,
      'name the customers table and its key under database.customers in the incident file',
    );
  }
  const kind = KINDS[column.type];
  if (!kind || Number(column.scale ?? 0) > 0) {
    throw new UnusableKeyError(
      `The key ${name} is ${column.sql_type}`,
      'name a unique column of integers, text or bytes under database.customers.id',
    );
  }
  if (column.nullable === 'YES' || !(await isUniqueAlone(db, companySchema, table, id))) {
    throw new UnusableKeyError(
      `The key ${name} may be null or is not unique by itself`,
      'name the primary key, or a NOT NULL column with a unique index of its own, under database.customers.id',
    );
  }
  return { kind, sqlType: keyType(column) };
}

interface FoundColumn {
  type: string;
  sql_type: string;
  charset: string | null;
  collation: string | null;
  nullable: 'YES' | 'NO';
  scale: string | number | null;
}

/** Our copy needs no zero-filled display; MariaDB's UUID has a charset only in appearance. */
function keyType({ type, sql_type, charset, collation }: FoundColumn): string {
  const plain = sql_type.toLowerCase().replace(/ zerofill/, '');
  return charset && type !== 'uuid' ? `${plain} CHARACTER SET ${charset} COLLATE ${collation}` : plain;
}

async function isUniqueAlone(
  db: LedgerDatabase,
  schema: string,
  table: string,
  column: string,
): Promise<boolean> {
  const { rows } = await sql`
    SELECT INDEX_NAME FROM information_schema.STATISTICS
    WHERE TABLE_SCHEMA = ${schema} AND TABLE_NAME = ${table} AND NON_UNIQUE = 0
    GROUP BY INDEX_NAME
    HAVING COUNT(*) = 1 AND MAX(COLUMN_NAME) = ${column} AND MAX(SUB_PART) IS NULL`.execute(db);
  return rows.length > 0;
}
