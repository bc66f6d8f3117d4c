import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { RetireEntry, RevokeEntry } from '../../incident/database-schema';
import { withSchema } from '../../incident/operator-sql';
import { type Company, companyTable, isTrue, operatorSql, source, sourceName } from '../company';
import { isMariaDb, quotedName } from '../dialect';
import { isUsable } from '../passwords';
import { type CompanyFinding, type Subject, stops, warns } from './finding';
import type { Named } from './inspect-names';
import { refusalOf, refused, refusedRows } from './refusal';

/**
 * Tries each piece of the operator's own SQL alone: a finding names a wrong one by its place in the file, not by a statement of ours
 * that fails with it. LIMIT 0 reads no row, and checks what EXPLAIN checks but for views that may be read and not explained.
 */
export async function inspectConditions(
  subject: Subject,
  named: Omit<Named, 'findings' | 'meant'>,
): Promise<CompanyFinding[]> {
  const findings: CompanyFinding[] = [];
  const entries: (RetireEntry | RevokeEntry)[] = [...named.retire, ...named.revoke];
  for (const { path, text, rows, entry } of conditionsOf(subject)) {
    const isThere = entry === null ? named.customers : entries.includes(entry);
    if (!isThere) continue;
    const test = sql`SELECT 1 FROM ${rows} WHERE (${operatorSql(subject, text)}) LIMIT 0`;
    const refusal = await refusalOf(() => test.execute(subject.db));
    if (refusal !== null) findings.push(refused(`database.${path} (${text})`, refusal));
  }
  return findings;
}

/** A condition of the operator's, and the rows that it stands over. */
interface Condition {
  /** In the file, below `database`. */
  path: string;
  text: string;
  /** What stands after FROM. */
  rows: RawBuilder<unknown>;
  /** Whose condition it is; null: it leaves customers out. */
  entry: RetireEntry | RevokeEntry | null;
}

function conditionsOf(place: Pick<Company, 'companySchema' | 'mapping'>): Condition[] {
  const { customers, retire, revoke } = place.mapping;
  return [
    ...customers.leaveOut.map(({ when }, i) => ({
      path: `customers.leaveOut.${i}.when`,
      text: when,
      rows: source(place),
      entry: null,
    })),
    ...retire.flatMap((entry, i) => {
      if (entry.usable === undefined) return [];
      const rows = sql`${companyTable(place, entry.table)} t`;
      return [{ path: `retire.${i}.usable`, text: entry.usable, rows, entry }];
    }),
    ...revoke.flatMap((entry, i) => {
      if (entry.where === undefined) return [];
      return [
        { path: `revoke.${i}.where`, text: entry.where, rows: companyTable(place, entry.table), entry },
      ];
    }),
  ];
}

/**
 * Reads every row by each piece of the operator's SQL, alone: what a server finds out only then is named by the piece's place in the
 * file. A SELECT merely warns of a value that is no such number, time or text; the statements of the expiry are strict, and the server
 * would refuse one such row with all that stands beside it (1292 and its kind): no password could be expired.
 * @returns nothing where each piece can be read. A server's words may quote a row, so only its codes are told.
 */
export async function inspectValues<Tables>(db: Kysely<Tables>, company: Company): Promise<CompanyFinding[]> {
  // Warnings are the connection's own.
  return db.connection().execute(async (connection) => {
    const mariaDb = await isMariaDb(connection);
    const findings: CompanyFinding[] = [];
    for (const piece of piecesOf(company)) {
      // Refused before any row is read: inspectNames and inspectConditions tell it.
      if ((await refusalOf(() => sql`${piece.read} LIMIT 0`.execute(connection))) !== null) continue;
      const refusal = await refusalOf(() => piece.read.execute(connection));
      if (refusal !== null) findings.push(refusedRows(`database.${piece.path} (${piece.text})`, refusal));
      else findings.push(...(await refusedValues(connection, company, piece, mariaDb)));
      // Each condition over it would only repeat its error.
      if (refusal !== null && piece.path === SELECT) break;
    }
    return findings;
  });
}

/** Something of the operator's that is read in each row. */
interface Piece extends Pick<Condition, 'path' | 'text' | 'entry'> {
  /** Of all rows, without a WHERE: an index would keep rows from it that the expiry's own statement reads. */
  read: RawBuilder<unknown>;
}

const SELECT = 'customers.select';

function piecesOf(company: Company): Piece[] {
  const { customers, retire } = company.mapping;
  return [
    ...(customers.select === undefined ? [] : [selectPiece(company)]),
    ...conditionsOf(company).map(({ rows, ...condition }) => {
      const entry = retire.find((other) => other === condition.entry);
      const test = entry === undefined ? isTrue(company, condition.text) : isUsable(company, entry, 't');
      return { ...condition, read: sql`SELECT SUM(${test}) FROM ${rows}` };
    }),
  ];
}

/** Each column of it that the file names. */
function selectPiece(company: Company): Piece {
  const { key, email, name, language, country, region, createdAt } = company.mapping.customers;
  const columns = [key, email, name, language, country, region, createdAt?.column ?? null];
  const counts = columns.flatMap((column) => (column === null ? [] : [sql`COUNT(${sql.id('c', column)})`]));
  const read = sql`SELECT ${sql.join(counts)} FROM ${source(company)}`;
  return { path: SELECT, text: sourceName(company), entry: null, read };
}

/** What strict statements would be refused for. */
async function refusedValues<Tables>(
  connection: Kysely<Tables>,
  { companySchema, mapping }: Company,
  { path, text, entry }: Piece,
  mariaDb: boolean,
): Promise<CompanyFinding[]> {
  const { rows } = await sql<{ Level: string; Code: number }>`SHOW WARNINGS`.execute(connection);
  const warnings = rows.filter(({ Level, Code }) => Level === 'Warning' && !HARMLESS.has(Code));
  const [first] = warnings;
  if (first === undefined) return [];
  const codes = [...new Set(warnings.map(({ Code }) => Code))].join(', ');
  const table = entry?.table ?? mapping.customers.table;
  const look =
    table === undefined
      ? ''
      : `; to see such values: SELECT COUNT(*) FROM ${quotedName(companySchema, table)} WHERE ${withSchema(text, quotedName(companySchema))}; SHOW WARNINGS`;
  const todo = `${IN_VALUES[first.Code] ?? OTHER_VALUE}${look}`;
  const what = `database.${path} (${text}) reads values in a form that it does not expect (warning ${codes})`;
  // MariaDB's DELETE takes what it can of such a value.
  if (mariaDb && entry !== null && 'delete' in entry)
    return [warns(`${what}: the server takes "5 of hearts" for 5, and what is not a number for 0`, todo)];
  return [
    stops(`${what}: counting only warns, but the server would refuse the expiry, which is strict`, todo),
  ];
}

/** Told of the statement, not of a value: deprecated syntax, and JSON_VALUE of MySQL, which is NULL of what is no JSON. */
const HARMLESS = new Set([1287, 1681, 3141, 3719, 3778]);

const LIKE_WITH_LIKE =
  "compare like with like: write the value in quotes where the column is text (kind = '1', not kind = 1), or CAST(the column AS CHAR) = '1'";

const OTHER_VALUE =
  'write it so that no row causes a warning, for example with a CASE that first tests the form of the value';

const IN_VALUES: Record<number, string> = {
  1292: LIKE_WITH_LIKE,
  1264: LIKE_WITH_LIKE,
  1366: LIKE_WITH_LIKE,
  1365: 'divide by NULLIF(..., 0)',
  4037: 'test first whether it is JSON: JSON_VALID(...) AND ...',
  4038: 'test first whether it is JSON: JSON_VALID(...) AND ...',
};
