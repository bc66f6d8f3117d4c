import { sql } from 'kysely';
import type { DeadValue } from '../../incident/database-schema';
import { type CatalogColumn, findColumn } from '../catalog';
import { isMariaDb } from '../dialect';
import { type CompanyFinding, type Subject, stops } from './finding';
import { refusalOf } from './refusal';

/** Whether each column takes its `dead` value, and is known by it afterwards (C72). */
export async function inspectDeadValues(
  subject: Subject,
  entries: { path: string; table: string; key: string; column: string; dead: DeadValue }[],
): Promise<CompanyFinding[]> {
  const findings: CompanyFinding[] = [];
  for (const { path, table, key, column: name, dead } of entries) {
    const column = findColumn(subject.catalog, table, name)!;
    const misfit = misfitOf(subject, column, dead, key) ?? (await heldByServer(subject, column, dead));
    if (misfit !== null)
      findings.push(
        stops(
          `${table}.${column.name} (${column.sqlType}${column.nullable ? '' : ' NOT NULL'}): ${misfit.what}`,
          misfit.todo(`database.${path}.dead`),
        ),
      );
  }
  return findings;
}

interface Misfit {
  what: string;
  todo(path: string): string;
}

function misfitOf(subject: Subject, column: CatalogColumn, dead: DeadValue, key: string): Misfit | null {
  const otherValue = (what: string): Misfit => ({
    what,
    todo: (path) => {
      const value = fittingValue(subject, column, key);
      return value === null ? withoutDead(path) : `write ${path}: ${value}`;
    },
  });
  if (/generated/.test(column.extra) && !/default_generated/.test(column.extra))
    return {
      what: 'the server computes it from other columns, and lets nobody write it',
      todo: (path) =>
        `name the column that it is computed from instead (${path.replace(/\.dead$/, '.column')})`,
    };
  const referred = foreignKeyOn(subject, column);
  if (referred !== null && (dead !== null || referred.pointedTo))
    return {
      what: referred.what,
      todo: (path) =>
        `name another column under ${path.replace(/\.dead$/, '.column')}, or delete the rows ("delete: rows")`,
    };
  if (dead === null) return column.nullable ? null : otherValue('it cannot be NULL');
  if (typeof dead === 'object' && ('oneMore' in dead || 'now' in dead)) return misfitOfNumber(column, dead);
  if (column.type === 'json')
    return {
      what: 'a whole JSON value is not a password, and the column takes no text that is not JSON',
      todo: (path) =>
        column.nullable
          ? `write ${path}: null`
          : `remove the entry (${path.replace(/\.dead$/, '')}), end it yourselves, and say so under database.stated`,
    };
  const length = typeof dead === 'string' ? [...dead].length : (dead.after?.length ?? 0) + dead.random;
  const octets = typeof dead === 'string' ? Buffer.byteLength(dead) : length;
  if (/int$|^decimal$|^float$|^double$|^(date|datetime|timestamp|time|year)$/.test(column.type)) {
    return typeof dead === 'string' && /^-?\d{1,18}$/.test(dead) && /int$|^decimal$/.test(column.type)
      ? null
      : otherValue('it holds no text');
  }
  if (column.type === 'binary' && octets !== column.length)
    return otherValue(
      `the server fills ${typeof dead === 'string' ? `"${dead}"` : 'it'} up with zero octets, so that it no longer equals that text`,
    );
  if (/^enum$|^set$/.test(column.type)) {
    return typeof dead === 'string' && column.sqlType.includes(`'${dead.replaceAll("'", "''")}'`)
      ? null
      : otherValue('it takes only the values of its list');
  }
  const size = /binary$|blob$/.test(column.type) ? octets : length;
  if (column.length !== null && size > column.length) return otherValue(`the value is too long (${size})`);
  if (column.type === 'char' && typeof dead === 'string' && dead.endsWith(' '))
    return otherValue('the server drops trailing spaces');
  if (!wouldRepeat(subject, column, key, typeof dead === 'object')) return null;
  return otherValue(typeof dead === 'object' ? UNIQUE_OF_ONE : UNIQUE);
}

/** A foreign key lets a column have only what the other table has. */
function foreignKeyOn({ catalog }: Subject, { table, name }: CatalogColumn) {
  const isSame = (column: string) => column.toLowerCase() === name.toLowerCase();
  const pointing = catalog.foreignKeys.find((key) => key.table === table && key.columns.some(isSame));
  if (pointing)
    return {
      what: `it may only hold what ${pointing.to} has (foreign key ${pointing.name})`,
      pointedTo: false,
    };
  const pointedTo = catalog.foreignKeys.find((key) => key.to === table && key.toColumns.some(isSame));
  return pointedTo === undefined
    ? null
    : {
        what: `rows of ${pointedTo.table} point to its values (foreign key ${pointedTo.name})`,
        pointedTo: true,
      };
}

const UNIQUE = 'it has a unique index, so only one row could have that value';
/** Of a text that differs from customer to customer. */
const UNIQUE_OF_ONE = 'it has a unique index, so a customer with two rows could not have that value in both';

/**
 * Whether two rows that get the value could be refused as the same (1062): a text is the same in all rows, a random one in all rows
 * of one customer. What else stands in a unique index helps only where it tells rows apart by itself.
 */
function wouldRepeat(
  { catalog }: Subject,
  { table, name }: CatalogColumn,
  key: string,
  random: boolean,
): boolean {
  const uniqueIndexes = catalog.indexes.filter((index) => index.table === table && index.unique);
  const has = (columns: (string | null)[], wanted: string | null) =>
    columns.some((column) => column?.toLowerCase() === wanted?.toLowerCase());
  return uniqueIndexes.some(({ columns }) => {
    if (!has(columns, name)) return false;
    const others = [
      ...columns.filter((column) => column?.toLowerCase() !== name.toLowerCase()),
      ...(random ? [key] : []),
    ];
    return !uniqueIndexes.some(
      (index) => index.whole && index.columns.every((column) => column !== null && has(others, column)),
    );
  });
}

/** No value can be in every row: only the rows themselves can go. */
function withoutDead(path: string): string {
  const entry = path.replace(/\.dead$/, '');
  return path.includes('.revoke.')
    ? `write ${entry}.delete: rows instead of column and dead, if the rows may go; if not, remove the entry, end it yourselves, and say so under database.stated`
    : `remove the entry (${entry}), end it yourselves right before the start, and say so under database.stated`;
}

/** A value that fits, as the file would have it; null: none fits every row. */
function fittingValue(subject: Subject, column: CatalogColumn, key: string): string | null {
  const { type, nullable, length } = column;
  if (nullable) return 'null';
  if (wouldRepeat(subject, column, key, true)) return null;
  const several = wouldRepeat(subject, column, key, false);
  if (several && (length ?? 16) >= 16)
    return `{random: ${Math.min(length ?? 40, type === 'binary' ? 128 : 40)}}`;
  if (type === 'binary') return `"${padded(length!)}" (exactly ${length} characters)`;
  if (/char$|text$|varbinary$|blob$/.test(type)) return `"${'!expired'.slice(0, length ?? 8)}"`;
  if (type === 'enum' || type === 'set')
    return `one of ${column.sqlType.replace(/^\w+/, '')} that no login accepts`;
  return 'a value of its type that no login accepts';
}

function padded(length: number): string {
  return '!expired'.padEnd(length, '-').slice(0, length);
}

function misfitOfNumber(column: CatalogColumn, dead: Exclude<DeadValue, string | null>): Misfit | null {
  if ('oneMore' in dead)
    return integerRange(column) === null
      ? {
          what: 'oneMore needs a column of whole numbers',
          todo: (path) => `write another value under ${path}`,
        }
      : null;
  if (!('now' in dead)) return null;
  const form = dead.now;
  const time = form === 'datetime' || form === 'timestamp';
  if (time && column.type !== form)
    return {
      what: `the file writes a ${form} into it`,
      todo: (path) =>
        /^(datetime|timestamp)$/.test(column.type)
          ? `write ${path}: {now: ${column.type}${column.type === 'datetime' ? ', zone: and the zone whose wall clock it shows' : ''}}`
          : `write a form under ${path} that the column has`,
    };
  const range = integerRange(column);
  if (!time && (range === null || range < (form === 'unixMilliseconds' ? 2n ** 53n : 2n ** 31n - 1n)))
    return { what: `it cannot hold ${form}`, todo: (path) => `write another form under ${path}` };
  return null;
}

/** What only the server knows: whether the character set has the letters, and what the table's own CHECKs say. */
async function heldByServer(
  subject: Subject,
  column: CatalogColumn,
  dead: DeadValue,
): Promise<Misfit | null> {
  if (typeof dead !== 'string') return null;
  const { db } = subject;
  const refusedValue = (words: string): Misfit => ({
    what: words,
    todo: (path) => `write another value under ${path}, of letters and digits`,
  });
  if (column.charset !== null && !FITS_A_BYTE.test(dead)) {
    const { rows } = await sql<{ kept: number | null }>`
      SELECT CONVERT(CONVERT(${dead} USING ${sql.raw(column.charset)}) USING utf8mb4) = CONVERT(${dead} USING utf8mb4) COLLATE utf8mb4_bin AS kept`.execute(
      db,
    );
    if (Number(rows[0]!.kept) !== 1)
      return refusedValue(`its character set ${column.charset} does not have all letters of the value`);
  }
  for (const { name, clause } of await checksOf(subject, column)) {
    const value = sql`(SELECT ${dead} AS ${sql.id(column.name)}) x`;
    let refuses = false;
    await refusalOf(async () => {
      const { rows } = await sql<{ allowed: number | null }>`
        SELECT (${sql.raw(clause)}) AS allowed FROM ${value}`.execute(db);
      refuses = rows[0]!.allowed !== null && Number(rows[0]!.allowed) === 0;
    }); // refused: it names other columns as well
    if (refuses) return refusedValue(`the table's constraint ${name} refuses the value: ${clause}`);
  }
  return null;
}

/** CHECK constraints that name the column, as an expression. MySQL shows them with a level of escapes, MariaDB as they are. */
async function checksOf(
  { db, companySchema }: Subject,
  { table, name }: CatalogColumn,
): Promise<{ name: string; clause: string }[]> {
  const mariaDb = await isMariaDb(db);
  const ofTable = mariaDb
    ? sql`c.TABLE_NAME = ${table}`
    : sql`EXISTS (SELECT 1 FROM information_schema.TABLE_CONSTRAINTS t WHERE t.CONSTRAINT_SCHEMA = c.CONSTRAINT_SCHEMA
        AND t.CONSTRAINT_NAME = c.CONSTRAINT_NAME AND t.CONSTRAINT_TYPE = 'CHECK' AND t.TABLE_NAME = ${table} AND t.ENFORCED = 'YES')`;
  const { rows } = await sql<{ name: string; clause: string }>`
    SELECT c.CONSTRAINT_NAME AS name, c.CHECK_CLAUSE AS clause FROM information_schema.CHECK_CONSTRAINTS c
    WHERE c.CONSTRAINT_SCHEMA = ${companySchema} AND ${ofTable}`.execute(db);
  return rows
    .map((row) => (mariaDb ? row : { ...row, clause: row.clause.replaceAll(/\\([\s\S])/g, '$1') }))
    .filter(({ clause }) => clause.toLowerCase().includes(name.toLowerCase()));
}

/** In every character set that a server has. */
const FITS_A_BYTE = /^[ -~]*$/;

const BITS: Record<string, bigint> = { tinyint: 8n, smallint: 16n, mediumint: 24n, int: 32n, bigint: 64n };

/** The greatest whole number that the column holds; null: it holds none. */
function integerRange({ type, sqlType }: Pick<CatalogColumn, 'type' | 'sqlType'>): bigint | null {
  const bits = BITS[type];
  if (bits === undefined) return type === 'decimal' ? 10n ** 10n : null;
  return /unsigned/.test(sqlType) ? 2n ** bits - 1n : 2n ** (bits - 1n) - 1n;
}
