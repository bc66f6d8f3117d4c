import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { DatabaseMapping } from '../../incident/database-schema';
import { withSchema } from '../../incident/operator-sql';
import { type Company, companyTable, operatorSql, source } from '../company';
import { isMariaDb, quotedName } from '../dialect';
import { isUsable } from '../passwords';
import { type CompanyFinding, type Subject, stops, warns } from './finding';
import { refusalOf, refused, refusedRows } from './refusal';

/**
 * The operator's own SQL, each piece alone where it will stand: a wrong one is told by its place in the file, not by a statement
 * of ours that fails with it. LIMIT 0 reads no row, and checks what EXPLAIN checks but for views that may be read and not explained.
 */
export async function inspectConditions(subject: Subject, sound: Conditioned): Promise<CompanyFinding[]> {
  const { db, mapping } = subject;
  const from = (table: string) => companyTable(subject, table);
  const pieces: [path: string, condition: string, rows: RawBuilder<unknown>][] = [
    ...(sound.customers
      ? mapping.customers.leaveOut.map(({ when }, i): [string, string, RawBuilder<unknown>] => [
          `customers.leaveOut.${i}.when`,
          when,
          source(subject),
        ])
      : []),
    ...mapping.retire.flatMap((entry, i): [string, string, RawBuilder<unknown>][] =>
      entry.usable === undefined || !sound.retire.includes(entry)
        ? []
        : [[`retire.${i}.usable`, entry.usable, sql`${from(entry.table)} t`]],
    ),
    ...mapping.revoke.flatMap((entry, i): [string, string, RawBuilder<unknown>][] =>
      entry.where === undefined || !sound.revoke.includes(entry)
        ? []
        : [[`revoke.${i}.where`, entry.where, from(entry.table)]],
    ),
  ];
  const findings: CompanyFinding[] = [];
  for (const [path, condition, rows] of pieces) {
    const test = operatorSql(subject, condition);
    const refusal = await refusalOf(() => sql`SELECT 1 FROM ${rows} WHERE (${test}) LIMIT 0`.execute(db));
    if (refusal !== null) findings.push(refused(`database.${path} (${condition})`, refusal));
  }
  return findings;
}

/** Whose names are all there. */
export interface Conditioned {
  customers: boolean;
  retire: DatabaseMapping['retire'];
  revoke: DatabaseMapping['revoke'];
}

/**
 * Reads every row by each piece of the operator's SQL, alone: what a server finds out only then is told by the piece's place in the
 * file. A SELECT merely warns of a value that is no such number, time or text; the statements of the expiry are strict, and one such
 * row would be refused with all that stands beside it (1292 and its kind): nobody could be expired.
 * @returns nothing where each piece can be read. A server's words may quote a row, so only its codes are told.
 */
export async function inspectValues<Tables>(db: Kysely<Tables>, company: Company): Promise<CompanyFinding[]> {
  // Warnings are the connection's own.
  return db.connection().execute(async (connection) => {
    const mariaDb = await isMariaDb(connection);
    const findings: CompanyFinding[] = [];
    for (const piece of piecesOf(company)) {
      // Refused before any row is read: told by inspect-names.ts and inspect-conditions.ts.
      if ((await refusalOf(() => sql`${piece.read} LIMIT 0`.execute(connection))) !== null) continue;
      const refusal = await refusalOf(() => piece.read.execute(connection));
      if (refusal !== null) findings.push(refusedRows(`database.${piece.path} (${piece.words})`, refusal));
      else findings.push(...(await refusedValues(connection, company, piece, mariaDb)));
      // Its error would be each condition's over it, too.
      if (refusal !== null && piece.path === SELECT) break;
    }
    return findings;
  });
}

/** Something of the operator's that is read in each row. */
interface Piece {
  /** In the file, below `database`. */
  path: string;
  words: string;
  /** Where it is only a DELETE's. */
  deletes: boolean;
  /** Of all rows, without a WHERE: an index would keep rows from it that the expiry's own statement reads. */
  read: RawBuilder<unknown>;
}

const SELECT = 'customers.select';

function piecesOf(company: Company): Piece[] {
  const { customers, retire, revoke } = company.mapping;
  const condition = (text: string) => sql`SUM((${operatorSql(company, text)}) IS TRUE)`;
  return [
    ...(customers.select === undefined ? [] : [selectPiece(company)]),
    ...customers.leaveOut.map(({ when }, i) => ({
      path: `customers.leaveOut.${i}.when`,
      words: when,
      deletes: false,
      read: sql`SELECT ${condition(when)} FROM ${source(company)}`,
    })),
    ...retire.flatMap((entry, i) =>
      entry.usable === undefined
        ? []
        : [
            {
              path: `retire.${i}.usable`,
              words: entry.usable,
              deletes: false,
              read: sql`SELECT SUM(${isUsable(company, entry, 't')}) FROM ${companyTable(company, entry.table)} t`,
            },
          ],
    ),
    ...revoke.flatMap((entry, i) =>
      entry.where === undefined
        ? []
        : [
            {
              path: `revoke.${i}.where`,
              words: entry.where,
              deletes: entry.delete === 'rows',
              read: sql`SELECT ${condition(entry.where)} FROM ${companyTable(company, entry.table)}`,
            },
          ],
    ),
  ];
}

/** Each column of it that the file names. */
function selectPiece(company: Company): Piece {
  const { key, email, name, language, country, region, createdAt } = company.mapping.customers;
  const columns = [key, email, name, language, country, region, createdAt?.column ?? null];
  const counts = columns.flatMap((column) => (column === null ? [] : [sql`COUNT(${sql.id('c', column)})`]));
  const words = 'the SELECT of the customers';
  return {
    path: SELECT,
    words,
    deletes: false,
    read: sql`SELECT ${sql.join(counts)} FROM ${source(company)}`,
  };
}

/** What strict statements would be refused for. */
async function refusedValues<Tables>(
  connection: Kysely<Tables>,
  { companySchema, mapping }: Company,
  { path, words, deletes }: Piece,
  mariaDb: boolean,
): Promise<CompanyFinding[]> {
  const { rows } = await sql<{ Level: string; Code: number }>`SHOW WARNINGS`.execute(connection);
  const warnings = rows.filter(({ Level, Code }) => Level === 'Warning' && !HARMLESS.has(Code));
  const [first] = warnings;
  if (first === undefined) return [];
  const codes = [...new Set(warnings.map(({ Code }) => Code))].join(', ');
  const table = tableOf(mapping, path);
  const look =
    table === null
      ? ''
      : `; to see such values: SELECT COUNT(*) FROM ${quotedName(companySchema, table)} WHERE ${withSchema(words, quotedName(companySchema))}; SHOW WARNINGS`;
  const todo = `${IN_VALUES[first.Code] ?? OTHER_VALUE}${look}`;
  const what = `database.${path} (${words}) meets values that are not what it takes them for (warning ${codes})`;
  // MariaDB's DELETE takes what it can of such a value.
  if (mariaDb && deletes)
    return [warns(`${what}: the server takes "5 of hearts" for 5, and what is no number for 0`, todo)];
  return [
    stops(`${what}: counting only warns of it, and the expiry, which is strict, would be refused`, todo),
  ];
}

function tableOf({ customers, retire, revoke }: Company['mapping'], path: string): string | null {
  const [list, i] = path.split('.');
  if (list === 'customers') return customers.table ?? null;
  return (list === 'retire' ? retire : revoke)[Number(i)]!.table;
}

/** Told of the statement, not of a value: deprecated syntax, and JSON_VALUE of MySQL, which is NULL of what is no JSON. */
const HARMLESS = new Set([1287, 1681, 3141, 3719, 3778]);

const LIKE_WITH_LIKE =
  "compare like with like: write the value in quotes where the column is text (kind = '1', not kind = 1), or CAST(the column AS CHAR) = '1'";

const OTHER_VALUE =
  'write it so that it warns of no row, as by a CASE that asks first whether the value has that form';

const IN_VALUES: Record<number, string> = {
  1292: LIKE_WITH_LIKE,
  1264: LIKE_WITH_LIKE,
  1366: LIKE_WITH_LIKE,
  1365: 'divide by NULLIF(..., 0)',
  4037: 'ask first whether it is JSON: JSON_VALID(...) AND ...',
  4038: 'ask first whether it is JSON: JSON_VALID(...) AND ...',
};
