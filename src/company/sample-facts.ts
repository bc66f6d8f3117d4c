import { type QueryExecutorProvider, type RawBuilder, sql } from 'kysely';
import { type CatalogColumn, type CompanyCatalog, columnsOf } from './catalog';
import { credentialLook } from './credential-names';
import { isAccounts, rowsLook } from './credential-tables';
import { mayHoldEmails } from './customer-columns';
import { isMariaDb, type TimeLimit, timeLimit } from './dialect';
import { keyValueColumns } from './find-credentials';
import { nameWords } from './name-words';
import { maybeKinds, polymorphicTwin } from './polymorphic-twin';
import { isEmailColumn } from './table-links';
import { isTimeName } from './time-columns';

/** What the sampled values of a column of passwords or tokens have in common. No value and no part of one but the mark of a known form. */
export interface Shape {
  /** Rows that have a value, among those sampled. */
  filled: number;
  shortest: number;
  longest: number;
  /** Such as $2y$; null: not all begin with the same known mark. */
  mark: string | null;
  /** Of the filled ones, those that begin with any known mark. */
  marked: number;
  hexadecimal: boolean;
}

export interface TableFacts {
  /** At least so many, up to MOST_ROWS. */
  rows: number;
  /** The range of numbers, but for 0, that may say when. Missing: no row has one. */
  numbers: Record<string, { least: number; most: number }>;
  /** Of address columns, and of others where none is called so: rows with a value, and of these with an @. */
  addresses: Record<string, { filled: number; withAt: number }>;
  shapes: Record<string, Shape>;
  /** The different values of columns that say of which kind a row is; none where there are too many to be kinds. */
  kinds: Record<string, string[]>;
}

export interface Facts {
  tables: Record<string, TableFacts>;
  /** Tables that could not be read, and why, a sentence each. */
  unread: string[];
  /** In which zone this server says now(), such as UTC; a hint and no more. */
  serverZone: string;
}

export const NO_FACTS: Facts = { tables: {}, unread: [], serverZone: '' };

/** So many rows of a table are looked at, whichever the server gives first. */
const SAMPLE = 10_000;
export const MOST_ROWS = 100_000;
/** More different values than this are no kinds. */
const MOST_KINDS = 200;
const MOST_SECONDS = 10;

/**
 * Cheap aggregates over a bounded sample of the tables that matter: ranges of numbers, how long passwords are and how they begin,
 * names of kinds. No address, no name and no value of a credential leaves the server.
 */
export async function sampleFacts(db: QueryExecutorProvider, catalog: CompanyCatalog): Promise<Facts> {
  const { rows } = await sql<{ zone: string }>`
    SELECT IF(@@global.time_zone = 'SYSTEM', @@system_time_zone, @@global.time_zone) AS zone`.execute(db);
  const facts: Facts = { tables: {}, unread: [], serverZone: rows[0]!.zone };
  const limited = timeLimit(await isMariaDb(db), MOST_SECONDS);
  for (const { name, kind } of catalog.tables) {
    const wanted = wantedOf(catalog, name);
    if (kind === 'other' || wanted === null) continue;
    try {
      facts.tables[name] = await sampleTable(db, catalog.companySchema, name, wanted, limited);
    } catch (error) {
      facts.unread.push(`${name}: ${whyUnread(error)}`);
    }
  }
  return facts;
}

interface Wanted {
  numbers: string[];
  addresses: string[];
  shapes: CatalogColumn[];
  kinds: string[];
}

/** What is worth a look; null: the table is of no interest. */
function wantedOf(catalog: CompanyCatalog, table: string): Wanted | null {
  const columns = columnsOf(catalog, table);
  const named = columns.filter(isEmailColumn);
  const accounts = isAccounts(table, columns);
  const shapes = columns.filter(
    (column) =>
      /char|text|blob|binary/.test(column.type) &&
      ['password', 'token'].includes(credentialLook(column, accounts)?.kind ?? ''),
  );
  const rows = rowsLook(catalog, table, shapes.length > 0);
  const pair = keyValueColumns(table, columns);
  if (named.length === 0 && shapes.length === 0 && rows === null && pair === null) return null;
  const addresses = named.length > 0 || shapes.length === 0 ? named : columns.filter(mayHoldEmails);
  const twin = polymorphicTwin(catalog, table);
  const kind = columns.find(
    ({ name, type }) => nameWords(name).join() === 'type' && /char|enum|text/.test(type),
  );
  return {
    numbers: columns
      .filter(({ name, type }) => /^(int|bigint|decimal|double)$/.test(type) && isTimeName(name))
      .map(({ name }) => name),
    addresses: addresses.map(({ name }) => name),
    shapes,
    kinds: [
      ...new Set([
        pair?.key,
        twin?.typeColumn,
        rows === null && shapes.length === 0 ? undefined : kind?.name,
        ...maybeKinds(catalog, table),
      ]),
    ].filter((name) => name !== undefined),
  };
}

async function sampleTable(
  db: QueryExecutorProvider,
  companySchema: string,
  table: string,
  wanted: Wanted,
  limited: TimeLimit,
): Promise<TableFacts> {
  const from = sql`${sql.id(companySchema, table)}`;
  const sampled = (name: string) => sql.id('s', name);
  const names = [...wanted.numbers, ...wanted.addresses, ...wanted.shapes.map(({ name }) => name)];
  const parts = [
    sql`(SELECT COUNT(*) FROM (SELECT 1 FROM ${from} LIMIT ${sql.lit(MOST_ROWS)}) r) AS n`,
    ...wanted.numbers.flatMap((name, i) => [
      sql`MIN(NULLIF(${sampled(name)}, 0)) AS ${sql.id(`least${i}`)}`,
      sql`MAX(NULLIF(${sampled(name)}, 0)) AS ${sql.id(`most${i}`)}`,
    ]),
    ...wanted.addresses.flatMap((name, i) => [
      sql`SUM(${sampled(name)} <> '') AS ${sql.id(`filled${i}`)}`,
      sql`SUM(${sampled(name)} LIKE '%@%') AS ${sql.id(`at${i}`)}`,
    ]),
    ...wanted.shapes.flatMap(({ name }, i) => shapeParts(sampled(name), i)),
  ];
  const columns = names.length === 0 ? sql`1` : sql.join([...new Set(names)].map((name) => sql.id(name)));
  const { rows } = await limited(
    sql`${sql.join(parts)} FROM (SELECT ${columns} FROM ${from} LIMIT ${sql.lit(SAMPLE)}) s`,
  ).execute(db);
  const row = rows[0] ?? {};
  const facts: TableFacts = { rows: Number(row.n ?? 0), numbers: {}, addresses: {}, shapes: {}, kinds: {} };
  for (const [i, name] of wanted.numbers.entries())
    if (row[`least${i}`] != null)
      facts.numbers[name] = { least: Number(row[`least${i}`]), most: Number(row[`most${i}`]) };
  for (const [i, name] of wanted.addresses.entries())
    facts.addresses[name] = { filled: Number(row[`filled${i}`] ?? 0), withAt: Number(row[`at${i}`] ?? 0) };
  for (const [i, { name }] of wanted.shapes.entries()) facts.shapes[name] = shapeOf(row, i);
  for (const name of wanted.kinds) facts.kinds[name] = await kindsOf(db, from, name, limited);
  return facts;
}

/** Only a mark of this list is ever told: it says how the password is kept, and is the same for everybody. */
const MARKS = (
  '$2a$ $2b$ $2y$ $P$ $H$ $S$ $1$ $5$ $6$ $y$ $7$ $argon2i$ $argon2id$ $wp$2y$ $pbkdf2 pbkdf2_sha256$ {bcrypt} {SSHA} ' +
  'scrypt: bcrypt$'
).split(' ');

function shapeParts(value: RawBuilder<unknown>, i: number): RawBuilder<unknown>[] {
  const filled = sql`NULLIF(${value}, '')`;
  const marks = MARKS.map((mark) => sql`WHEN LEFT(${value}, ${sql.lit(mark.length)}) = ${mark} THEN ${mark}`);
  const mark = sql`CASE ${sql.join(marks, sql` `)} WHEN ${filled} IS NOT NULL THEN '' END`;
  return [
    sql`COUNT(${filled}) AS ${sql.id(`has${i}`)}`,
    sql`MIN(CHAR_LENGTH(${filled})) AS ${sql.id(`shortest${i}`)}`,
    sql`MAX(CHAR_LENGTH(${filled})) AS ${sql.id(`longest${i}`)}`,
    sql`COUNT(UNHEX(CONVERT(${filled} USING latin1))) AS ${sql.id(`hex${i}`)}`,
    sql`MIN(${mark}) AS ${sql.id(`mark${i}`)}`,
    sql`MAX(${mark}) AS ${sql.id(`lastmark${i}`)}`,
    sql`SUM(${mark} <> '') AS ${sql.id(`marked${i}`)}`,
  ];
}

function shapeOf(row: Record<string, string | number | null>, i: number): Shape {
  const [first, last] = [String(row[`mark${i}`] ?? ''), String(row[`lastmark${i}`] ?? '')];
  const filled = Number(row[`has${i}`] ?? 0);
  return {
    filled,
    shortest: Number(row[`shortest${i}`] ?? 0),
    longest: Number(row[`longest${i}`] ?? 0),
    mark: first === last && first !== '' ? first : null,
    marked: Number(row[`marked${i}`] ?? 0),
    hexadecimal: filled > 0 && Number(row[`hex${i}`] ?? 0) === filled,
  };
}

/** Names of kinds are told, so what does not look like one is none: an address, a sentence. */
async function kindsOf(
  db: QueryExecutorProvider,
  from: RawBuilder<unknown>,
  name: string,
  limited: TimeLimit,
): Promise<string[]> {
  const { rows } = await limited(
    sql`DISTINCT s.k AS kind FROM (SELECT CAST(${sql.id(name)} AS CHAR(100)) AS k FROM ${from} LIMIT ${sql.lit(SAMPLE)}) s
      WHERE s.k IS NOT NULL LIMIT ${sql.lit(MOST_KINDS + 1)}`,
  ).execute(db);
  if (rows.length > MOST_KINDS) return [];
  return rows
    .map(({ kind }) => String(kind))
    .filter((kind) => /^[\w.:\\-]{1,64}$/.test(kind) && !/^\d{5,}$/.test(kind));
}

/** Errors that say that this user, or nobody, may read it now; another error is ours. */
function whyUnread(error: unknown): string {
  const { errno } = error as { errno?: number };
  const why = UNREAD[errno ?? 0];
  if (why === undefined) throw error;
  return why;
}

const UNREAD: Record<number, string> = {
  1142: 'this user may not read it',
  1143: 'this user may not read all of its columns',
  1356: 'a view that does not work, or whose tables its definer may not read',
  1449: 'a view whose definer is gone',
  1969: `reading a part of it took longer than ${MOST_SECONDS} s`,
  3024: `reading a part of it took longer than ${MOST_SECONDS} s`,
};
