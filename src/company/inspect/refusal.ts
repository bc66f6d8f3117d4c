import type { DatabaseMapping } from '../../incident/database-schema';
import { type CompanyFinding, stops } from './finding';

/** How the server refused a statement. */
export interface Refusal {
  errno: number;
  /** Such as ER_NO_SUCH_TABLE. */
  code: string;
  /** The server's own words: names and syntax; of a statement that reads rows they may quote one, and are not told. */
  message: string;
}

/** Null: the server did it. @throws whatever is no answer of the server's. */
export async function refusalOf(ask: () => Promise<unknown>): Promise<Refusal | null> {
  try {
    await ask();
    return null;
  } catch (error) {
    const { errno, code = '', sqlMessage } = error as { errno?: number; code?: string; sqlMessage?: string };
    if (errno === undefined || sqlMessage === undefined) throw error;
    return { errno, code, message: sqlMessage };
  }
}

export const UNKNOWN_COLUMN = 1054;
/** Who may read a view need not be shown how it is made. */
export const NOT_EXPLAINED = 1345;

/** @param doing completes "The database refuses ...". */
export function refused(doing: string, { errno, message }: Refusal, todo = todoFor(errno)): CompanyFinding {
  return stops(`The database refuses ${doing}: ${message}`, todo);
}

/** Of a statement that read rows: by the server's code, since its words may quote one. @param doing completes "The database refuses ...". */
export function refusedRows(doing: string, { code, errno }: Refusal): CompanyFinding {
  return stops(
    `The database refuses ${doing} while it reads the rows (${code}, ${errno})`,
    WHILE_READING[errno] ??
      "look up the code in the server's manual: as a rule the cause is the form of a value in a column that it names",
  );
}

/** The same of the customers, as the file names them. */
export function refusedSource({ customers }: DatabaseMapping, refusal: Refusal): CompanyFinding {
  const select = customers.select === undefined ? '' : '.select (the SELECT of the customers)';
  return refusedRows(`database.customers${select}`, refusal);
}

const WHILE_READING: Record<number, string> = {
  1242: 'let each subquery return one row at most: IN or EXISTS instead of =, or MAX(...)',
  1690: 'keep every number within its type: CAST(... AS SIGNED) or AS DECIMAL(38) before a sum or a difference',
  3141: 'test first whether it is JSON: JSON_VALID(...) AND ...',
};

export function todoFor(errno: number): string {
  return TODO[errno] ?? 'change what it names; the statement is the one that the run would send';
}

export const GRANT_IT = 'grant the rights: npm run cli -- grants FILE prints the statements';

const SCHEMA_BEFORE_TABLES =
  "write {schema}. before each table's name, as in {schema}.customers: the connection's own default schema is ours, not the company's";

const TODO: Record<number, string> = {
  1044: GRANT_IT,
  1142: GRANT_IT,
  1143: GRANT_IT,
  1227: GRANT_IT,
  1370: GRANT_IT,
  1046: SCHEMA_BEFORE_TABLES,
  1146: `correct the table's name, or ${SCHEMA_BEFORE_TABLES}`,
  [UNKNOWN_COLUMN]: "correct the column's name",
  1064: 'correct the SQL: it must be one expression, or one SELECT, that this server reads',
};
