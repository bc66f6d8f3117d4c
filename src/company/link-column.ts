import { type QueryExecutorProvider, type RawBuilder, sql } from 'kysely';
import type { DatabaseMapping, RevokeEntry } from '../incident/database-schema';
import { withSchema } from '../incident/operator-sql';
import type { CustomerId } from '../incident/vocabulary';
import { quotedName } from './dialect';
import type { KeyColumn, SqlKey } from './key-column';

/** The column by which rows of an entry of `revoke` are known to be a customer's. */
export interface LinkColumn {
  kind: KeyColumn['kind'];
  /** In characters or octets; null for integers. */
  length: number | null;
  /** Null: it is no text. */
  collation: { charset: string; name: string } | null;
  /** It orders and compares as what it is compared with: the customers' key, their address, or `via.column` of the table between. */
  sameAsKey: boolean;
  /** Of what it is compared with. Null where that is not known. */
  owner: { kind: KeyColumn['kind']; charset: string | null; collation: string | null } | null;
}

/** The column of an entry's table that says whose a row is: by key, or by address. */
export function linkName({ key, email }: Pick<RevokeEntry, 'key' | 'email'>): string {
  return (key ?? email)!;
}

export type LinkColumns = Map<RevokeEntry, LinkColumn>;

/** What the catalogue says of each entry's link; an entry whose table or column is missing has none. */
export async function readLinks(
  db: QueryExecutorProvider,
  companySchema: string,
  { customers, revoke }: DatabaseMapping,
  keyColumn: KeyColumn,
): Promise<LinkColumns> {
  const { rows } = await sql<CatalogueRow>`
    SELECT TABLE_NAME AS 'table', COLUMN_NAME AS name, LOWER(DATA_TYPE) AS type, CHARACTER_MAXIMUM_LENGTH AS length,
      CHARACTER_SET_NAME AS charset, COLLATION_NAME AS collation
    FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = ${companySchema}`.execute(db);
  const find = (table: string | undefined, name: string) =>
    rows.find((row) => row.table === table && row.name.toLowerCase() === name.toLowerCase());
  const address =
    customers.table === undefined && revoke.some(({ email }) => email !== undefined)
      ? await addressOfSelect(db, companySchema, customers)
      : find(customers.table, customers.email);
  const links: LinkColumns = new Map();
  for (const entry of revoke) {
    const column = find(entry.table, linkName(entry));
    if (column === undefined) continue;
    const between = entry.via && find(entry.via.table, entry.via.column);
    const owner = entry.via ? between : address;
    const byKey = entry.key !== undefined && entry.via === undefined;
    links.set(entry, {
      kind: kindOf(column.type),
      length: column.length === null ? null : Number(column.length),
      collation: column.charset === null ? null : { charset: column.charset, name: column.collation! },
      sameAsKey: byKey
        ? comparesAsKey(keyColumn, column)
        : owner !== undefined && comparesAlike(owner, column),
      owner: byKey ? ownerOfKey(keyColumn) : owner ? ownerOfColumn(owner) : null,
    });
  }
  return links;
}

/** Of a SELECT no catalogue says it; of one that gives no row, or fails (the dry run says why), nobody does. */
async function addressOfSelect(
  db: QueryExecutorProvider,
  companySchema: string,
  customers: DatabaseMapping['customers'],
): Promise<ComparedColumn | undefined> {
  const email = sql.id('c', customers.email);
  const rows = sql.raw(withSchema(customers.select!, quotedName(companySchema)));
  try {
    const result = await sql<{ charset: string; collation: string }>`
      SELECT CHARSET(${email}) AS charset, COLLATION(${email}) AS collation FROM (${rows}) c LIMIT 1`.execute(
      db,
    );
    const [row] = result.rows;
    return row === undefined || row.charset === 'binary' ? undefined : { type: 'varchar', ...row };
  } catch (error) {
    if ((error as { errno?: number }).errno === undefined) throw error;
    return undefined;
  }
}

interface CatalogueRow {
  table: string;
  name: string;
  type: string;
  length: string | null;
  charset: string | null;
  collation: string | null;
}

function ownerOfKey({ kind, sqlType }: KeyColumn): LinkColumn['owner'] {
  const [, charset = null, collation = null] = /CHARACTER SET (\S+) COLLATE (\S+)$/.exec(sqlType) ?? [];
  return { kind, charset, collation };
}

function ownerOfColumn({ type, charset, collation }: ComparedColumn): LinkColumn['owner'] {
  // MariaDB's UUID has a charset only in appearance.
  return type === 'uuid'
    ? { kind: 'text', charset: null, collation: null }
    : { kind: kindOf(type), charset, collation };
}

type ComparedColumn = Pick<CatalogueRow, 'type' | 'charset' | 'collation'>;

/** Whether values of one column are found in the other as they are. */
function comparesAlike(column: ComparedColumn, otherColumn: ComparedColumn): boolean {
  const kind = kindOf(column.type);
  if (kind !== kindOf(otherColumn.type)) return false;
  // A DECIMAL may have a fraction.
  if (kind === 'integer')
    return column.type === otherColumn.type || !/decimal/.test(column.type + otherColumn.type);
  if (kind === 'binary') return true;
  const uuid = column.type === 'uuid' || otherColumn.type === 'uuid';
  return uuid
    ? column.type === otherColumn.type
    : column.charset === otherColumn.charset && column.collation === otherColumn.collation;
}

/** Whether such a column orders and compares as the customers' key does. */
export function comparesAsKey(
  { kind, sqlType }: KeyColumn,
  { type, charset, collation }: ComparedColumn,
): boolean {
  if (kind !== kindOf(type)) return false;
  if (kind !== 'text') return true;
  if (type === 'uuid' || sqlType === 'uuid') return type === sqlType;
  return sqlType.endsWith(`CHARACTER SET ${charset} COLLATE ${collation}`);
}

export function kindOf(type: string): KeyColumn['kind'] {
  if (/int$|^decimal$/.test(type)) return 'integer';
  return /binary$|blob$/.test(type) ? 'binary' : 'text';
}

/**
 * A customer's key as a link of another type holds it; null where it can hold no such key. Octets as text are a UUID with hyphens
 * in 36 characters and hexadecimal digits in 32.
 */
export function linkValue(key: KeyColumn, link: LinkColumn, id: CustomerId): SqlKey | null {
  if (link.kind === 'integer') return /^\d{1,20}$/.test(id) ? BigInt(id) : null;
  if (link.kind === 'binary') {
    if (key.kind === 'binary') return Buffer.from(id, 'hex');
    const hex = id.replaceAll('-', '');
    return link.length === 16 && /^[0-9a-f]{32}$/i.test(hex)
      ? Buffer.from(hex, 'hex')
      : Buffer.from(id, 'utf8');
  }
  if (key.kind !== 'binary') return id;
  return link.length === 36 && id.length === 32
    ? id.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
    : id;
}

/**
 * Whether the link's character set can hold a text at all: else no row can be meant by it, and compared with it the server would
 * refuse the statement (1267) or find what it has replaced by question marks.
 */
export function fitsLink(
  { collation, sameAsKey }: LinkColumn,
  text: RawBuilder<unknown>,
): RawBuilder<boolean> {
  if (collation === null || collation.charset === 'utf8mb4' || sameAsKey) return sql<boolean>`TRUE`;
  const inUtf8 = sql`CONVERT(${text} USING utf8mb4)`;
  const thereAndBack = sql`CONVERT(CONVERT(${inUtf8} USING ${sql.raw(collation.charset)}) USING utf8mb4)`;
  return sql<boolean>`CAST(${thereAndBack} AS BINARY) = CAST(${inUtf8} AS BINARY)`;
}

/** Whether a link is as that of a guest: NULL, empty, zero in whatever form, the UUID of zeros. */
export function namesNobody(link: RawBuilder<unknown>): RawBuilder<boolean> {
  // Octets 0, and the characters space, hyphen, point and 0.
  return sql<boolean>`(${link} IS NULL OR HEX(CAST(${link} AS BINARY)) REGEXP '^(00|20|2D|2E|30)*$')`;
}

/** What the link says of its owner, as the customers' key or address has it, so that their index finds them. */
export function ownerOfLink(
  { kind, sameAsKey, owner }: LinkColumn,
  link: RawBuilder<unknown>,
): RawBuilder<unknown> {
  if (sameAsKey || owner === null) return link;
  if (owner.kind === 'binary') return kind === 'text' ? sql`UNHEX(REPLACE(${link}, '-', ''))` : link;
  if (owner.kind === 'integer') return kind === 'text' ? numberIn(link) : link;
  const text = kind === 'binary' ? uuidText(link) : link;
  return owner.charset === null
    ? text
    : sql`CONVERT(${text} USING ${sql.raw(owner.charset)}) COLLATE ${sql.raw(owner.collation!)}`;
}

/** The number that a text is compared as, as applications write one into it: 7, 007, 7.0, with spaces around it; NULL: none. */
export function numberIn(text: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`IF(${text} REGEXP '^ *[0-9]{1,20}([.]0*)? *$', CAST(TRIM(SUBSTRING_INDEX(${text}, '.', 1)) AS UNSIGNED), NULL)`;
}

/** A UUID's octets in 36 characters. */
export function uuidText(octets: RawBuilder<unknown>): RawBuilder<unknown> {
  const part = (from: number, length: number) =>
    sql`SUBSTR(HEX(${octets}), ${sql.lit(from)}, ${sql.lit(length)})`;
  return sql`LOWER(CONCAT_WS('-', ${part(1, 8)}, ${part(9, 4)}, ${part(13, 4)}, ${part(17, 4)}, ${part(21, 12)}))`;
}
