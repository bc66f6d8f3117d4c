import { isUtf8 } from 'node:buffer';
import { type QueryExecutorProvider, sql } from 'kysely';
import type { DatabaseMapping } from '../incident/database-schema';
import type { CustomerId } from '../incident/vocabulary';

/**
 * The company's key column and how its values travel. Integers go as bigint (a string would be compared as a
 * double, which merges neighbours above 2^53), text as string, binary as Buffer.
 */
export interface KeyColumn {
  /** As information_schema shows it, with charset and collation: the type of every `customer_id` of ours. */
  sqlType: string;
  kind: 'integer' | 'text' | 'binary';
}

/** A customer's key on its way to or from SQL. */
export type SqlKey = string | bigint | Buffer;

export function keyToSql(column: KeyColumn, id: CustomerId): SqlKey {
  if (column.kind === 'integer') return BigInt(id);
  return column.kind === 'binary' ? Buffer.from(id, 'hex') : id;
}

export function keyFromSql(value: SqlKey): CustomerId {
  return Buffer.isBuffer(value) ? value.toString('hex') : String(value);
}

/**
 * Whether a key says nothing of whose it is: a number, a UUID, an id of random digits, a digest. Any other text or octets may be an address
 * or a login name: the dry run shows none of them, and what leaves the database has a MAC in their place (books/stand-ins.ts).
 */
export function isNameless({ kind }: Pick<KeyColumn, 'kind'>, id: CustomerId): boolean {
  if (kind === 'integer') return true;
  const text = kind === 'text' ? id : textIn(Buffer.from(id, 'hex'));
  return text === null ? DIGEST.test(id) : RANDOM.test(text);
}

/** What the octets spell, without the zeros that fill up a BINARY; null: they are no text. */
function textIn(octets: Buffer): string | null {
  const text = octets.toString('utf8').replace(/\0+$/, '');
  return isUtf8(octets) && !/[\0-\x1f\x7f]/.test(text) ? text : null;
}

/** A UUID; 24 to 64 hex digits, as ObjectIds and digests are; a ULID. */
const RANDOM =
  /^(?:[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}|[0-9a-f]{24,64}|[0-7][0-9a-hjkmnp-tv-z]{25})$/i;
/** Of 16, 20 or 32 octets. */
const DIGEST = /^([0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64})$/;

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

const KEY_KINDS: Record<string, KeyColumn['kind']> = {
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
 * The customers' key as the server has it: type, charset and collation, which our tables take over so that both order alike. The
 * key of a SELECT has no column of its own in the catalogue: it is that of the first entry of `retire`, which links to it.
 * @throws UnusableKeyError for a missing table or column, a key of a table that is not unique by itself, or a type that does not
 * travel exactly (a float, a fraction, a time). Of a view or a SELECT the dry run counts whether it is unique.
 */
export async function findKeyColumn(
  db: QueryExecutorProvider,
  companySchema: string,
  { customers, retire }: DatabaseMapping,
): Promise<KeyColumn> {
  const entry = retire[0]!;
  const [table, key] =
    customers.table === undefined ? [entry.table, entry.key] : [customers.table, customers.key];
  const name = `${table}.${key}`;
  const { rows } = await sql<FoundColumn>`
    SELECT LOWER(c.DATA_TYPE) AS type, c.COLUMN_TYPE AS sqlType, c.CHARACTER_SET_NAME AS charset, c.COLLATION_NAME AS collation,
      c.IS_NULLABLE AS nullable, c.NUMERIC_SCALE AS scale, t.TABLE_TYPE AS tableType
    FROM information_schema.COLUMNS c
    JOIN information_schema.TABLES t ON t.TABLE_SCHEMA = c.TABLE_SCHEMA AND t.TABLE_NAME = c.TABLE_NAME
    WHERE c.TABLE_SCHEMA = ${companySchema} AND c.TABLE_NAME = ${table} AND c.COLUMN_NAME = ${key}`.execute(
    db,
  );
  const column = rows[0];
  if (!column) {
    throw new UnusableKeyError(
      `There is no column ${name} in the schema ${companySchema} (or the user may not see it)`,
      'name the customers table and its key under database.customers in the incident file',
    );
  }
  const kind = KEY_KINDS[column.type];
  if (!kind || Number(column.scale ?? 0) > 0) {
    throw new UnusableKeyError(
      `The key ${name} is ${column.sqlType}`,
      'name a unique column of integers, text or bytes under database.customers.key',
    );
  }
  const countedByDryRun = customers.table === undefined || /view/i.test(column.tableType);
  if (
    !countedByDryRun &&
    (column.nullable === 'YES' || !(await isUniqueAlone(db, companySchema, table, key)))
  ) {
    throw new UnusableKeyError(
      `The key ${name} may be null or is not unique by itself`,
      'name the primary key, or a NOT NULL column with a unique index of its own, under database.customers.key; or, if it is unique ' +
        'although no index says so, give the customers as a SELECT (database.customers.select): the dry run then counts its values',
    );
  }
  return { kind, sqlType: keyType(column) };
}

interface FoundColumn {
  type: string;
  sqlType: string;
  charset: string | null;
  collation: string | null;
  nullable: 'YES' | 'NO';
  scale: string | number | null;
  tableType: string;
}

/** Our copy needs no zero-filled display; MariaDB's UUID has a charset only in appearance. */
function keyType({ type, sqlType, charset, collation }: FoundColumn): string {
  const plain = sqlType.toLowerCase().replace(/ zerofill/, '');
  return charset && type !== 'uuid' ? `${plain} CHARACTER SET ${charset} COLLATE ${collation}` : plain;
}

async function isUniqueAlone(
  db: QueryExecutorProvider,
  schema: string,
  table: string,
  column: string,
): Promise<boolean> {
  const { rows } = await sql`
    SELECT INDEX_NAME FROM information_schema.STATISTICS
    WHERE TABLE_SCHEMA = ${schema} AND TABLE_NAME = ${table} AND NON_UNIQUE = 0
    GROUP BY INDEX_NAME
    HAVING COUNT(*) = 1 AND LOWER(MAX(COLUMN_NAME)) = LOWER(${column}) AND MAX(SUB_PART) IS NULL`.execute(db);
  return rows.length > 0;
}

/** The octets that a key takes in a statement at most, by its SQL type. */
export function keyBytesOf(sqlType: string): number {
  const [, kind, length] = /^(?:var)?(char|binary)\((\d+)\)/i.exec(sqlType) ?? [];
  if (length === undefined) return /^uuid/i.test(sqlType) ? 40 : 20;
  return kind!.toLowerCase() === 'binary' ? Number(length) * 2 + 3 : Number(length) * 4;
}
