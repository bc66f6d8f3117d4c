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

export function todoFor(errno: number): string {
  return TODO[errno] ?? 'change what it names; the statement is the one that the run would send';
}

export const GRANT_IT = 'grant it: npm run cli -- grants FILE prints the statements';

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
